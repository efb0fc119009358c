//! The state machine: told what happened and how much time has passed, it answers "stop, because" or
//! "wait this long". It neither sleeps nor reads a clock nor knows what a future is.

use core::fmt;
use core::ops::ControlFlow;
use core::time::Duration;

use crate::backoff::longer;
use crate::jitter::{Draws, Jitter, Random, between};
use crate::policy::Policy;
use crate::verdict::{Outcome, Verdict};

/// Why no further attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The outcome is what the caller wanted.
    Done,
    /// The classifier said that another attempt would not help.
    Permanent,
    /// `max_attempts` were made.
    AttemptsExhausted,
    /// The next wait would have ended at or after `max_elapsed`.
    ElapsedLimit,
    /// The other side asked for a delay longer than `max_hint`, or than what `max_elapsed` leaves.
    HintTooLong,
    /// The budget had no token left.
    BudgetExhausted,
    /// The circuit breaker was open for longer than the call may wait.
    CircuitOpen,
    /// The caller's signal ended the retrying.
    Stopped,
}

impl StopReason {
    /// The name in `snake_case`, for logs and metric labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Permanent => "permanent",
            Self::AttemptsExhausted => "attempts_exhausted",
            Self::ElapsedLimit => "elapsed_limit",
            Self::HintTooLong => "hint_too_long",
            Self::BudgetExhausted => "budget_exhausted",
            Self::CircuitOpen => "circuit_open",
            Self::Stopped => "stopped",
        }
    }
}

/// The reason in words that continue "gave up because …".
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "it succeeded",
            Self::Permanent => "the failure is permanent",
            Self::AttemptsExhausted => "no attempts are left",
            Self::ElapsedLimit => "no time is left",
            Self::HintTooLong => "the requested delay is too long",
            Self::BudgetExhausted => "the retry budget is exhausted",
            Self::CircuitOpen => "the circuit is open",
            Self::Stopped => "it was asked to stop",
        })
    }
}

/// How far a call has come: 16 bytes, because every waiting task holds one.
///
/// The previous delay is kept as the two parts of a `Duration`, whose own padding would cost 8 bytes more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    attempts: u32,
    previous_nanos: u32,
    previous_secs: u64,
}

impl Progress {
    pub(crate) const fn new(attempts: u32, previous_delay: Duration) -> Self {
        Self {
            attempts,
            previous_nanos: previous_delay.subsec_nanos(),
            previous_secs: previous_delay.as_secs(),
        }
    }

    /// Attempts that have ended.
    pub(crate) const fn attempts(self) -> u32 {
        self.attempts
    }

    /// The delay before the latest attempt, zero before the first.
    pub(crate) const fn previous_delay(self) -> Duration {
        Duration::new(self.previous_secs, self.previous_nanos)
    }

    /// Counts the attempt that has just ended, and decides what follows it.
    pub(crate) fn after(
        &mut self,
        policy: &Policy,
        verdict: Verdict,
        elapsed: Duration,
        delays: Delays<'_>,
    ) -> ControlFlow<StopReason, Duration> {
        self.attempts = self.attempts.saturating_add(1);
        let delay = self.decide(policy, verdict, elapsed, delays)?;
        *self = Self::new(self.attempts, delay);
        ControlFlow::Continue(delay)
    }

    fn decide(
        self,
        policy: &Policy,
        verdict: Verdict,
        elapsed: Duration,
        delays: Delays<'_>,
    ) -> ControlFlow<StopReason, Duration> {
        let hint = match verdict {
            Verdict::Done => return ControlFlow::Break(StopReason::Done),
            Verdict::Permanent => return ControlFlow::Break(StopReason::Permanent),
            Verdict::Retry => None,
            Verdict::RetryAfter(hint) => Some(hint),
        };
        if policy.is_last(self.attempts) {
            return ControlFlow::Break(StopReason::AttemptsExhausted);
        }
        let left = match policy.max_elapsed {
            None => None,
            Some(limit) => match limit.checked_sub(elapsed) {
                None | Some(Duration::ZERO) => return ControlFlow::Break(StopReason::ElapsedLimit),
                left => left,
            },
        };
        let too_long = |delay| left.is_some_and(|left| delay >= left);
        let mut draws = Draws::new(delays.random, self.attempts);
        let own = policy.own_delay(
            self.attempts,
            self.previous_delay(),
            delays.rule,
            &mut draws,
        );
        let delay = match hint {
            None => own,
            Some(hint) if hint > policy.max_hint || too_long(hint) => {
                return ControlFlow::Break(StopReason::HintTooLong);
            }
            Some(hint) => longer(own, spread_hint(hint, policy.jitter_in_force(), &mut draws)),
        };
        if too_long(delay) {
            return ControlFlow::Break(StopReason::ElapsedLimit);
        }
        ControlFlow::Continue(delay)
    }
}

/// A hint is a floor, so its jitter only adds: at most a tenth.
fn spread_hint(hint: Duration, jitter: Jitter, draws: &mut Draws) -> Duration {
    match jitter {
        Jitter::None => hint,
        _ => between(hint, hint.saturating_add(hint / 10), draws),
    }
}

