//! `Classifier`: which failures of HTTP are worth another attempt.

mod hint;
mod named;
mod print;

use core::error::Error;
use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};
use retry_core::Verdict;

use crate::answer::Answer;
use crate::fault::FaultKind;
use crate::hint::{Hint, Hints};
use crate::preset::Presets;
use crate::repeat::Repeat;
use crate::status::{Codes, Kind, kind, seed_kind};

/// Which failures are worth another attempt: plain data, const, printable.
///
/// Four of them to begin with, which differ in one question, whether the call may be repeated:
///
/// | | repeats | use it for |
/// | --- | --- | --- |
/// | [`transient`](Self::transient) | every transient failure | calls that may run twice |
/// | [`unprocessed`](Self::unprocessed) | what the server did not act on | calls that may not |
/// | [`keyed`](Self::keyed) | every transient failure, and 409 | calls with an idempotency key |
/// | [`by_method`](Self::by_method) | by the method: idempotent or not | adapters |
///
/// Transient are 408, 425, 429, 500, 502, 503, 504, every unregistered code from 500 up except 525, 526 and 530, and
/// 413 with a hint. Refused, so repeated for any call, are 425, 429, and with a hint 503 and 413. A hint that forbids
/// another attempt is obeyed; one that asks for it makes a failure transient.
///
/// ```
/// use http::{HeaderMap, Method, StatusCode};
/// use retry_core::Verdict;
/// use retry_http::Classifier;
/// use std::time::SystemTime;
///
/// const ORDERS: Classifier = Classifier::by_method().also(423).never(500);
///
/// let verdict = |method, status| {
///     ORDERS.response(&method, status, &HeaderMap::new(), SystemTime::now())
/// };
/// assert_eq!(verdict(Method::GET, StatusCode::BAD_GATEWAY), Verdict::Retry);
/// assert_eq!(verdict(Method::POST, StatusCode::BAD_GATEWAY), Verdict::Permanent);
/// assert_eq!(verdict(Method::POST, StatusCode::TOO_MANY_REQUESTS), Verdict::Retry);
/// assert_eq!(verdict(Method::GET, StatusCode::INTERNAL_SERVER_ERROR), Verdict::Permanent);
/// assert_eq!(verdict(Method::GET, StatusCode::OK), Verdict::Done);
/// assert_eq!(ORDERS.to_string(), "by method, also 423, never 500");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Classifier {
    calls: Calls,
    base: Base,
    presets: Presets,
    hints: Hints,
    also: Codes,
    never: Codes,
}

/// Which calls a classifier is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calls {
    Known(Repeat),
    ByMethod,
}

/// Where the kind of a status comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Standard,
    Seed,
}

impl Answer<'_> {
    pub(crate) fn hint(&self, hints: Hints) -> Hint {
        let received = self.received.unwrap_or_else(SystemTime::now);
        hints.read(self.headers, received)
    }
}

impl Classifier {
    const fn new(calls: Calls) -> Self {
        Self {
            calls,
            base: Base::Standard,
            presets: Presets::NONE,
            hints: Hints::standard(),
            also: Codes::EMPTY,
            never: Codes::EMPTY,
        }
    }

    /// For calls that may be repeated: every transient failure.
    #[must_use]
    pub const fn transient() -> Self {
        Self::new(Calls::Known(Repeat::Freely))
    }

    /// For calls that must not run twice: only what the server provably did not act on, or refused.
    ///
    /// Where a client follows redirects, an outcome may be that of a second request, which says nothing about the
    /// first: see the table of traps at [`unprocessed`](crate::unprocessed()).
    #[must_use]
    pub const fn unprocessed() -> Self {
        Self::new(Calls::Known(Repeat::IfUnprocessed))
    }

    /// For calls that carry an idempotency key: every transient failure, and 409, which then says that the first
    /// attempt is still at work.
    #[must_use]
    pub const fn keyed() -> Self {
        Self::new(Calls::Known(Repeat::WithKey))
    }

