//! `FaultKind`: what went wrong below HTTP, and what the server may have done by then.

use core::fmt;

use crate::facts::repeat::Seen;

/// A kind of transport fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Builder,
    Redirect,
    TlsCertificate,
    TlsProtocol,
    TlsAlert,
    ConnectTimeout,
    Dns,
    NoTls,
    ProxyAuth,
    ProxyDenied,
    ConnectDenied,
    Connect,
    BodyTimeout,
    BodyMalformed,
    BodyCut,
    Decode,
    H2Local,
    GoAway,
    GoAwayCalm,
    GoAwayProtocol,
    H2Refused,
    H2Calm,
    ResetProtocol,
    Reset,
    H2Io,
    Canceled,
    Timeout,
    Incomplete,
    BadResponse,
    Lost,
    RequestBody,
    DispatchGone,
    Other,
}

impl FaultKind {
    pub(crate) const fn seen(self) -> Seen {
        match self {
            Self::Builder
            | Self::TlsCertificate
            | Self::TlsProtocol
            | Self::TlsAlert
            | Self::ConnectTimeout
            | Self::Dns
            | Self::NoTls
            | Self::ProxyAuth
            | Self::ProxyDenied
            | Self::ConnectDenied
            | Self::Connect
            | Self::Canceled => Seen::NotSent,
            Self::GoAway | Self::GoAwayCalm | Self::GoAwayProtocol | Self::H2Refused => {
                Seen::NotProcessed
            }
            Self::Redirect
            | Self::BodyTimeout
            | Self::BodyMalformed
            | Self::BodyCut
            | Self::Decode => Seen::Answered,
            Self::H2Local
            | Self::H2Calm
            | Self::ResetProtocol
            | Self::Reset
            | Self::H2Io
            | Self::Timeout
            | Self::Incomplete
            | Self::BadResponse
            | Self::Lost
            | Self::RequestBody
            | Self::DispatchGone
            | Self::Other => Seen::Maybe,
        }
    }

    /// Whether the same request may well pass the next time.
    pub(crate) const fn is_transient(self) -> bool {
        match self {
            Self::TlsAlert
            | Self::ConnectTimeout
            | Self::Dns
            | Self::Connect
            | Self::BodyTimeout
            | Self::BodyCut
            | Self::GoAway
            | Self::GoAwayCalm
            | Self::H2Refused
            | Self::H2Calm
            | Self::Reset
            | Self::H2Io
            | Self::Canceled
            | Self::Timeout
            | Self::Incomplete
            | Self::Lost
            | Self::DispatchGone => true,
            Self::Builder
            | Self::Redirect
            | Self::TlsCertificate
            | Self::TlsProtocol
            | Self::NoTls
            | Self::ProxyAuth
            | Self::ProxyDenied
            | Self::ConnectDenied
            | Self::BodyMalformed
            | Self::Decode
            | Self::H2Local
            | Self::GoAwayProtocol
            | Self::ResetProtocol
            | Self::BadResponse
            | Self::RequestBody
            | Self::Other => false,
        }
    }

    /// Whether bytes went wrong on their way, as opposed to a request that could not be made or an answer that was
    /// whole and made no sense.
    #[cfg(feature = "reqwest")]
    pub(crate) const fn is_transport(self) -> bool {
        !matches!(
            self,
            Self::Builder
                | Self::NoTls
                | Self::Redirect
                | Self::Decode
                | Self::RequestBody
                | Self::Other
        )
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Builder => "the request could not be built",
            Self::Redirect => "a redirect could not be followed",
            Self::TlsCertificate => "the server's certificate was refused",
            Self::TlsProtocol => "the TLS handshake failed",
            Self::TlsAlert => "the server broke off the TLS handshake",
            Self::ConnectTimeout => "connecting took too long",
            Self::Dns => "the host name could not be resolved",
            Self::NoTls => {
                "this client has no TLS for `https`: turn on reqwest's feature `rustls` or `native-tls`"
            }
            Self::ProxyAuth => "the proxy asks for credentials",
            Self::ProxyDenied => "the proxy may not connect there",
            Self::ConnectDenied => "this machine may not connect there",
            Self::Connect => "no connection could be made",
            Self::BodyTimeout => "the response body took too long",
            Self::BodyMalformed => "the response body was malformed",
            Self::BodyCut => "the response body was cut off",
            Self::Decode => "the response body could not be decoded",
            Self::H2Local => "the server broke the rules of HTTP/2",
            Self::GoAway => "the server closed the connection before it took the request",
            Self::GoAwayCalm => "the server asks for fewer requests, and did not take this one",
            Self::GoAwayProtocol => "the server refuses this client's HTTP/2",
            Self::H2Refused => "the server refused the request before it took it",
            Self::H2Calm => "the server asks for fewer requests",
            Self::ResetProtocol => "the server refuses this request's HTTP/2",
            Self::Reset => "the server reset the request",
            Self::H2Io | Self::Lost => "the connection was lost",
            Self::Canceled => "the connection closed before the request was sent",
            Self::Timeout => "no answer came in time",
            Self::Incomplete => "the server closed the connection without an answer",
            Self::BadResponse => "the answer was not HTTP",
            Self::RequestBody => "the request body could not be read",
            Self::DispatchGone => "the runtime of the connection is gone",
            Self::Other => "the request failed",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
