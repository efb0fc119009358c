//! `Classifier`: which failures of HTTP are worth another attempt.

mod hint;
mod named;
mod print;
mod verdict;

use crate::facts::hint::headers::Hints;
use crate::facts::repeat::Repeat;
use crate::facts::status::Codes;
use crate::judge::preset::Presets;

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
    /// Idempotent are the methods of [`Method::is_idempotent`](http::Method::is_idempotent); a method that is not known there is not.
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
}
