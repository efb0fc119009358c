//! `Hint`: what a response asks the client to do about another attempt: RFC 9110 (10.2.3) and what servers really send.

mod date;
pub(crate) mod headers;
pub(crate) mod number;
pub(crate) mod rate_limit;

use core::time::Duration;

use http::HeaderMap;

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
