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
use crate::decide::way::{CALLED, FOLDED};
use crate::policy::policy::Policy;
use crate::policy::random::{drawn_up_to, thread_word, thread_word_called};
use crate::policy::rule::UNUSUAL;

impl Policy {
    /// Whether its rule and its jitter are shifts.
    #[cfg_attr(not(debug_assertions), inline(always))]
    const fn is_usual(&self) -> bool {
        (self.rule as u8 | self.jitter as u8) < UNUSUAL
    }
}

impl Progress {
    /// What follows an attempt that failed: called, and one copy a crate. For a policy that is known at run time.
    #[inline(never)]
    pub(crate) fn retry(&mut self, policy: &Policy, elapsed: u64) -> Next {
        match self.usual::<CALLED>(policy, elapsed) {
            Some(next) => next,
            None => self.retry_in_full(policy, elapsed, 0, &DelaySource::USUAL),
        }
    }

    /// The same inlined: [`FOLDED`] or [`WHOLE`](crate::decide::way::WHOLE).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn retry_inlined<const WAY: u8>(&mut self, policy: &Policy, elapsed: u64) -> Next {
        match self.usual::<WAY>(policy, elapsed) {
            Some(next) => next,
            None => self.retry_aside(policy, elapsed, 0, &DelaySource::USUAL),
        }
    }

    /// `None`, and nothing has changed: the short way does not lead there.
    // A thread's generator is made at its first use, by a call in the middle: the order of the lines is that in which it
    // finds the fewest values to keep.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn usual<const WAY: u8>(&mut self, policy: &Policy, elapsed: u64) -> Option<Next> {
        let before = self.attempts();
        if u64::from(before) + 1 >= u64::from(policy.max_attempts) {
            // Unlimited attempts come here, too, after four billion.
            return if policy.is_last(before.saturating_add(1)) {
                Some(self.stop(StopReason::AttemptsExhausted))
            } else {
                None
            };
        }
        if !policy.is_usual() {
            return None;
        }
        let base = if WAY == CALLED {
            policy.rule.shifted(policy.first, before, policy.cap)
        } else {
            policy.rule.shifted_folded(policy.first, before, policy.cap)
        };
        // Without a limit, more than the longest delay.
        let left = policy.max_elapsed.saturating_sub(elapsed);
        self.ended(before + 1);
        let certain = policy.jitter.certain(base);
        let word = || match WAY {
            FOLDED => thread_word_called(),
            _ => thread_word(),
        };
        let delay = certain + drawn_up_to(base - certain, word);
        if delay >= left {
            return Some(Next::stop(StopReason::ElapsedLimit));
        }
        self.waits(delay);
        Some(Next::wait(delay))
    }
}
