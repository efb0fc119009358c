//! What stands between a failed attempt and the next one, in the order in which it is asked.

use core::ops::ControlFlow;
use core::time::Duration;

use crate::call::behaviour::{Behaviour, HeldBack};
use crate::call::call::Call;
use crate::call::cooling::Cooling as _;
use crate::call::stopwatch::Stopwatch;
use crate::decide::delay::DelaySource;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::decide::way::FOLDED;
use crate::policy::policy::Policy;
use crate::time::timer::Clock;

/// How long an attempt has to wait, and what is said if it does not; `Err` where that is too long.
pub(crate) type Paused<R> = Result<(Duration, R), R>;

impl<B: Behaviour, W: Stopwatch> Call<B, W> {
    /// The limits of the policy with the breaker's time left as a hint, the cooldown, the signal, and the budget last:
    /// only a retry that nothing else prevents is paid for.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn next(
        &mut self,
        policy: &Policy,
        verdict: Verdict,
        open_for: Option<Duration>,
        elapsed: Duration,
        stopping: impl FnOnce() -> bool,
    ) -> ControlFlow<StopReason, Duration> {
        let hint = verdict.hint().max(open_for);
        let hinted = match hint {
            Some(hint) if verdict.is_retry() => Verdict::RetryAfter(hint),
            _ => verdict,
        };
        let source = DelaySource {
            rule: self.behaviour.rule(),
            random: self.behaviour.random(),
        };
        let flow = self
            .progress
            .after::<FOLDED>(policy, hinted, elapsed, source);
        #[cfg(feature = "test-util")]
        let flow = match crate::decide::hurry::most_attempts() {
            Some(most) if flow.is_continue() => self.progress.hurried(most),
            _ => flow,
        };
        match flow {
            ControlFlow::Break(StopReason::HintTooLong) if open_for == hint => {
                ControlFlow::Break(StopReason::CircuitOpen)
            }
            ControlFlow::Break(reason) => ControlFlow::Break(reason),
            ControlFlow::Continue(_) if self.nesting.is_inside() => {
                ControlFlow::Break(StopReason::Nested)
            }
            ControlFlow::Continue(own) => {
                let delay = if B::Cooling::COOLS {
                    self.cooled(policy, own, elapsed)?
                } else {
                    own
                };
                if stopping() {
                    return ControlFlow::Break(StopReason::Stopped);
                }
                match self.behaviour.withdraw(self.watch.timer()) {
                    Ok(()) => ControlFlow::Continue(delay),
                    Err(reason) => ControlFlow::Break(reason),
                }
            }
        }
    }

    /// The delay, or as long as a cooldown holds where that is longer.
    fn cooled(
        &mut self,
        policy: &Policy,
        delay: Duration,
        elapsed: Duration,
    ) -> ControlFlow<StopReason, Duration> {
        match self.pause(policy, elapsed) {
            None => ControlFlow::Continue(delay),
            Some(Err(_)) => ControlFlow::Break(StopReason::CoolingDown),
            Some(Ok((wait, _))) => {
                let delay = delay.max(wait);
                self.progress.lengthen(delay);
                ControlFlow::Continue(delay)
            }
        }
    }

    /// What a cooldown makes of the next attempt.
    pub(crate) fn pause(&self, policy: &Policy, elapsed: Duration) -> Option<Paused<B::Refusal>> {
        let (clock, attempts) = (self.watch.timer(), self.attempts());
        pause(&self.behaviour, clock, policy, elapsed, attempts)
    }
}

/// What a cooldown makes of what would begin now, after so many attempts.
pub(crate) fn pause<B: Behaviour>(
    behaviour: &B,
    clock: &impl Clock,
    policy: &Policy,
    elapsed: Duration,
    attempts: u32,
) -> Option<Paused<B::Refusal>> {
    let HeldBack { pause, refusal } = behaviour.held(clock)?;
    #[cfg(feature = "test-util")]
    if crate::decide::hurry::most_attempts().is_some() {
        return None;
    }
    let wait = pause.wait(policy, elapsed, behaviour.random(), attempts);
    Some(wait.map(|wait| (wait, refusal)).ok_or(refusal))
}
