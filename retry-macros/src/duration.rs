//! Durations as text: `"1m30s"`, `"250ms"`, in the words of the configuration files.

use std::time::Duration;

const NANOS_PER_SEC: u64 = 1_000_000_000;

/// Each unit's spellings and its length in nanoseconds.
const UNITS: &[(&[&str], u64)] = &[
    (&["ns", "nsec", "nanos"], 1),
    (&["us", "µs", "usec"], 1_000),
    (&["ms", "msec", "millis"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], NANOS_PER_SEC),
    (
        &["m", "min", "mins", "minute", "minutes"],
        60 * NANOS_PER_SEC,
    ),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600 * NANOS_PER_SEC),
    (&["d", "day", "days"], 86_400 * NANOS_PER_SEC),
];

/// Reads a sum of whole numbers with units, spaces allowed in between.
///
/// # Errors
///
/// What is wrong, and what to write instead: lower case, no full stop, without the text itself.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err("an empty duration: write for example `\"1m30s\"` or `\"250ms\"`".into());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (digits, after) = split(rest, |c| c.is_ascii_digit());
        let (unit, after) = split(after.trim_start(), char::is_alphabetic);
        total = nanos(digits, unit, after)?
            .and_then(|part| total.checked_add(part))
            .ok_or("a duration longer than can be counted")?;
        rest = after.trim_start();
    }
    Ok(total)
}

/// One number with its unit; `None` where it is too long.
fn nanos(digits: &str, unit: &str, after: &str) -> Result<Option<Duration>, String> {
    if digits.is_empty() {
        return Err(
            "a duration is a number with a unit: write for example `\"1m30s\"` or `\"250ms\"`"
                .into(),
        );
    }
    if unit.is_empty() && after.starts_with(['.', ',']) {
        return Err(
            "a duration has whole numbers only: write `\"1s500ms\"` for one and a half seconds"
                .into(),
        );
    }
    if unit.is_empty() {
        return Err(format!(
            "a duration needs a unit: write `\"{digits}ms\"` or `\"{digits}s\"`"
        ));
    }
    let Some((_, nanos)) = UNITS.iter().find(|(names, _)| names.contains(&unit)) else {
        return Err(format!(
            "unknown unit `{unit}`: write `ns`, `us`, `ms`, `s`, `m`, `h` or `d`"
        ));
    };
    let length = digits
        .parse::<u128>()
        .ok()
        .and_then(|count| count.checked_mul(u128::from(*nanos)));
    Ok(length.and_then(duration))
}

fn duration(nanos: u128) -> Option<Duration> {
    let per_sec = u128::from(NANOS_PER_SEC);
    let secs = u64::try_from(nanos / per_sec).ok()?;
    let rest = u32::try_from(nanos % per_sec).ok()?;
    Some(Duration::new(secs, rest))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_numbers_with_units_are_read() {
        let table = [
            ("250ms", Duration::from_millis(250)),
            ("1m30s", Duration::from_secs(90)),
            ("1m 30s", Duration::from_secs(90)),
            (" 2 hours ", Duration::from_secs(7200)),
            ("1d1h1m1s1ms1us1ns", Duration::new(90_061, 1_001_001)),
            ("5µs", Duration::from_micros(5)),
            ("0", Duration::ZERO),
            ("0s", Duration::ZERO),
            ("18446744073709551615s", Duration::from_secs(u64::MAX)),
        ];
        for (text, duration) in table {
            assert_eq!(parse(text), Ok(duration), "{text}");
        }
    }

    #[test]
    fn anything_else_says_what_to_write() {
        let table = [
            ("", "an empty duration"),
            ("soon", "a number with a unit"),
            ("-1s", "a number with a unit"),
            ("1500", "write `\"1500ms\"` or `\"1500s\"`"),
            ("1.5s", "write `\"1s500ms\"`"),
            ("1s5", "needs a unit"),
            ("3 fortnights", "unknown unit `fortnights`"),
            ("18446744073709551616s", "longer than can be counted"),
            ("18446744073709551615s 1s", "longer than can be counted"),
            (
                "99999999999999999999999999999999999999999s",
                "longer than can be counted",
            ),
        ];
        for (text, message) in table {
            let error = parse(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
