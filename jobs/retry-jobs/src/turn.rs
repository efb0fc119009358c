//! What a handler is told of its attempt.

use std::time::{Duration, SystemTime};

use crate::id::JobId;

/// One attempt at one job.
#[derive(Clone, Debug)]
pub struct Turn {
    pub(crate) id: JobId,
    pub(crate) attempt: u32,
    pub(crate) began: SystemTime,
    pub(crate) previous_delay: Duration,
    pub(crate) previous_error: Option<String>,
}

impl Turn {
    /// The job.
    #[must_use]
    pub const fn id(&self) -> JobId {
        self.id
    }

    /// The number of this attempt, from 1. One that was cut by a kill comes again under the same number.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// One idempotency key for the job, the same in every attempt.
    #[must_use]
    pub fn key(&self) -> String {
        self.id.to_string()
    }

    /// When the first attempt began.
    #[must_use]
    pub const fn began(&self) -> SystemTime {
        self.began
    }

    /// The delay before this attempt, zero before the first.
    #[must_use]
    pub const fn previous_delay(&self) -> Duration {
        self.previous_delay
    }

    /// What the attempt before this one said.
    #[must_use]
    pub fn previous_error(&self) -> Option<&str> {
        self.previous_error.as_deref()
    }
}
