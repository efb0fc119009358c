//! The decision: told what happened and how much time has passed, it answers "stop, because" or "wait this long".
//! It neither sleeps nor reads a clock nor knows what a future is.

use core::ops::ControlFlow;
use core::time::Duration;

use crate::decide::delay::DelaySource;
use crate::decide::next::Next;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::decide::way::CALLED;
use crate::policy::nanos;
use crate::policy::policy::Policy;

/// How far a call has come: 12 bytes aligned to 4, because every waiting task holds one.
///
/// The previous delay is kept in nanoseconds, as those of the policy are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    attempts: u32,
    /// The low and the high half of the nanoseconds: a `u64` would be aligned to 8.
    previous: [u32; 2],
}

impl Progress {
    pub(crate) const fn new(attempts: u32, previous: u64) -> Self {
        let mut progress = Self {
            attempts,
            previous: [0, 0],
        };
        progress.waits(previous);
        progress
    }

    /// Attempts that have ended.
    #[inline]
    pub(crate) const fn attempts(self) -> u32 {
        self.attempts
    }

    /// The delay before the latest attempt, zero before the first.
    #[inline]
    pub(crate) const fn previous_delay(self) -> Duration {
        nanos::duration(self.previous())
    }

    #[inline]
    pub(crate) const fn previous(self) -> u64 {
        let [low, high] = self.previous;
        (high as u64) << 32 | low as u64
    }

    /// So many attempts have ended.
    #[inline]
    pub(crate) const fn ended(&mut self, attempts: u32) {
        self.attempts = attempts;
    }

    /// Another attempt has ended.
    #[inline]
    pub(crate) const fn count(&mut self) {
        self.ended(self.attempts.saturating_add(1));
    }

    /// A delay of so many nanoseconds comes before the next attempt.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a `u64`")]
    pub(crate) const fn waits(&mut self, nanos: u64) {
        self.previous = [nanos as u32, (nanos >> 32) as u32];
    }

    /// Counts the attempt that has just ended, and decides what follows it.
    ///
    /// `WAY` is how the decision of a usual retry gets here: see `way.rs`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn after<const WAY: u8>(
        &mut self,
        policy: &Policy,
        verdict: Verdict,
        elapsed: Duration,
        source: DelaySource<'_>,
    ) -> ControlFlow<StopReason, Duration> {
        let elapsed = nanos::of(elapsed);
        // Asked first, and by itself: of one `match` over all verdicts the compiler makes a table of jumps.
        let next = if matches!(verdict, Verdict::Retry) && source.is_usual() {
            match WAY {
                CALLED => self.retry(policy, elapsed),
                _ => self.retry_inlined::<WAY>(policy, elapsed),
            }
        } else {
            self.after_any::<WAY>(policy, verdict, elapsed, &source)
        };
        match next.flow() {
            ControlFlow::Continue(delay) => ControlFlow::Continue(nanos::duration(delay)),
            ControlFlow::Break(reason) => ControlFlow::Break(reason),
        }
    }

    /// As the full procedure says, after any verdict.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn after_any<const WAY: u8>(
        &mut self,
        policy: &Policy,
        verdict: Verdict,
        elapsed: u64,
        source: &DelaySource<'_>,
    ) -> Next {
        let hint = match verdict {
            Verdict::Done => return self.stop(StopReason::Done),
            Verdict::Permanent => return self.stop(StopReason::Permanent),
            Verdict::Retry => 0,
            Verdict::RetryAfter(hint) => nanos::of(hint),
        };
        match WAY {
            CALLED => self.retry_in_full(policy, elapsed, hint, source),
            _ => self.retry_aside(policy, elapsed, hint, source),
        }
    }

    /// Another attempt has ended, and it is the last.
    #[inline]
    pub(crate) fn stop(&mut self, reason: StopReason) -> Next {
        self.count();
        Next::stop(reason)
    }

    /// The delay that was decided grew.
    pub(crate) fn lengthen(&mut self, delay: Duration) {
        *self = Self::new(self.attempts, nanos::of(delay));
    }

    /// No waits, and at most this many attempts.
    #[cfg(feature = "test-util")]
    pub(crate) fn hurried(&mut self, most_attempts: u32) -> ControlFlow<StopReason, Duration> {
        if self.attempts >= most_attempts {
            return ControlFlow::Break(StopReason::AttemptsExhausted);
        }
        self.waits(0);
        ControlFlow::Continue(Duration::ZERO)
    }
}
