//! `Entity`: what is known of the bytes that are on their way, as far as later answers are held against it; and the note
//! of it that the next process reads.

use http::header::{ACCEPT_RANGES, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};

use super::content_range::{content_length, digits};
use super::digest::{self, Digest};
use super::validator::Validator;
use crate::facts::resume_error::Why;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entity {
    pub(super) validator: Option<Validator>,
    /// `None` where the server did not say, or the client undid a coding and so took the length away.
    pub(super) length: Option<u64>,
    /// The bytes are handed on as they are sent, so a part in another coding is of something else.
    coding: Option<HeaderValue>,
    pub(super) digest: Option<Digest>,
    sends_no_parts: bool,
}

impl Entity {
    /// What an answer with the whole body says.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        Self {
            validator: Validator::read(headers),
            length: content_length(headers),
            coding: coding(headers),
            digest: Digest::read(headers, &digest::REPR),
            sends_no_parts: sends_no_parts(headers),
        }
    }

    /// The validator by which the rest can be asked for, or why it cannot.
    pub(super) fn resumable(&self) -> Result<&Validator, Why> {
        if self.sends_no_parts {
            return Err(Why::Ranges);
        }
        if self.length.is_none() {
            return Err(Why::Length);
        }
        self.validator.as_ref().ok_or(Why::Validator)
    }

    /// Whether an answer shows that it is about the same bytes.
    pub(super) fn is_shown_by(&self, headers: &HeaderMap) -> bool {
        let validator = self.validator.as_ref();
        let same = validator.is_some_and(|validator| validator.is_shown_by(headers));
        let digest = Digest::read(headers, &digest::REPR);
        let contradicted = match (&self.digest, &digest) {
            (Some(ours), Some(theirs)) => ours.contradicts(theirs),
            _ => false,
        };
        same && !contradicted && coding(headers) == self.coding
    }

    /// One line for each thing that is known.
    pub(super) fn note(&self) -> Vec<u8> {
        let mut note = Vec::new();
        let mut line = |name: &str, value: &[u8]| {
            note.extend_from_slice(name.as_bytes());
            note.push(b' ');
            note.extend_from_slice(value);
            note.push(b'\n');
        };
        match &self.validator {
            Some(Validator::ETag(value)) => line("etag", value.as_bytes()),
            Some(Validator::Date(value)) => line("last-modified", value.as_bytes()),
            None => {}
        }
        if let Some(length) = self.length {
            line("length", length.to_string().as_bytes());
        }
        if let Some(coding) = &self.coding {
            line("coding", coding.as_bytes());
        }
        if let Some(digest) = &self.digest {
            line("digest", digest.field().as_bytes());
        }
        if self.sends_no_parts {
            line("ranges", b"none");
        }
        note
    }

    /// `None` where a line is not one of [`note`](Self::note)'s.
    pub(super) fn from_note(note: &[u8]) -> Option<Self> {
        let mut entity = Self::default();
        for line in note.split(|byte| *byte == b'\n') {
            let space = line.iter().position(|byte| *byte == b' ');
            let (name, value) = line.split_at(space.unwrap_or(line.len()));
            let value = value.get(1..).unwrap_or_default();
            let text = core::str::from_utf8(value);
            let header = || HeaderValue::from_bytes(value).ok();
            match name {
                b"" if line.is_empty() => {}
                b"etag" => entity.validator = Some(Validator::etag(&header()?)?),
                b"last-modified" => entity.validator = Some(Validator::Date(header()?)),
                b"length" => entity.length = Some(digits(text.ok()?)?),
                b"coding" => entity.coding = Some(header()?),
                b"digest" => entity.digest = Some(Digest::parse(text.ok()?)?),
                b"ranges" => entity.sends_no_parts = true,
                _ => return None,
            }
        }
        Some(entity)
    }
}

/// The codings of a body; `identity` is none.
fn coding(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(CONTENT_ENCODING)?;
    (!value.as_bytes().eq_ignore_ascii_case(b"identity")).then(|| value.clone())
}

/// `Accept-Ranges: none`, which advises against asking.
fn sends_no_parts(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_RANGES).iter();
    values.filter_map(|value| value.to_str().ok()).any(|value| {
        value
            .split(',')
            .any(|unit| unit.trim().eq_ignore_ascii_case("none"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    #[test]
    fn a_note_says_all_that_is_known() {
        let headers = [
            ("etag", "\"ä\""),
            ("content-length", "700"),
            ("content-encoding", "gzip"),
            (
                "repr-digest",
                "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
            ),
            ("accept-ranges", "none"),
        ];
        let headers: HeaderMap = headers
            .into_iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect();
        let entity = Entity::read(&headers);
        assert_eq!(Entity::from_note(&entity.note()), Some(entity));
        assert_eq!(Entity::from_note(b""), Some(Entity::default()));
        for bad in [
            "etag a\n",
            "length -1\n",
            "colour blue\n",
            "digest x\n",
            " \n",
        ] {
            assert_eq!(Entity::from_note(bad.as_bytes()), None, "{bad}");
        }
    }
}
