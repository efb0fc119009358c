//! What an earlier process left, and the digest of the whole that spans both.

use super::Resume;
use crate::facts::resume_error::{ResumeError, ResumeFault};
use crate::resume::digest::Check;
use crate::resume::entity::Entity;

impl Resume {
    /// A body of which an earlier process left the first `position` bytes, and this [`note`](Self::note).
    ///
    /// `None` where the note is no note, or is one of a shorter body. Where it [`is_checked`](Self::is_checked), those
    /// bytes have to be shown to [`recall`](Self::recall).
    #[must_use]
    pub fn from_note(note: &[u8], position: u64) -> Option<Self> {
        let entity = Entity::from_note(note)?;
        let fits = entity.length.is_some_and(|length| position <= length);
        (fits && entity.resumable().is_ok()).then(|| Self {
            check: entity.digest.clone().map(Check::of),
            whole: entity.length == Some(position),
            position,
            furthest: position,
            entity,
            ..Self::new()
        })
    }

    /// What another process has to know to go on: lines of text.
    #[must_use]
    pub fn note(&self) -> Vec<u8> {
        self.entity.note()
    }

    /// Whether a digest of the whole body is known, so that every byte has to be seen.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.check.is_some()
    }

    /// Shows bytes that an earlier process left, in order.
    pub fn recall(&mut self, bytes: &[u8]) {
        if let Some(check) = &mut self.check {
            check.update(bytes);
        }
    }

    /// Checks the whole body; for one that an earlier process left whole, once it was recalled.
    ///
    /// # Errors
    ///
    /// It does not match its digest.
    pub fn verify(&mut self) -> Result<(), ResumeError> {
        self.whole = self.check.take().is_none_or(Check::holds);
        if self.whole {
            return Ok(());
        }
        Err(ResumeFault::Corrupt("Repr-Digest").into())
    }
}
