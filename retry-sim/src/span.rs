//! A stretch of virtual time.

use std::time::Duration;

use crate::duration::nanos;

/// From `at`, for `lasts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) at: Duration,
    pub(crate) lasts: Duration,
}

impl Span {
    pub(crate) const fn new(at: Duration, lasts: Duration) -> Self {
        Self { at, lasts }
    }

    pub(crate) fn holds(&self, now: u64) -> bool {
        nanos(self.at) <= now && now < self.end()
    }

    /// In nanoseconds.
    pub(crate) fn end(&self) -> u64 {
        nanos(self.at.saturating_add(self.lasts))
    }
}
