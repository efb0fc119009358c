//! Durations as text: `"1m 30s"`, `"250ms"`, `"1.5s"`.
//!
//! Arguments, configuration files and printed policies share this grammar. So the file stands in `retry-core` and in
//! `retry-macros`, which cannot share code; `tests/tests/grammar.rs` holds the two equal.

use std::time::Duration;

const NANOS_PER_SEC: u128 = 1_000_000_000;

/// Each unit's spellings and its length in nanoseconds. A month has no length, and `1M` is too near to `1m`.
const UNITS: &[(&[&str], u128)] = &[
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

/// Reads a sum of numbers with units, spaces allowed in between.
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
    let plain = rest.replace('_', "");
    if plain != rest && parse(&plain).is_ok() {
        return Err(format!("no `_` between the digits: write `\"{plain}\"`"));
    }
    let mut total = Some(0);
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, after) = split(after.trim_start(), char::is_alphabetic);
        let part = nanos(number, unit, after)?;
        total = total
            .zip(part)
            .and_then(|(sum, part)| u128::checked_add(sum, part));
        rest = after.trim_start();
    }
    total
        .and_then(duration)
        .ok_or_else(|| "a duration longer than can be counted".into())
}

/// One number with its unit; `None` where it is too long.
fn nanos(number: &str, unit: &str, after: &str) -> Result<Option<u128>, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return Err(
            "a duration is a number with a unit: write for example `\"1m30s\"` or `\"250ms\"`"
                .into(),
        );
    }
    if unit.is_empty() && after.starts_with(',') {
        return Err("a duration has no comma: write `\"1.5s\"` for one and a half seconds".into());
    }
    if unit.is_empty() {
        return Err(format!(
            "a duration needs a unit: write `\"{number}ms\"` or `\"{number}s\"`"
        ));
    }
    let Some((_, length)) = UNITS.iter().find(|(names, _)| names.contains(&unit)) else {
        return Err(format!(
            "unknown unit `{unit}`: write `ns`, `us`, `ms`, `s`, `m`, `h` or `d`"
        ));
    };
    let part = part_of(*length, fraction.trim_end_matches('0'))
        .ok_or("a duration finer than a nanosecond: write fewer digits")?;
    let whole = whole.parse::<u128>().ok();
    Ok(whole
        .and_then(|count| count.checked_mul(*length))
        .and_then(|whole| whole.checked_add(part)))
}

/// The decimal fraction of a length, if it is a whole number.
fn part_of(length: u128, fraction: &str) -> Option<u128> {
    if fraction.is_empty() {
        return Some(0);
    }
    let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = fraction.parse::<u128>().ok()?.checked_mul(length)?;
    (scaled % scale == 0).then_some(scaled / scale)
}

fn duration(nanos: u128) -> Option<Duration> {
    let secs = u64::try_from(nanos / NANOS_PER_SEC).ok()?;
    let rest = u32::try_from(nanos % NANOS_PER_SEC).ok()?;
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
            ("1.5s", Duration::from_millis(1500)),
            ("0.25 m", Duration::from_secs(15)),
            ("1.000000007s", Duration::new(1, 7)),
            ("2.50000000000000000000000000us", Duration::from_nanos(2500)),
            (" 2 hours ", Duration::new(7200, 0)),
            ("1d1h1m1s1ms1us1ns", Duration::new(90_061, 1_001_001)),
            ("5µs", Duration::from_micros(5)),
            ("0", Duration::ZERO),
            ("0s", Duration::ZERO),
            ("18446744073709551615.999999999s", Duration::MAX),
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
            (".5s", "a number with a unit"),
            ("5.s", "a number with a unit"),
            ("1.2.3s", "a number with a unit"),
            ("1500", "write `\"1500ms\"` or `\"1500s\"`"),
            ("1.5", "write `\"1.5ms\"` or `\"1.5s\"`"),
            ("1,5s", "write `\"1.5s\"`"),
            ("1s5", "needs a unit"),
            ("1 0s", "needs a unit"),
            ("1_000ms", "write `\"1000ms\"`"),
            ("1M", "unknown unit `M`"),
            ("1w", "unknown unit `w`"),
            ("3 fortnights", "unknown unit `fortnights`"),
            ("0.5ns", "finer than a nanosecond"),
            ("18446744073709551616s", "longer than can be counted"),
            ("18446744073709551615s 1000ms", "longer than can be counted"),
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
