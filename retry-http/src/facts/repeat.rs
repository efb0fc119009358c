//! Repeatability: what a request allows, asked by whatever may send it again.

use http::Method;

/// What a request allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Any failure may be followed by the same request.
    Freely,
    /// As `Freely`, because an idempotency key tells the server which requests are one.
    WithKey,
    /// Only where the server did not act on it.
    IfUnprocessed,
}

/// What the server may have done with a request by the time its outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The request never left.
    NotSent,
    /// The server says that it did not process the request: a refusal, or RFC 9113, 6.8 and 8.7.
    NotProcessed,
    /// Nobody can tell.
    Maybe,
    /// The server answered.
    Answered,
    /// The server is still at work on the first request with this key.
    Underway,
}

impl Repeat {
    /// What the method and a key say.
    pub(crate) fn by_method(method: Option<&Method>, has_key: bool) -> Self {
        if has_key {
            Self::WithKey
        } else if method.is_some_and(Method::is_idempotent) {
            Self::Freely
        } else {
            Self::IfUnprocessed
        }
    }

    /// Whether the request may be under way twice at once: a safe method (RFC 9110, 9.2.1), or whatever may be repeated
    /// where the caller `declared` so.
    pub(crate) fn allows_hedge(self, method: &Method, declared: bool) -> bool {
        self != Self::IfUnprocessed && (method.is_safe() || declared)
    }

    /// Whether the request may be sent again: the one place that decides it, for statuses and faults alike.
    pub(crate) fn allows(self, seen: Seen) -> bool {
        match seen {
            Seen::NotSent | Seen::NotProcessed => true,
            Seen::Maybe | Seen::Answered => self != Self::IfUnprocessed,
            Seen::Underway => self == Self::WithKey,
        }
    }
}

impl Seen {
    /// What the server did with the first request, where this is what became of another that a redirect led to.
    pub(crate) fn after_redirect(self, followed: impl FnOnce() -> bool) -> Self {
        let not_acted = matches!(self, Self::NotSent | Self::NotProcessed);
        if not_acted && followed() {
            Self::Answered
        } else {
            self
        }
    }
}
