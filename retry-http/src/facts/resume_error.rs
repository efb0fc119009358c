//! `ResumeError`: why a body cannot go on, or is not what it should be.

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use http::StatusCode;

/// Why a body that resumes came to no good end.
///
/// ```
/// use http::{HeaderMap, StatusCode};
/// use retry_http::Resume;
///
/// let mut body = Resume::new();
/// let error = body.answer(StatusCode::PARTIAL_CONTENT, &HeaderMap::new()).unwrap_err();
/// assert!(error.is_wrong_range());
/// assert_eq!(error.to_string(), "the server sent another part than was asked for");
/// ```
#[derive(Clone, Debug)]
pub struct ResumeError {
    kind: ResumeFault,
    fault: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kinds of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    not(feature = "reqwest"),
    allow(dead_code, reason = "some only a driver says")
)]
pub(crate) enum ResumeFault {
    #[error("only a GET without a range of its own, whose body can be sent again, can be resumed")]
    Request,
    #[error("the answer {0} is neither the body nor a part of it")]
    Status(StatusCode),
    #[error("it changed at the server while it was on its way")]
    Changed,
    #[error("the server sent another part than was asked for")]
    WrongRange,
    #[error("the body broke off at byte {at} and cannot be resumed: {why}")]
    NotResumable { at: u64, why: Why },
    #[error("the body is longer than the server said, {0} bytes")]
    TooLong(u64),
    #[error("the body does not match its {0}")]
    Corrupt(&'static str),
    #[error("the body ended at byte {at} of {length}")]
    Unfinished { at: u64, length: u64 },
    #[error("what an earlier call left is out of date")]
    Stale,
}

/// What is missing to ask for the rest of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Why {
    #[error("the server gave no strong validator")]
    Validator,
    #[error("its length is not known")]
    Length,
    #[error("the server sends no parts")]
    Ranges,
}

impl ResumeError {
    #[cfg(feature = "reqwest")]
    pub(crate) fn because(mut self, fault: impl Error + Send + Sync + 'static) -> Self {
        self.fault = Some(Arc::new(fault));
        self
    }

    /// Whether another entity was at the server than the one whose beginning was handed on.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self.kind, ResumeFault::Changed)
    }

    /// Whether the server sent another part than was asked for.
    #[must_use]
    pub fn is_wrong_range(&self) -> bool {
        matches!(self.kind, ResumeFault::WrongRange)
    }

    /// Whether the body broke off and its rest could not be asked for: no strong validator, no length, or a server
    /// without ranges.
    #[must_use]
    pub fn is_not_resumable(&self) -> bool {
        matches!(
            self.kind,
            ResumeFault::NotResumable { .. } | ResumeFault::Request
        )
    }

    /// Whether the body was not what the server said of it, in length or digest.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        matches!(self.kind, ResumeFault::TooLong(_) | ResumeFault::Corrupt(_))
    }

    /// Whether another request may cure it: the server sent less than the rest, or what an earlier process left is
    /// out of date.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            ResumeFault::Unfinished { .. } | ResumeFault::Stale
        )
    }
}

impl From<ResumeFault> for ResumeError {
    fn from(kind: ResumeFault) -> Self {
        Self { kind, fault: None }
    }
}

impl fmt::Display for ResumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for ResumeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            Some(fault) => Some(fault.as_ref()),
            None => None,
        }
    }
}
