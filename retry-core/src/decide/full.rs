//! The full procedure of the decision.

use crate::decide::delay::DelaySource;
use crate::decide::next::Next;
use crate::decide::progress::Progress;
use crate::decide::stop::StopReason;
use crate::policy::jitter::{Jitter, between};
use crate::policy::nanos::{LONGEST, shorter};
use crate::policy::policy::Policy;
use crate::policy::random::Draws;

impl Progress {
    /// What follows an attempt that failed; all times in nanoseconds. No hint is one of 0, which asks for nothing.
    #[cold]
    #[inline(never)]
    pub(crate) fn retry_in_full(
        &mut self,
        policy: &Policy,
        elapsed: u64,
        hint: u64,
        source: &DelaySource<'_>,
    ) -> Next {
        self.count();
        if policy.is_last(self.attempts()) {
            return Next::stop(StopReason::AttemptsExhausted);
        }
        let left = policy.max_elapsed.saturating_sub(elapsed);
        if left == 0 {
            return Next::stop(StopReason::ElapsedLimit);
        }
        let mut draws = Draws::new(source.random, self.attempts());
        let own = source.own_delay(policy, self.attempts(), self.previous(), &mut draws);
        if hint > policy.max_hint || hint >= left {
            return Next::stop(StopReason::HintTooLong);
        }
        let delay = own.max(spread_hint(hint, policy.jitter_in_force(), &mut draws));
        if delay >= left {
            return Next::stop(StopReason::ElapsedLimit);
        }
        self.waits(delay);
        Next::wait(delay)
    }

    /// The full procedure over copies: what a reference leads to has to lie in memory on every way, also on the short one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn retry_aside(
        &mut self,
        policy: &Policy,
        elapsed: u64,
        hint: u64,
        source: &DelaySource<'_>,
    ) -> Next {
        let (policy, mut progress) = (*policy, *self);
        let next = progress.retry_in_full(&policy, elapsed, hint, source);
        *self = progress;
        next
    }
}

/// A hint is a floor, so its jitter only adds: at most a tenth.
pub(crate) fn spread_hint(hint: u64, jitter: Jitter, draws: &mut Draws) -> u64 {
    match jitter {
        Jitter::None => hint,
        _ => shorter(between(hint, hint + hint / 10, draws), LONGEST),
    }
}
