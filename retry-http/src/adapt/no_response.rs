//! `NoResponse`: why an adapter that wraps other services has no response to give.

use core::error::Error;
use core::fmt;

use retry_core::{Rejected, TimedOut};

use crate::facts::fault::Fault;

type BoxError = Box<dyn Error + Send + Sync>;

/// Why a call through [`RetryLayer`](crate::RetryLayer) or [`RetryMiddleware`](crate::RetryMiddleware) has no response:
/// the error of what is below, or of a limit of `retry_core`.
#[derive(Debug)]
pub struct NoResponse(BoxError);

impl NoResponse {
    pub(crate) fn new(error: impl Into<BoxError>) -> Self {
        Self(error.into())
    }

    /// The error itself.
    #[must_use]
    pub fn into_inner(self) -> BoxError {
        self.0
    }
}

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no response")
    }
}

impl Error for NoResponse {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

#[diagnostic::do_not_recommend]
impl Fault for NoResponse {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

/// What `attempt_timeout` needs.
impl From<TimedOut> for NoResponse {
    fn from(error: TimedOut) -> Self {
        Self(error.into())
    }
}

/// What `breaker` needs.
impl From<Rejected> for NoResponse {
    fn from(error: Rejected) -> Self {
        Self(error.into())
    }
}
