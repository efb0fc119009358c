//! The short way of the decision: a retry as most are.
//!
//! It holds for an attempt that is not the last, without a hint, of a policy whose delay is fixed or doubles and whose
//! jitter is none, full or equal, with the thread's random numbers. Everything else is the full procedure in `full.rs`,
//! which this repeats for speed; `usual/tests.rs` holds the two equal.

#[cfg(test)]
mod tests;

use crate::decide::delay::DelaySource;
use crate::decide::next::Next;
use crate::decide::progress::Progress;
use crate::decide::stop::StopReason;
use crate::policy::policy::Policy;
use crate::policy::random::{drawn_up_to, thread_word};
use crate::policy::rule::UNUSUAL;

impl Policy {
    /// Whether its rule and its jitter are shifts.
    #[cfg_attr(not(debug_assertions), inline(always))]
    const fn is_usual(&self) -> bool {
        (self.rule as u8 | self.jitter as u8) < UNUSUAL
    }
}

impl Progress {
    /// What follows an attempt that failed, for a policy that is known at run time: called, and a leaf.
    #[inline(never)]
    pub(crate) fn retry(&mut self, policy: &Policy, elapsed: u64) -> Next {
        self.usual::<false>(policy, elapsed)
    }

    /// The same for a constant policy: inlined, it folds into the few instructions that the policy needs.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn retry_folded(&mut self, policy: &Policy, elapsed: u64) -> Next {
        self.usual::<true>(policy, elapsed)
    }

    // The order of the lines is that in which a call in the middle, which makes the thread's generator at its first use,
    // finds the fewest values to keep.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn usual<const FOLDED: bool>(&mut self, policy: &Policy, elapsed: u64) -> Next {
        let before = self.attempts();
        // Unlimited attempts come here, too, after four billion.
        if u64::from(before) + 1 >= u64::from(policy.max_attempts) || !policy.is_usual() {
            if policy.is_last(before.saturating_add(1)) {
                return self.stop(StopReason::AttemptsExhausted);
            }
            return self.retry_in_full(policy, elapsed, 0, &DelaySource::USUAL);
        }
        let base = if FOLDED {
            policy.rule.shifted_folded(policy.first, before, policy.cap)
        } else {
            policy.rule.shifted(policy.first, before, policy.cap)
        };
        // Without a limit, more than the longest delay.
        let left = policy.max_elapsed.saturating_sub(elapsed);
        self.ended(before + 1);
        let certain = policy.jitter.certain(base);
        let delay = certain + drawn_up_to(base - certain, thread_word);
        if delay >= left {
            return Next::stop(StopReason::ElapsedLimit);
        }
        self.waits(delay);
        Next::wait(delay)
    }
}
