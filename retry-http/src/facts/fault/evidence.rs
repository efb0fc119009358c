//! `Evidence`: what a chain of errors can show, and what that amounts to.

use std::io::ErrorKind;

use super::kind::FaultKind;
use super::words::{Proxy, Tls};

/// What one walk down a chain of errors finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and none excludes another"
)]
pub(crate) struct Evidence {
    pub(super) builder: bool,
    pub(super) redirect: bool,
    pub(super) connect: bool,
    pub(super) dns: bool,
    pub(super) timeout: bool,
    /// Reading or decoding the body of a response.
    pub(super) body: bool,
    pub(super) hyper: Option<Hyper>,
    pub(super) h2: Option<H2>,
    pub(super) tls: Option<Tls>,
    /// A client without TLS was given an `https` URL.
    pub(super) no_tls: bool,
    pub(super) proxy: Option<Proxy>,
    pub(super) io: Option<Io>,
}

/// What hyper says of its error; the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hyper {
    /// What the caller gave it, such as the stream of a body.
    User,
    /// Counted among the caller's errors, too.
    Gone,
    Unsent,
    /// Unsent, because of what the server said unasked.
    Unasked,
    Timeout,
    Incomplete,
    Parse,
    Unclear,
}

/// What h2 says of its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum H2 {
    /// This side found the other at fault.
    Local,
    GoAway(Reason),
    Reset(Reason),
    Io,
}

/// Error codes of HTTP/2 (RFC 9113, 7), by what they mean for another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    RefusedStream,
    EnhanceYourCalm,
    /// What this client sends would be refused again.
    Protocol,
    Other,
}

/// Kinds of `io::Error`, the most telling of a chain last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Io {
    Unclear,
    Lost,
    /// Only the making of a connection ends like this.
    Refused,
    Denied,
    Malformed,
}

impl Evidence {
    /// What the facts amount to. The order matters: each question is put where those above it were answered "no".
    pub(crate) fn fault(&self) -> FaultKind {
        if self.builder {
            FaultKind::Builder
        } else if self.redirect {
            FaultKind::Redirect
        } else if self.hyper == Some(Hyper::User) {
            FaultKind::RequestBody
        } else if self.hyper == Some(Hyper::Gone) {
            FaultKind::DispatchGone
        } else if self.connect {
            self.connecting()
        } else if self.body {
            self.reading()
        } else if let Some(Tls::Certificate | Tls::Protocol) = self.tls {
            // In TLS 1.3 a client is done before the server has looked at its certificate.
            FaultKind::TlsProtocol
        } else if let Some(h2) = self.h2 {
            h2.fault()
        } else {
            self.sending()
        }
    }

    fn connecting(&self) -> FaultKind {
        match self.tls {
            Some(Tls::Certificate) => FaultKind::TlsCertificate,
            Some(Tls::Passing) => FaultKind::TlsAlert,
            Some(Tls::Protocol) => FaultKind::TlsProtocol,
            None if self.timeout => FaultKind::ConnectTimeout,
            None if self.dns => FaultKind::Dns,
            None if self.no_tls => FaultKind::NoTls,
            None if self.proxy == Some(Proxy::Auth) => FaultKind::ProxyAuth,
            None if self.proxy == Some(Proxy::Denied) => FaultKind::ProxyDenied,
            None if self.io == Some(Io::Malformed) => FaultKind::TlsProtocol,
            None if self.io == Some(Io::Denied) => FaultKind::ConnectDenied,
            None => FaultKind::Connect,
        }
    }

    fn reading(&self) -> FaultKind {
        match (self.timeout, self.h2, self.hyper) {
            (true, ..) => FaultKind::BodyTimeout,
            (_, Some(H2::Local), _) => FaultKind::BodyMalformed,
            (_, Some(_), _) => FaultKind::BodyCut,
            (.., Some(_)) if self.io == Some(Io::Malformed) => FaultKind::BodyMalformed,
            (.., Some(_)) => FaultKind::BodyCut,
            (.., None) => FaultKind::Decode,
        }
    }

    fn sending(&self) -> FaultKind {
        match self.hyper {
            Some(Hyper::Unasked) if self.io.is_none() => FaultKind::BadResponse,
            Some(Hyper::Unsent | Hyper::Unasked) => FaultKind::Canceled,
            _ if self.timeout => FaultKind::Timeout,
            Some(Hyper::Timeout) => FaultKind::Timeout,
            Some(Hyper::Incomplete) => FaultKind::Incomplete,
            Some(Hyper::Parse) => FaultKind::BadResponse,
            _ if self.io == Some(Io::Lost) || self.tls == Some(Tls::Passing) => FaultKind::Lost,
            _ if self.io == Some(Io::Refused) => FaultKind::Connect,
            _ => FaultKind::Other,
        }
    }
}

impl H2 {
    const fn fault(self) -> FaultKind {
        match self {
            Self::Local => FaultKind::H2Local,
            Self::GoAway(Reason::Protocol) => FaultKind::GoAwayProtocol,
            Self::GoAway(Reason::EnhanceYourCalm) => FaultKind::GoAwayCalm,
            // h2 reports a GOAWAY only to streams above its last id: those were not processed, whatever the code.
            Self::GoAway(Reason::RefusedStream | Reason::Other) => FaultKind::GoAway,
            Self::Reset(Reason::RefusedStream) => FaultKind::H2Refused,
            Self::Reset(Reason::EnhanceYourCalm) => FaultKind::H2Calm,
            Self::Reset(Reason::Protocol) => FaultKind::ResetProtocol,
            Self::Reset(Reason::Other) => FaultKind::Reset,
            Self::Io => FaultKind::H2Io,
        }
    }
}

impl Io {
    pub(super) const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Self::Malformed,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::ConnectionRefused | ErrorKind::AddrNotAvailable => Self::Refused,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::NotConnected
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown => Self::Lost,
            _ => Self::Unclear,
        }
    }
}
