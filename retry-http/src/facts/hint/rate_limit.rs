//! Rate limit headers: read only on request, because `reset` has no common unit.

use core::fmt;
use core::time::Duration;

use http::{HeaderMap, HeaderValue};

use super::{date, number};

/// What the number in a `...-reset` header counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResetUnit {
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Millis,
    /// Seconds since 1970, as GitHub sends it.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Told by its size: below 10^9 seconds from now, below 10^12 seconds since 1970, else milliseconds since 1970.
    Auto,
}

impl fmt::Display for ResetUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::EpochSeconds => "epoch seconds",
            Self::EpochMillis => "epoch milliseconds",
            Self::Auto => "a unit told by size",
        })
    }
}

impl ResetUnit {
    fn read(self, value: &[u8], clock: i64) -> Option<Duration> {
        let since_1970 = |at: Duration| {
            let clock = Duration::from_secs(u64::try_from(clock).unwrap_or(0));
            at.saturating_sub(clock)
        };
        match self {
            Self::Seconds => number::seconds(value),
            Self::Millis => number::millis(value),
            Self::EpochSeconds => number::thousandths(value)
                .map(Duration::from_millis)
                .map(since_1970),
            Self::EpochMillis => number::thousandths(value)
                .map(|thousandths| Duration::from_millis(thousandths.div_ceil(1000)))
                .map(since_1970),
            Self::Auto => match number::thousandths(value)? / 1000 {
                0..1_000_000_000 => Self::Seconds,
                1_000_000_000..1_000_000_000_000 => Self::EpochSeconds,
                _ => Self::EpochMillis,
            }
            .read(value, clock),
        }
    }
}

pub(super) fn delay(headers: &HeaderMap, now: i64, unit: ResetUnit) -> Option<Duration> {
    if date::age(headers) > 0 {
        return None;
    }
    let clock = date::clock(headers, now);
    let reset = |name| unit.read(field(headers, name)?, clock);
    let seconds = |name| number::seconds(field(headers, name)?);
    let exhausted = |name| field(headers, name).is_some_and(|left| number::whole(left) == Some(0));

    if headers.contains_key("ratelimit") {
        return structured(headers).or_else(|| listed(headers));
    }
    if exhausted("ratelimit-remaining") {
        return reset("ratelimit-reset");
    }
    if exhausted("x-ratelimit-remaining") {
        return seconds("x-ratelimit-reset-after").or_else(|| reset("x-ratelimit-reset"));
    }
    if exhausted("x-rate-limit-remaining") {
        return reset("x-rate-limit-reset");
    }
    None
}

fn field<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    headers
        .get(name)
        .map(|value| number::trim(value.as_bytes()))
}

/// `"burst";r=0;t=5, "daily";r=9;t=3600`: the longest `t` of what is used up. One malformed item spoils the field.
fn structured(headers: &HeaderMap) -> Option<Duration> {
    let mut longest = None;
    for line in headers.get_all("ratelimit") {
        for item in line.to_str().ok()?.split(',') {
            let (left, wait) = structured_item(item.trim())?;
            if left == Some(0) {
                longest = longest.max(wait);
            }
        }
    }
    longest
}

fn structured_item(item: &str) -> Option<(Option<u64>, Option<Duration>)> {
    let mut parts = item.split(';').map(str::trim);
    parts.next()?.strip_prefix('"')?.strip_suffix('"')?;
    let (mut left, mut wait) = (None, None);
    for part in parts {
        let (key, value) = part.split_once('=')?;
        match key {
            "r" => left = Some(number::whole(value.as_bytes())?),
            "t" => {
                number::whole(value.as_bytes())?;
                wait = number::seconds(value.as_bytes());
            }
            _ => {}
        }
    }
    Some((left, wait))
}

/// The form of draft 07: `limit=100, remaining=0, reset=50`.
fn listed(headers: &HeaderMap) -> Option<Duration> {
    let line = headers.get("ratelimit").map(HeaderValue::to_str)?.ok()?;
    let member = |name: &str| {
        line.split(',')
            .filter_map(|member| member.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value.as_bytes()))
    };
    match number::whole(member("remaining")?)? {
        0 => number::seconds(member("reset")?),
        _ => None,
    }
}
