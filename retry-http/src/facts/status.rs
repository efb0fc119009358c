//! What a status code says by itself, before anybody asks whether the call may be repeated.

use http::StatusCode;

use crate::facts::hint::Hint;
use crate::facts::repeat::Seen;

/// The kinds of answer that differ in when they may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Informational, success or redirect.
    Fine,
    /// Failed for a while; the server may have acted.
    Transient,
    /// As `Transient`, but with a hint it is a deliberate refusal, and nothing was done.
    Unavailable,
    /// Refused before anything was done.
    Refused,
    /// Refused; worth another attempt only if the server says when.
    RefusedUntil,
    /// With an idempotency key: the first attempt is still at work. Without one: a real conflict.
    InProgress,
    /// The same request would fail again.
    Permanent,
}

impl Kind {
    /// What the server did with a request that it answered like this; `None` where the same would come again.
    pub(crate) fn seen(self, hint: Hint) -> Option<Seen> {
        match self {
            Self::Refused => Some(Seen::NotProcessed),
            Self::Unavailable | Self::RefusedUntil if hint.delay().is_some() => {
                Some(Seen::NotProcessed)
            }
            Self::InProgress if !matches!(hint, Hint::Force(_)) => Some(Seen::Underway),
            Self::Transient | Self::Unavailable => Some(Seen::Maybe),
            _ if matches!(hint, Hint::Force(_)) => Some(Seen::Maybe),
            Self::Fine | Self::RefusedUntil | Self::InProgress | Self::Permanent => None,
        }
    }
}

/// RFC 9110 (15, 15.5, 15.6), RFC 6585 (429), RFC 8470 (425), RFC 4918 (507).
///
/// An unregistered 5xx is read as 500, and a code above 599 as 5xx (RFC 9110, 15).
pub(crate) fn kind(status: StatusCode) -> Kind {
    match status.as_u16() {
        ..=399 => Kind::Fine,
        425 | 429 => Kind::Refused,
        413 => Kind::RefusedUntil,
        409 => Kind::InProgress,
        503 => Kind::Unavailable,
        // Deterministic by definition; 525, 526 and 530 are Cloudflare's for a misconfigured origin.
        501 | 505..=508 | 510 | 511 | 525 | 526 | 530 => Kind::Permanent,
        408 | 500.. => Kind::Transient,
        _ => Kind::Permanent,
    }
}

/// The set that the seed of this project retried: no 425, no 429, no code outside the list.
pub(crate) fn seed_kind(status: StatusCode) -> Kind {
    match status.as_u16() {
        ..=399 => Kind::Fine,
        503 => Kind::Unavailable,
        408 | 500 | 502 | 504 => Kind::Transient,
        _ => Kind::Permanent,
    }
}

/// Status codes named by the user. Every code that a response can carry, 100 to 999, has its bit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Codes([u64; 15]);

impl Codes {
    pub(crate) const EMPTY: Self = Self([0; 15]);

    /// A number that is no status code leaves the set as it is.
    pub(crate) const fn with(mut self, code: u16) -> Self {
        if let 100..=999 = code {
            let bit = code - 100;
            self.0[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        self
    }

    pub(crate) fn contains(&self, code: u16) -> bool {
        let Some(bit) = code.checked_sub(100) else {
            return false;
        };
        let word = self.0.get(usize::from(bit / 64));
        word.is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (100..=999).filter(|code| self.contains(*code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_the_codes_put_in_and_no_others() {
        let codes = [0, 99, 100, 409, 999, 1000, u16::MAX];
        let codes = codes.into_iter().fold(Codes::EMPTY, Codes::with);
        assert_eq!(codes.iter().collect::<Vec<_>>(), [100, 409, 999]);
        assert!(
            ![0, 99, 1000, u16::MAX]
                .into_iter()
                .any(|code| codes.contains(code))
        );
    }
}
