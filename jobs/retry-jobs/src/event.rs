//! What a worker tells while it works: for logs and metrics.

use std::time::Duration;

use retry_core::StopReason;

use crate::id::JobId;

/// Something happened to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    pub(crate) id: JobId,
    pub(crate) attempts: u32,
    pub(crate) what: What<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What<'a> {
    /// An attempt ended.
    Attempt {
        /// How long it took.
        took: Duration,
        /// Whether it is worth another one, or failed for good.
        failed: bool,
    },
    /// Another attempt follows after this delay.
    Retry(Duration),
    /// A guard refused the next attempt, which is tried again after this delay.
    Refused(StopReason, Duration),
    /// It ended well.
    Done,
    /// It is a dead letter, for this reason.
    Dead(&'a str),
    /// It is another worker's by now: its outcome was dropped.
    Lost,
}

impl<'a> Event<'a> {
    /// The job.
    #[must_use]
    pub const fn id(&self) -> JobId {
        self.id
    }

    /// Attempts that have ended.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What happened.
    #[must_use]
    pub const fn what(&self) -> What<'a> {
        self.what
    }
}
