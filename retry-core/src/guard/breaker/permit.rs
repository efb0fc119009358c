//! Leave for one attempt.

use core::num::NonZeroU64;
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

/// Under which generation an attempt was admitted, and when.
///
/// An `Option` of it, which sits in every future that waits, takes no more room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admission {
    /// One more than the generation, or all ones where nobody counts: a generation has fewer bits.
    ticket: NonZeroU64,
    /// Nanoseconds on the caller's clock. Nobody looks where it is not asked how long an attempt takes.
    pub(super) since: u64,
}

impl Admission {
    pub(super) const UNCOUNTED: Self = Self {
        ticket: NonZeroU64::MAX,
        since: 0,
    };

    pub(super) const fn of(generation: u64, since: u64) -> Self {
        Self {
            ticket: NonZeroU64::MIN.saturating_add(generation),
            since,
        }
    }

    /// `None` where nobody counts.
    pub(super) fn generation(self) -> Option<u64> {
        (self.ticket != NonZeroU64::MAX).then_some(self.ticket.get() - 1)
    }
}

impl<'a> Permit<'a> {
    pub(super) const fn new(breaker: &'a CircuitBreaker, admission: Admission) -> Self {
        Self {
            breaker,
            admission: Some(admission),
        }
    }

    /// The attempt has ended. `now` is asked once at most: where the circuit opens, and where the breaker has a
    /// [`window_time`](CircuitBreaker::window_time) or a [`slow_call`](CircuitBreaker::slow_call).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admission_keeps_its_generation_in_two_words() {
        for generation in [0, 1, u64::MAX >> 3] {
            assert_eq!(Admission::of(generation, 7).generation(), Some(generation));
        }
        assert_eq!(Admission::UNCOUNTED.generation(), None);
        assert_eq!(size_of::<Option<Admission>>(), 16);
    }
}
