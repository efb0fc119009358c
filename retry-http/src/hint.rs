//! What a response asks the client to do about another attempt: RFC 9110 (10.2.3) and what servers really send.

mod date;
mod headers;
mod number;
mod rate_limit;

use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;

pub use headers::Hints;
#[cfg(feature = "reqwest")]
pub(crate) use number::seconds;
pub use rate_limit::ResetUnit;

/// What the other side asked for.
///
/// ```
/// use http::HeaderMap;
/// use retry_http::Hint;
/// use std::time::{Duration, SystemTime};
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(Hint::read(&headers, SystemTime::now()), Hint::None);
///
/// headers.insert("retry-after", "120".parse()?);
/// let hint = Hint::read(&headers, SystemTime::now());
/// assert_eq!(hint, Hint::After(Duration::from_secs(120)));
/// assert_eq!(hint.delay(), Some(Duration::from_secs(120)));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// Nothing usable.
    None,
    /// Wait at least this long.
    After(Duration),
    /// Do not try again.
    Forbid,
    /// Try again, and where a delay is given wait at least that long.
    Force(Option<Duration>),
}

impl Hint {
    /// Reads the headers that need no agreement with the server, at `now` by the local clock.
    ///
    /// In this order: `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After` in seconds or as one of the three date
    /// forms, and beside them `x-should-retry` and `stripe-should-retry`. A malformed value counts as absent; of
    /// several valid ones, and of a list such as `2, 3`, the longest counts. `1,000` may be a thousand, so it is
    /// malformed. A decimal fraction of a second is accepted, and rounded up to a millisecond. A number too large to
    /// keep is 2^31 seconds, as RFC 9111 (1.2.2) has it: long, not absent. Seconds count from the arrival of the
    /// response, whatever its `Age`. A date is measured from the response's own `Date` and `Age`, so a wrong local
    /// clock does no harm; a past date is a delay of zero.
    ///
    /// [`Hints`] reads more, on request.
    #[must_use]
    pub fn read(headers: &HeaderMap, now: SystemTime) -> Self {
        Hints::standard().read(headers, now)
    }

    /// Reads gRPC's `grpc-retry-pushback-ms`: milliseconds, and anything but a plain non-negative `i32` forbids.
    ///
    /// Source: gRFC A6, "pushback".
    #[must_use]
    pub fn pushback(headers: &HeaderMap) -> Self {
        match headers.get("grpc-retry-pushback-ms") {
            None => Self::None,
            Some(value) => Self::pushback_value(value.as_bytes()),
        }
    }

    pub(crate) fn pushback_value(value: &[u8]) -> Self {
        number::pushback(value).map_or(Self::Forbid, Self::After)
    }

    /// The delay asked for, if one was.
    #[must_use]
    pub const fn delay(self) -> Option<Duration> {
        match self {
            Self::After(delay) | Self::Force(Some(delay)) => Some(delay),
            Self::None | Self::Forbid | Self::Force(None) => None,
        }
    }
}
