//! `Hints`: which headers are read, and which of them wins.

use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;

use super::rate_limit::ResetUnit;
use super::{Hint, date, number, rate_limit};

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
}

/// Which headers are read for a [`Hint`]: plain data, const.
///
/// [`standard`](Self::standard) is what [`Hint::read`] reads. The rest is off until asked for: those headers mean
/// different things at different servers.
///
/// ```
/// use retry_http::{Hint, Hints, ResetUnit};
/// use std::time::{Duration, SystemTime};
///
/// const HINTS: Hints = Hints::standard().rate_limit(ResetUnit::Seconds);
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-ratelimit-remaining", "0".parse()?);
/// headers.insert("x-ratelimit-reset", "3".parse()?);
/// assert_eq!(HINTS.read(&headers, SystemTime::now()), Hint::After(Duration::from_secs(3)));
/// assert_eq!(Hint::read(&headers, SystemTime::now()), Hint::None);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hints {
    aws: bool,
    envoy: bool,
    reset: Option<ResetUnit>,
}

/// As [`Hints::standard`].
impl Default for Hints {
    fn default() -> Self {
        Self::standard()
    }
}

impl Hints {
    /// The headers that need no agreement with the server.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            aws: false,
            envoy: false,
            reset: None,
        }
    }

    /// Reads `x-amz-retry-after` too, in milliseconds.
    #[must_use]
    pub const fn aws(mut self) -> Self {
        self.aws = true;
        self
    }

    /// Takes `x-envoy-ratelimited` for "do not try again", as Envoy itself does.
    #[must_use]
    pub const fn envoy(mut self) -> Self {
        self.envoy = true;
        self
    }

    /// Reads `RateLimit` (draft-ietf-httpapi-ratelimit-headers, and its older forms), `X-RateLimit-Reset-After`,
    /// `X-RateLimit-Reset` and `X-Rate-Limit-Reset` too, the last two in `unit`.
    ///
    /// They count only where nothing remains, and after all other headers. A response from a cache says nothing
    /// about now, so there they are ignored.
    #[must_use]
    pub const fn rate_limit(mut self, unit: ResetUnit) -> Self {
        self.reset = Some(unit);
        self
    }

    /// Reads `headers`, which arrived at `now` by the local clock.
    #[must_use]
    pub fn read(&self, headers: &HeaderMap, now: SystemTime) -> Hint {
        if says(headers, "false") || (self.envoy && headers.contains_key("x-envoy-ratelimited")) {
            return Hint::Forbid;
        }
        let delay = self.delay(headers, date::unix(now));
        if says(headers, "true") {
            return Hint::Force(delay);
        }
        delay.map_or(Hint::None, Hint::After)
    }

    fn delay(self, headers: &HeaderMap, now: i64) -> Option<Duration> {
        let millis = |name| longest(headers, name, number::millis);
        millis("retry-after-ms")
            .or_else(|| millis("x-ms-retry-after-ms"))
            .or_else(|| {
                longest(headers, "retry-after", |value| {
                    retry_after(value, headers, now)
                })
            })
            .or_else(|| self.aws.then(|| millis("x-amz-retry-after")).flatten())
            .or_else(|| rate_limit::delay(headers, now, self.reset?))
    }
}

/// What is read beside the standard headers: `, aws hints, rate limits in epoch seconds`.
impl fmt::Display for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.aws, ", aws hints"), (self.envoy, ", envoy hints")] {
            f.write_str(if on { name } else { "" })?;
        }
        self.reset
            .map_or(Ok(()), |unit| write!(f, ", rate limits in {unit}"))
    }
}

/// The exact lower-case words: what else a server writes there is not known to mean anything.
fn says(headers: &HeaderMap, word: &str) -> bool {
    ["x-should-retry", "stripe-should-retry"]
        .iter()
        .flat_map(|name| headers.get_all(*name))
        .any(|value| number::trim(value.as_bytes()) == word.as_bytes())
}

/// A field that came twice: obeying the longer one obeys both.
fn longest(
    headers: &HeaderMap,
    name: &str,
    parse: impl Fn(&[u8]) -> Option<Duration>,
) -> Option<Duration> {
    let values = headers.get_all(name).iter();
    values
        .filter_map(|value| parse(number::trim(value.as_bytes())))
        .max()
}

fn retry_after(value: &[u8], headers: &HeaderMap, now: i64) -> Option<Duration> {
    let until = |date| Duration::from_secs(date::until(date, headers, now));
    // Seconds count from the arrival of the response, whatever its `Age` (RFC 9110, 10.2.3).
    number::seconds(value)
        .or_else(|| date::parse(value, now).map(until))
        .or_else(|| number::longest_of_list(value))
}
