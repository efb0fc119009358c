//! `Validator`: what tells that two answers are about the same bytes (RFC 9110, 8.8 and 13.1.5).

use core::time::Duration;

use http::header::{DATE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue};
use httpdate::parse_http_date;

/// Within the same second a file may change without its date.
const A_SECOND: Duration = Duration::from_secs(1);

/// A strong validator, as the server wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Validator {
    ETag(HeaderValue),
    Date(HeaderValue),
}

impl Validator {
    /// A strong `ETag`; where there is none at all, a date that is a second or more before the answer's own.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        if headers.contains_key(ETAG) {
            return Self::etag(only(headers, &ETAG)?);
        }
        let modified = only(headers, &LAST_MODIFIED)?;
        let date = |value: &HeaderValue| parse_http_date(value.to_str().ok()?).ok();
        let age = date(only(headers, &DATE)?)?.duration_since(date(modified)?);
        (age.ok()? >= A_SECOND).then(|| Self::Date(modified.clone()))
    }

    pub(super) fn etag(value: &HeaderValue) -> Option<Self> {
        let inner = value.as_bytes().strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let is_allowed = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
        inner
            .iter()
            .all(is_allowed)
            .then(|| Self::ETag(value.clone()))
    }

    /// What goes into `If-Range`.
    pub(super) fn value(&self) -> &HeaderValue {
        match self {
            Self::ETag(value) | Self::Date(value) => value,
        }
    }

    /// Whether an answer is about the same bytes. One that does not say is not.
    pub(super) fn is_shown_by(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::ETag(value) => only(headers, &ETAG) == Some(value),
            Self::Date(value) => {
                !headers.contains_key(ETAG) && only(headers, &LAST_MODIFIED) == Some(value)
            }
        }
    }
}

/// The value of a header that is there once; one that is there twice says nothing.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> Option<Validator> {
        let pairs = headers.iter().map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (HeaderName::from_static(name), value)
        });
        Validator::read(&pairs.collect())
    }

    #[test]
    fn only_a_strong_and_well_formed_etag_is_one() {
        for good in ["\"a\"", "\"\"", "\"W/\"", "\"ä\"", "\"!#~\""] {
            assert!(
                matches!(read(&[("etag", good)]), Some(Validator::ETag(_))),
                "{good}"
            );
        }
        for bad in [
            "W/\"a\"", "a", "\"", "", "\"a", "\"a\"b\"", "\"a b\"", "'a'",
        ] {
            let old = "Sun, 06 Nov 1994 08:49:37 GMT";
            let now = "Sun, 06 Nov 2022 08:49:37 GMT";
            let headers = [("etag", bad), ("last-modified", old), ("date", now)];
            assert_eq!(read(&headers), None, "{bad}");
        }
    }

    #[test]
    fn a_date_is_strong_from_a_second_on() {
        let modified = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (date, strong) in [
            ("Sun, 06 Nov 1994 08:49:36 GMT", false),
            ("Sun, 06 Nov 1994 08:49:37 GMT", false),
            ("Sun, 06 Nov 1994 08:49:38 GMT", true),
            ("Sunday, 06-Nov-94 08:49:38 GMT", true),
            ("yesterday", false),
        ] {
            assert_eq!(
                read(&[modified, ("date", date)]).is_some(),
                strong,
                "{date}"
            );
        }
        assert_eq!(read(&[modified]), None);
    }

    #[test]
    fn what_is_said_twice_is_not_said() {
        let mut headers = HeaderMap::new();
        headers.append(ETAG, HeaderValue::from_static("\"a\""));
        assert!(Validator::read(&headers).is_some());
        headers.append(ETAG, HeaderValue::from_static("\"a\""));
        assert_eq!(Validator::read(&headers), None);
    }
}
