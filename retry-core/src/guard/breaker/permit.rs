//! Leave for one attempt.

use core::time::Duration;

use super::CircuitBreaker;

/// Leave for one attempt. [`record`](Self::record) says how it went.
///
/// Dropping it unrecorded gives it back, as if the attempt had never been admitted.
#[must_use = "an attempt whose permit is not recorded does not count"]
#[derive(Debug)]
pub struct Permit<'a> {
    breaker: &'a CircuitBreaker,
    admission: Option<Admission>,
}

/// Under which generation an attempt was admitted, `None` where nobody counts, and when, where it matters how long it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admission {
    pub(super) generation: Option<u64>,
    pub(super) since: u64,
}

impl Admission {
    pub(super) const fn uncounted() -> Self {
        Self {
            generation: None,
            since: 0,
        }
    }
}

impl<'a> Permit<'a> {
    pub(super) const fn new(breaker: &'a CircuitBreaker, admission: Admission) -> Self {
        Self {
            breaker,
            admission: Some(admission),
        }
    }

    /// The attempt has ended. `now` is asked only where the circuit opens, and where the breaker measures times.
    pub fn record(mut self, failed: bool, now: impl FnOnce() -> Duration) {
        if let Some(admission) = self.admission.take() {
            self.breaker.record(admission, failed, now);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(admission) = self.admission {
            self.breaker.give_back(admission);
        }
    }
}
