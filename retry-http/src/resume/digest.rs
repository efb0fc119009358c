//! Digests of bodies and of messages (RFC 9530): SHA-256 and SHA-512, the two that are not broken.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256, Sha512};

pub(super) const REPR: HeaderName = HeaderName::from_static("repr-digest");
pub(super) const CONTENT: HeaderName = HeaderName::from_static("content-digest");

/// Structured fields are read with their padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A digest that somebody expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha256([u8; 32]),
    Sha512([u8; 64]),
}

impl Digest {
    /// The strongest digest in a header; what cannot be read is as good as absent.
    pub(super) fn read(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let lines = headers.get_all(name).iter().map(HeaderValue::to_str);
        let field = lines.collect::<Result<Vec<_>, _>>().ok()?.join(",");
        Self::parse(&field)
    }

    pub(super) fn parse(field: &str) -> Option<Self> {
        let (mut sha256, mut sha512) = (None, None);
        // The last of two with one name counts.
        for member in members(field) {
            match member.split_once('=') {
                Some(("sha-256", value)) => sha256 = bytes(value).map(Self::Sha256),
                Some(("sha-512", value)) => sha512 = bytes(value).map(Self::Sha512),
                _ => {}
            }
        }
        sha512.or(sha256)
    }

    /// As it stands in a header.
    pub(super) fn field(&self) -> String {
        match self {
            Self::Sha256(bytes) => format!("sha-256=:{}:", BASE64.encode(bytes)),
            Self::Sha512(bytes) => format!("sha-512=:{}:", BASE64.encode(bytes)),
        }
    }

    /// Whether two digests cannot be of the same bytes.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        core::mem::discriminant(self) == core::mem::discriminant(other) && self != other
    }
}

/// The members of a dictionary: what stands between commas, unless in quotes.
fn members(field: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = field.split(move |letter| {
        let ends = letter == ',' && !quoted;
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && quoted && !escaped;
        ends
    });
    parts.map(|member| member.trim_matches([' ', '\t']))
}

/// `:base64:`, and parameters, which mean nothing here.
fn bytes<const N: usize>(value: &str) -> Option<[u8; N]> {
    let (text, _) = value.strip_prefix(':')?.split_once(':')?;
    BASE64.decode(text).ok()?.try_into().ok()
}

/// A digest that is expected, and the one that has been computed so far.
#[derive(Clone, Debug)]
pub(super) struct Check {
    expected: Digest,
    so_far: Hasher,
}

#[derive(Clone, Debug)]
enum Hasher {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Check {
    pub(super) fn of(expected: Digest) -> Self {
        let so_far = match expected {
            Digest::Sha256(_) => Hasher::Sha256(Sha256::new()),
            Digest::Sha512(_) => Hasher::Sha512(Sha512::new()),
        };
        Self { expected, so_far }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match &mut self.so_far {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn holds(self) -> bool {
        let computed = match self.so_far {
            Hasher::Sha256(hasher) => Digest::Sha256(hasher.finalize().into()),
            Hasher::Sha512(hasher) => Digest::Sha512(hasher.finalize().into()),
        };
        computed == self.expected
    }
}

/// Tells names apart that must not be written down: SHA-256, in hexadecimal.
#[cfg(feature = "reqwest")]
pub(crate) fn fingerprint(name: &str) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    let hash = Sha256::digest(name);
    let digits = hash
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of nothing.
    const EMPTY: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

    fn holds(field: &str, bytes: &[u8]) -> Option<bool> {
        let mut check = Check::of(Digest::parse(field)?);
        check.update(bytes);
        Some(check.holds())
    }

    #[test]
    fn a_digest_holds_for_its_bytes_and_no_others() {
        assert_eq!(holds(EMPTY, b""), Some(true));
        assert_eq!(holds(EMPTY, b"x"), Some(false));
        // `printf abc | openssl dgst -sha512 -binary | base64`
        let abc = "sha-512=:3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==:";
        assert_eq!(holds(abc, b"abc"), Some(true));
        assert_eq!(holds(&format!("{EMPTY}, {abc}"), b"abc"), Some(true));
        let again = Digest::parse(abc).unwrap().field();
        assert_eq!(again, abc);
    }

    #[test]
    fn the_grammar_of_dictionaries_is_kept() {
        let unpadded = EMPTY.replace('=', "").replace("sha-256", "sha-256=");
        for field in [
            &format!("md5=:AAAA:,\t{EMPTY};when=1"),
            &format!("note=\"a, sha-256=:AAAA:, \\\" \", {EMPTY}"),
            &format!("sha-256=:AAAA:, {EMPTY}"),
            &unpadded,
        ] {
            assert_eq!(holds(field, b""), Some(true), "{field}");
        }
        for field in [
            "",
            "sha-256",
            "sha-256=47DEQ",
            "sha-256=:AAAA:",
            "sha-256=:!:",
            "SHA-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
            "note=\"sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\"",
        ] {
            assert_eq!(Digest::parse(field), None, "{field}");
        }
    }
}
