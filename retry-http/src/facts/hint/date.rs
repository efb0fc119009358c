//! The three date forms of RFC 9110 (5.6.7), and which clock a date is measured by.

use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderMap;

use super::number::{trim, whole};

/// Whole seconds since 1970, negative before.
///
/// Rounded down: a clock read a fraction early makes a wait longer, never shorter.
pub(super) fn unix(now: SystemTime) -> i64 {
    let seconds =
        |distance: core::time::Duration| i64::try_from(distance.as_secs()).unwrap_or(i64::MAX);
    now.duration_since(UNIX_EPOCH).map_or_else(
        |before| -seconds(before.duration()).saturating_add(1),
        seconds,
    )
}

/// A date, in whole seconds since 1970. `now` settles the century of a two-digit year.
pub(super) fn parse(value: &[u8], now: i64) -> Option<i64> {
    // The longest date has 33 bytes; what follows may then read a value more than once.
    let value = (value.len() <= 40).then_some(value)?;
    let text = core::str::from_utf8(value).ok()?;
    // The grammar allows a leap second, which no calendar of 86 400 seconds a day knows: the second after it.
    if let Some((day, zone)) = text.split_once(":60 ") {
        return parse(format!("{day}:59 {zone}").as_bytes(), now)?.checked_add(1);
    }
    let date = match rfc850_as_imf(text, now) {
        Some(imf) => httpdate::parse_http_date(&imf),
        None => httpdate::parse_http_date(text),
    };
    date.ok().map(unix)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT` with its year written out: more than 50 years ahead is the past.
///
/// httpdate's own pivot is fixed at 1970, so it takes 2074 for 1974.
fn rfc850_as_imf(text: &str, now: i64) -> Option<String> {
    const SECONDS_OF_A_YEAR: i64 = 31_556_952;
    let (weekday, rest) = text.split_once(", ")?;
    let full = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let mut parts = rest.splitn(3, '-');
    let (day, month, tail) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, time) = tail.split_once(' ')?;
    let two_digits = |text: &str| (text.len() == 2).then(|| whole(text.as_bytes())).flatten();
    if !full.contains(&weekday) || two_digits(day).is_none() {
        return None;
    }
    let this_year = 1970 + now.div_euclid(SECONDS_OF_A_YEAR);
    let year = this_year.div_euclid(100) * 100 + i64::try_from(two_digits(year)?).ok()?;
    let year = if year > this_year + 50 {
        year - 100
    } else {
        year
    };
    let short = weekday.get(..3)?;
    Some(format!("{short}, {day} {month} {year:04} {time}"))
}

/// How old a cached response is, in seconds.
pub(super) fn age(headers: &HeaderMap) -> i64 {
    headers
        .get("age")
        .and_then(|value| whole(trim(value.as_bytes())))
        .map_or(0, |age| i64::try_from(age).unwrap_or(i64::MAX))
}

/// The time at the server when the response arrived, if the server told: `Date`, and what it spent in caches.
fn server_clock(headers: &HeaderMap, now: i64) -> Option<(i64, i64)> {
    let date = parse(trim(headers.get("date")?.as_bytes()), now)?;
    Some((date, date.saturating_add(age(headers))))
}

/// More apart than this, one of two clocks is broken.
const A_DAY: i64 = 86_400;

/// Seconds from the arrival of the response to `date`.
pub(super) fn until(date: i64, headers: &HeaderMap, now: i64) -> u64 {
    let by_local = date.saturating_sub(now);
    let seconds = match server_clock(headers, now) {
        None => by_local,
        Some((sent, arrived)) => {
            let by_server = date.saturating_sub(arrived);
            if sent.abs_diff(now) <= A_DAY.unsigned_abs() || by_local <= 0 {
                by_server
            } else if by_server <= 0 {
                by_local
            } else {
                by_server.min(by_local)
            }
        }
    };
    u64::try_from(seconds).unwrap_or(0)
}

/// The clock that an epoch in a header is measured by: the server's, unless it is plainly broken.
pub(super) fn clock(headers: &HeaderMap, now: i64) -> i64 {
    match server_clock(headers, now) {
        Some((sent, arrived)) if sent.abs_diff(now) <= A_DAY.unsigned_abs() => arrived,
        _ => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 March 2026, noon.
    const NOON: i64 = 1_772_366_400;

    #[test]
    fn the_three_forms_of_one_instant_agree() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(text.as_bytes(), NOON), Some(784_111_777), "{text}");
        }
    }

    #[test]
    fn a_two_digit_year_is_at_most_fifty_years_ahead() {
        let near = parse(b"Thursday, 01-Mar-74 12:00:00 GMT", NOON);
        assert_eq!(near, Some(NOON + 1_514_764_800));
        assert_eq!(
            parse(b"Tuesday, 01-Mar-77 12:00:00 GMT", NOON),
            Some(226_065_600)
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in [
            "",
            "Mon, 30 Feb 2026 12:00:00 GMT",
            "Sun, 01 Mar 2026 24:00:00 GMT",
            "Sun, 01 Mar 2026 13:00:30 +0100",
            "Mon, 01 Mar 2026 12:00:00 GMT",
            ":60 ",
            "Sunday, ßß-Mar-26 12:00:00 GMT",
            "Sunday, --- ",
            "sun, 01 mar 2026 12:00:00 gmt",
            ":60 :60 :60 ",
        ] {
            assert_eq!(parse(bad.as_bytes(), NOON), None, "{bad:?}");
        }
    }
}
