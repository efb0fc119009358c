//! The state machine for users who drive it themselves.

#[cfg(test)]
mod tests;

use core::ops::ControlFlow;
use core::time::Duration;

use crate::decide::delay::DelaySource;
use crate::decide::position::Position;
use crate::decide::progress::Progress;
use crate::decide::stop::StopReason;
use crate::decide::verdict::{Outcome, Verdict};
use crate::decide::way::WHOLE;
use crate::policy::nanos;
use crate::policy::policy::Policy;
use crate::policy::random::Random;

/// The bare state machine of one call, for loops, schedulers and tests that drive it themselves.
///
/// Budgets, breakers and observers belong to the drivers; this knows attempts, time and delays.
///
/// ```
/// use retry_core::{Jitter, Policy, StopReason};
/// use std::ops::ControlFlow::{Break, Continue};
/// use std::time::Duration;
///
/// let policy = Policy::new().max_attempts(2).fixed(Duration::from_secs(5));
/// let mut attempts = policy.start();
/// assert_eq!(attempts.after(Err::<u8, _>("no"), Duration::from_secs(1)), Continue(Duration::from_secs(5)));
/// assert_eq!(
///     attempts.after(Err::<u8, _>("still no"), Duration::from_secs(7)),
///     Break((Err("still no"), StopReason::AttemptsExhausted)),
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Attempts {
    policy: Policy,
    progress: Progress,
    elapsed: Duration,
    random: Random,
}

impl Attempts {
    /// Makes the delays repeatable.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Random::seeded(seed);
        self
    }

    /// Decides what follows an attempt: stop with the outcome and a reason, or wait.
    ///
    /// `elapsed` is the time since the call began, attempts and waits included. After a resume that is
    /// the [`elapsed`](Position::elapsed) of the position, plus what has passed since.
    /// The outcome is judged by [`Outcome`]; for another judgement use [`decide`](Self::decide).
    #[inline]
    pub fn after<O: Outcome>(
        &mut self,
        outcome: O,
        elapsed: Duration,
    ) -> ControlFlow<(O, StopReason), Duration> {
        match self.decide(outcome.verdict(), elapsed) {
            ControlFlow::Break(reason) => ControlFlow::Break((outcome, reason)),
            ControlFlow::Continue(delay) => ControlFlow::Continue(delay),
        }
    }

    /// As [`after`](Self::after), for an outcome that the caller has judged and keeps.
    ///
    /// ```
    /// use retry_core::{Policy, StopReason, Verdict};
    /// use std::ops::ControlFlow::Break;
    /// use std::time::Duration;
    ///
    /// let mut attempts = Policy::new().start();
    /// assert_eq!(attempts.decide(Verdict::Permanent, Duration::ZERO), Break(StopReason::Permanent));
    /// ```
    #[inline]
    pub fn decide(
        &mut self,
        verdict: Verdict,
        elapsed: Duration,
    ) -> ControlFlow<StopReason, Duration> {
        self.elapsed = elapsed;
        let source = DelaySource {
            rule: None,
            random: self.random,
        };
        self.progress
            .after::<WHOLE>(&self.policy, verdict, elapsed, source)
    }

    /// How far the call has come: what another process needs to go on with it.
    #[must_use]
    pub fn position(&self) -> Position {
        let previous_delay = self.progress.previous_delay();
        Position::new(self.progress.attempts(), self.elapsed, previous_delay)
    }
}

impl Policy {
    /// The state machine of a call that has made no attempt yet.
    #[must_use]
    #[inline]
    pub fn start(&self) -> Attempts {
        self.resume(Position::default())
    }

    /// The state machine of a call that has come this far, here or in another process.
    ///
    /// ```
    /// use retry_core::{Policy, Verdict};
    /// use std::time::Duration;
    ///
    /// let policy = Policy::new().max_attempts(9).fixed(Duration::from_secs(3600));
    /// let mut attempts = policy.start();
    /// let _ = attempts.decide(Verdict::Retry, Duration::from_secs(1));
    ///
    /// let resumed = policy.resume(attempts.position());
    /// assert_eq!(resumed.position().attempts(), 1);
    /// assert_eq!(resumed.position().previous_delay(), Duration::from_secs(3600));
    /// ```
    #[must_use]
    #[inline]
    pub fn resume(&self, position: Position) -> Attempts {
        Attempts {
            policy: *self,
            progress: Progress::new(position.attempts(), nanos::of(position.previous_delay())),
            elapsed: position.elapsed(),
            random: Random::Thread,
        }
    }
}
