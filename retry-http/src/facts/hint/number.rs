//! Numbers as servers write them, in one pass over the bytes, whatever their length.

use core::time::Duration;

/// What RFC 9111 (1.2.2) puts in the place of a number that is too large to keep.
const SATURATED: Duration = Duration::from_secs(1 << 31);

/// Optional white space is not part of a value (RFC 9110, 5.5).
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Seconds, perhaps with a decimal fraction.
pub(crate) fn seconds(value: &[u8]) -> Option<Duration> {
    let delay = thousandths(value).map(Duration::from_millis)?;
    Some(if delay.as_secs() > u64::from(u32::MAX) {
        SATURATED
    } else {
        delay
    })
}

/// Milliseconds, perhaps with a decimal fraction, which rounds up.
pub(super) fn millis(value: &[u8]) -> Option<Duration> {
    let delay = Duration::from_millis(thousandths(value)?.div_ceil(1000));
    Some(delay.min(SATURATED))
}

/// `1*DIGIT` and no fraction.
pub(super) fn whole(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}

/// A plain decimal in thousandths, rounded up.
///
/// Neither `u64::from_str` nor `f64::from_str` will do: the one takes `+1`, the other `inf`, `nan` and `1e3`.
pub(super) fn thousandths(value: &[u8]) -> Option<u64> {
    let Some(point) = value.iter().position(|byte| *byte == b'.') else {
        return Some(whole(value)?.saturating_mul(1000));
    };
    let (integer, fraction) = value.split_at(point);
    let fraction = fraction.get(1..)?;
    whole(fraction)?;
    let digit = |place: usize| fraction.get(place).map_or(0, |byte| u64::from(byte - b'0'));
    let rest = fraction.iter().skip(3).any(|byte| *byte != b'0');
    let fraction = digit(0) * 100 + digit(1) * 10 + digit(2) + u64::from(rest);
    Some(
        whole(integer)?
            .saturating_mul(1000)
            .saturating_add(fraction),
    )
}

/// A list made by a proxy that joined several fields: every member a plain number, or it is no list.
///
/// Nor is it one if it holds what may be a thousand: three digits after a bare comma, or a number that begins with 0.
pub(super) fn longest_of_list(value: &[u8]) -> Option<Duration> {
    let members = || value.split(|byte| *byte == b',');
    let is_group = |member: &[u8]| member.len() == 3 && whole(member).is_some();
    let is_rest = |member: &[u8]| matches!(trim(member), [b'0', _, ..]);
    if members().skip(1).any(is_group) || members().any(is_rest) {
        return None;
    }
    members()
        .map(trim)
        .map(|member| whole(member).and_then(|_| seconds(member)))
        .try_fold(Duration::ZERO, |longest, delay| Some(longest.max(delay?)))
}

/// A non-negative `i32` in the one way to write it.
pub(super) fn pushback(value: &[u8]) -> Option<Duration> {
    let canonical = matches!(value, [b'0'] | [b'1'..=b'9', ..]);
    let millis = whole(value).and_then(|millis| i32::try_from(millis).ok())?;
    canonical.then(|| Duration::from_millis(u64::from(millis.unsigned_abs())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_plain_decimals_is_a_number() {
        for bad in [
            "", " ", "+1", "-1", ".5", "5.", ".", "1e3", "0x10", "inf", "nan", "1_000", "5s",
            "\"5\"", "1 2", "1.2.3", "1,5", "٣",
        ] {
            assert_eq!(seconds(bad.as_bytes()), None, "{bad:?}");
            assert_eq!(millis(bad.as_bytes()), None, "{bad:?}");
        }
    }

    #[test]
    fn fractions_round_up_to_a_millisecond() {
        assert_eq!(seconds(b"1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(seconds(b"0.0001"), Some(Duration::from_millis(1)));
        assert_eq!(seconds(b"0.9999"), Some(Duration::from_secs(1)));
        assert_eq!(millis(b"0.5"), Some(Duration::from_millis(1)));
    }

    #[test]
    fn a_megabyte_of_digits_saturates() {
        let digits = vec![b'9'; 1 << 20];
        assert_eq!(seconds(&digits), Some(SATURATED));
        assert_eq!(millis(&digits), Some(SATURATED));
    }

    #[test]
    fn a_list_counts_only_when_each_member_is_a_number() {
        assert_eq!(longest_of_list(b"2, 3"), Some(Duration::from_secs(3)));
        assert_eq!(longest_of_list(b"2, soon"), None);
        assert_eq!(longest_of_list(b"2,"), None);
    }

    #[test]
    fn digit_groups_are_no_list() {
        for groups in [
            "1,000",
            "120,300",
            "1,000,000",
            "1,000,5",
            "1,000, 2,000",
            "1, 000",
        ] {
            assert_eq!(longest_of_list(groups.as_bytes()), None, "{groups}");
        }
        for (list, seconds) in [("120, 300", 300), ("2,30", 30), ("5,5000", 5000)] {
            let longest = Some(Duration::from_secs(seconds));
            assert_eq!(longest_of_list(list.as_bytes()), longest, "{list}");
        }
    }

    #[test]
    fn a_pushback_has_one_spelling() {
        assert_eq!(pushback(b"0"), Some(Duration::ZERO));
        assert_eq!(
            pushback(b"2147483647"),
            Some(Duration::from_millis(2_147_483_647))
        );
        for bad in ["", "00", "+1", "-1", "2147483648", "1.5", " 1"] {
            assert_eq!(pushback(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