    /// As [`transient`](Self::transient) for an idempotent method, as [`keyed`](Self::keyed) where an adapter sees a
    /// key in the request, as [`unprocessed`](Self::unprocessed) otherwise.
    ///
    /// Idempotent are the methods of [`Method::is_idempotent`]; a method that is not known there is not.
    #[must_use]
    pub const fn by_method() -> Self {
        Self::new(Calls::ByMethod)
    }

    /// Retries `status` too, whatever the method: whoever names it vouches for it.
    ///
    /// A hint that forbids another attempt still holds. A number that no response carries has no effect.
    #[must_use]
    pub const fn also(mut self, status: u16) -> Self {
        self.also = self.also.with(status);
        self
    }

    /// Never retries `status`: above everything else, hints and [`also`](Self::also) included.
    #[must_use]
    pub const fn never(mut self, status: u16) -> Self {
        self.never = self.never.with(status);
        self
    }

    /// Reads these headers for hints, in place of [`Hints::standard`]; those of a preset stay.
    #[must_use]
    pub const fn hints(mut self, hints: Hints) -> Self {
        self.hints = if self.presets.aws { hints.aws() } else { hints };
        self
    }

    /// The verdict on a response whose headers arrived at `now`.
    #[must_use]
    pub fn response(
        &self,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Verdict {
        let answer = Answer {
            received: Some(now),
            ..Answer::now(status, headers)
        };
        self.answer(self.repeat(Some(method), false), answer)
    }

    /// The verdict on an error, found by walking its whole chain.
    ///
    /// An [`Error`](crate::Error) or a `reqwest::Error` that holds a status is judged by that, any other by what
    /// went wrong in the transport. An error that tells of neither is permanent.
    ///
    /// What a server or a proxy refuses for a named cause is permanent: a certificate, credentials, a rule. Two causes
    /// may get lost on the way. A server that asks for a client certificate refuses after TLS 1.3 has let the request
    /// go: where the connection ends before its alert was read, all that is left is a connection that closed or was
    /// reset, which may pass. And a proxy that answers CONNECT by anything but 407 shows no status, so a 403 looks
    /// like a 503: no connection.
    #[must_use]
    pub fn error(&self, method: &Method, error: &(dyn Error + 'static)) -> Verdict {
        self.chain(self.repeat(Some(method), false), error)
    }

    /// What a request allows; without a method nothing says that it may run twice.
    pub(crate) fn repeat(&self, method: Option<&Method>, has_key: bool) -> Repeat {
        match self.calls {
            Calls::Known(repeat) => repeat,
            Calls::ByMethod => Repeat::by_method(method, has_key),
        }
    }

    pub(crate) fn answer(&self, repeat: Repeat, answer: Answer<'_>) -> Verdict {
        let code = answer.status.as_u16();
        let named = self.also.contains(code);
        if self.kind(answer.status) == Kind::Fine && !named {
            return Verdict::Done;
        }
        let opinion = self.presets.opinion(answer);
        let hint = self.asked(answer, opinion);
        if self.never.contains(code) || hint == Hint::Forbid {
            return Verdict::Permanent;
        }
        let kind = match opinion {
            _ if named => Kind::Refused,
            Some(opinion) => opinion.over(self.kind(answer.status)),
            None => self.kind(answer.status),
        };
        let seen = kind
            .seen(hint)
            .map(|seen| seen.after_redirect(|| answer.redirected));
        match hint.delay() {
            _ if !seen.is_some_and(|seen| repeat.allows(seen)) => Verdict::Permanent,
            Some(delay) => Verdict::RetryAfter(delay),
            None => Verdict::Retry,
        }
    }

    /// `redirected` tells whether a redirect was followed before it; it is asked only where that matters.
    pub(crate) fn fault(
        repeat: Repeat,
        fault: FaultKind,
        redirected: impl FnOnce() -> bool,
    ) -> Verdict {
        let again = fault.is_transient() && repeat.allows(fault.seen().after_redirect(redirected));
        if again {
            Verdict::Retry
        } else {
            Verdict::Permanent
        }
    }

    fn kind(&self, status: StatusCode) -> Kind {
        match self.base {
            Base::Standard => kind(status),
            Base::Seed => seed_kind(status),
        }
    }
}