/// What a delay is computed from besides the policy.
#[derive(Clone, Copy, Default)]
pub(crate) struct Delays<'a> {
    /// The user's own rule in place of the backoff.
    pub(crate) rule: Option<&'a dyn Fn(u32) -> Duration>,
    pub(crate) random: Random,
}

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
        self.random = Random::Seeded(seed);
        self
    }

    /// Decides what follows an attempt: stop with the outcome and a reason, or wait.
    ///
    /// `elapsed` is the time since the call began, attempts and waits included. After a resume that is
    /// the [`elapsed`](Position::elapsed) of the position, plus what has passed since.
    /// The outcome is judged by [`Outcome`]; for another judgement use [`decide`](Self::decide).
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
    pub fn decide(
        &mut self,
        verdict: Verdict,
        elapsed: Duration,
    ) -> ControlFlow<StopReason, Duration> {
        self.elapsed = elapsed;
        let delays = Delays {
            rule: None,
            random: self.random,
        };
        self.progress.after(&self.policy, verdict, elapsed, delays)
    }

    /// How far the call has come: what another process needs to go on with it.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            attempts: self.progress.attempts(),
            elapsed: self.elapsed,
            previous_delay: self.progress.previous_delay(),
        }
    }
}

impl Policy {
    /// The state machine of a call that has made no attempt yet.
    #[must_use]
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
    pub fn resume(&self, position: Position) -> Attempts {
        Attempts {
            policy: *self,
            progress: Progress::new(position.attempts, position.previous_delay),
            elapsed: position.elapsed,
            random: Random::Thread,
        }
    }
}

/// How far a call has come. With the feature `serde` it can be stored and resumed in another process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Position {
    attempts: u32,
    elapsed: Duration,
    previous_delay: Duration,
}

impl Position {
    /// Attempts that have ended.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time since the call began, as it was last told.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The delay that was decided last; zero before the first retry.
    #[must_use]
    pub const fn previous_delay(&self) -> Duration {
        self.previous_delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ControlFlow::{Break, Continue};

    const SEC: fn(u64) -> Duration = Duration::from_secs;

    fn fixed() -> Policy {
        Policy::new().max_attempts(3).fixed(SEC(2))
    }

    #[test]
    fn verdicts_that_ask_for_no_retry_stop_at_once() {
        let decide = |verdict| fixed().start().decide(verdict, SEC(0));
        assert_eq!(decide(Verdict::Done), Break(StopReason::Done));
        assert_eq!(decide(Verdict::Permanent), Break(StopReason::Permanent));
    }

    #[test]
    fn attempts_count_the_first_and_zero_acts_as_one() {
        let mut attempts = fixed().start();
        let waits = [0, 2, 4].map(|s| attempts.decide(Verdict::Retry, SEC(s)));
        assert_eq!(
            waits,
            [
                Continue(SEC(2)),
                Continue(SEC(2)),
                Break(StopReason::AttemptsExhausted)
            ]
        );
        let none = fixed()
            .max_attempts(0)
            .start()
            .decide(Verdict::Retry, SEC(0));
        assert_eq!(none, Break(StopReason::AttemptsExhausted));
    }

    #[test]
    fn no_wait_is_begun_that_would_end_at_or_after_the_limit() {
        let decide = |elapsed| {
            fixed()
                .max_elapsed(SEC(10))
                .start()
                .decide(Verdict::Retry, elapsed)
        };
        assert_eq!(decide(Duration::new(7, 999_999_999)), Continue(SEC(2)));
        assert_eq!(decide(SEC(8)), Break(StopReason::ElapsedLimit));
        assert_eq!(decide(SEC(11)), Break(StopReason::ElapsedLimit));
    }

    #[test]
    fn a_hint_is_a_floor_that_the_cap_does_not_bind() {
        let decide =
            |policy: Policy, hint| policy.start().decide(Verdict::RetryAfter(hint), SEC(0));
        assert_eq!(decide(fixed(), SEC(1)), Continue(SEC(2)));
        assert_eq!(
            decide(fixed().max_delay(SEC(2)), SEC(30)),
            Continue(SEC(30))
        );
        for seed in 0..200 {
            let mut attempts = fixed().jitter(Jitter::Full).start().seed(seed);
            let Continue(delay) = attempts.decide(Verdict::RetryAfter(SEC(30)), SEC(0)) else {
                panic!("stopped");
            };
            assert!(SEC(30) <= delay && delay <= SEC(33), "{delay:?}");
        }
    }

    #[test]
    fn a_hint_too_long_stops_the_call() {
        let decide =
            |policy: Policy, hint| policy.start().decide(Verdict::RetryAfter(hint), SEC(1));
        assert_eq!(decide(fixed(), SEC(60)), Continue(SEC(60)));
        assert_eq!(decide(fixed(), SEC(61)), Break(StopReason::HintTooLong));
        assert_eq!(
            decide(fixed().max_elapsed(SEC(10)), SEC(9)),
            Break(StopReason::HintTooLong)
        );
        assert_eq!(
            decide(fixed().max_hint(Duration::MAX), Duration::MAX),
            Continue(Duration::MAX)
        );
    }

    #[test]
    fn a_seeded_call_draws_the_same_after_a_resume() {
        let policy = Policy::new().max_attempts(40).jitter(Jitter::Decorrelated);
        let mut whole = policy.start().seed(7);
        let mut resumed = policy.start().seed(7);
        for _ in 0..30 {
            let delay = whole.decide(Verdict::Retry, SEC(0));
            assert_eq!(delay, resumed.decide(Verdict::Retry, SEC(0)));
            resumed = policy.resume(resumed.position()).seed(7);
        }
    }
}
