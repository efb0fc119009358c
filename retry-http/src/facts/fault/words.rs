//! What errors print whose types cannot be named: private ones, and those of a TLS library that the user chose.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    Certificate,
    Protocol,
    /// An alert that tells of trouble at the server, not of disagreement.
    Passing,
}

/// Why a proxy makes no connection, where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Auth,
    Denied,
}

/// Alerts of the passing kind, as rustls and OpenSSL print them.
const PASSING: [&str; 5] = [
    "fatal alert: InternalError",
    "fatal alert: UserCanceled",
    "fatal alert: CloseNotify",
    "alert internal error",
    "alert user cancelled",
];

impl Tls {
    /// By what rustls, and the TLS libraries of the systems, print.
    pub(super) fn of(text: &str) -> Option<Self> {
        if PASSING.iter().any(|alert| text.contains(alert)) {
            return Some(Self::Passing);
        }
        if text.contains("certificate") {
            return Some(Self::Certificate);
        }
        // OpenSSL names itself in front of a connection that merely ended, too.
        let protocol = text.starts_with("received fatal alert: ")
            || text.starts_with("received corrupt message")
            || (text.contains("SSL routines") && !text.contains("unexpected eof"));
        protocol.then_some(Self::Protocol)
    }
}

impl Proxy {
    /// By what hyper-util prints. What a proxy says of the way behind it, such as "host unreachable", may pass; so may
    /// "unsuccessful", which is all that is left of a refused CONNECT other than 407.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text == "tunnel error: proxy authorization required" {
            return Some(Self::Auth);
        }
        match text.strip_prefix("SOCKS error: ")? {
            "credentials not accepted"
            | "server does not support user/pass authentication"
            | "server implements authentication incorrectly"
            | "server ident service failed"
            | "server ident service did not recognise client identifier" => Some(Self::Auth),
            "connection not allowed"
            | "command not supported"
            | "address type not supported"
            | "IPV6 is not supported"
            | "host address is more than 255 characters" => Some(Self::Denied),
            _ => None,
        }
    }
}
