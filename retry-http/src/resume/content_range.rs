//! `ContentRange`: which part of a body an answer brings (RFC 9110, 14.4).

use http::header::{CONTENT_LENGTH, CONTENT_RANGE};
use http::{HeaderMap, HeaderValue};

use super::validator::only;

/// A valid `Content-Range` in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentRange {
    /// `end` is the first byte after the part.
    Part {
        first: u64,
        end: u64,
        length: Option<u64>,
    },
    /// There is no such part, only so many bytes.
    Unsatisfied { length: u64 },
}

impl ContentRange {
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        Self::parse(only(headers, &CONTENT_RANGE)?.to_str().ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let (unit, range) = text.split_once(' ')?;
        let (part, length) = range.split_once('/')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let length = if length == "*" {
            None
        } else {
            Some(digits(length)?)
        };
        if part == "*" {
            return length.map(|length| Self::Unsatisfied { length });
        }
        let (first, last) = part.split_once('-')?;
        let (first, end) = (digits(first)?, digits(last)?.checked_add(1)?);
        let is_valid = first < end && length.is_none_or(|length| end <= length);
        is_valid.then_some(Self::Part { first, end, length })
    }
}

/// How long the body of an answer is said to be.
pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    digits(only(headers, &CONTENT_LENGTH)?.to_str().ok()?)
}

/// `bytes=n-`
pub(super) fn from_byte(first: u64) -> HeaderValue {
    // Letters and digits make a header value.
    HeaderValue::try_from(format!("bytes={first}-"))
        .unwrap_or_else(|_| HeaderValue::from_static("bytes=0-"))
}

/// Digits and nothing else: `parse` alone would take a sign.
pub(super) fn digits(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_valid_is_read_to_the_byte() {
        let part = |first, end, length| Some(ContentRange::Part { first, end, length });
        for (text, range) in [
            ("bytes 0-0/1", part(0, 1, Some(1))),
            ("bytes 42-1233/1234", part(42, 1234, Some(1234))),
            ("Bytes 42-1233/*", part(42, 1234, None)),
            (
                "bytes */1234",
                Some(ContentRange::Unsatisfied { length: 1234 }),
            ),
        ] {
            assert_eq!(ContentRange::parse(text), range, "{text}");
        }
    }

    #[test]
    fn what_is_not_valid_is_not_read() {
        for text in [
            "",
            "bytes",
            "bytes 1-2",
            "bytes 2-1/5",
            "bytes 0-5/5",
            "bytes */*",
            "bytes -5/9",
            "bytes 1-/9",
            "bytes +1-2/9",
            "bytes 1 - 2/9",
            "bytes  1-2/9",
            "bytes=1-2/9",
            "items 1-2/9",
            "bytes 1-2/9, bytes 3-4/9",
            "bytes 0-18446744073709551615/*",
            "bytes 0-18446744073709551616/*",
        ] {
            assert_eq!(ContentRange::parse(text), None, "{text}");
        }
    }
}
