//! What follows an attempt, in a register.

use core::ops::ControlFlow;

use crate::decide::stop::StopReason;

/// A delay in nanoseconds; with the highest bit, which no delay has, the reason to stop.
///
/// A `ControlFlow` of the two would be returned through memory.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub(crate) struct Next(u64);

const STOP: u64 = 1 << 63;

impl Next {
    #[inline]
    pub(crate) const fn wait(nanos: u64) -> Self {
        Self(nanos)
    }

    #[inline]
    pub(crate) const fn stop(reason: StopReason) -> Self {
        Self(STOP | reason as u64)
    }

    /// The nanoseconds to wait, or why not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn flow(self) -> ControlFlow<StopReason, u64> {
        match self.reason() {
            Some(reason) => ControlFlow::Break(reason),
            None => ControlFlow::Continue(self.0),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    const fn reason(self) -> Option<StopReason> {
        if self.0 < STOP {
            return None;
        }
        Some(match self.0 ^ STOP {
            DONE => StopReason::Done,
            PERMANENT => StopReason::Permanent,
            ATTEMPTS => StopReason::AttemptsExhausted,
            ELAPSED => StopReason::ElapsedLimit,
            _ => StopReason::HintTooLong,
        })
    }
}

// The reasons that a decision has; those of guards and signals come later.
const DONE: u64 = StopReason::Done as u64;
const PERMANENT: u64 = StopReason::Permanent as u64;
const ATTEMPTS: u64 = StopReason::AttemptsExhausted as u64;
const ELAPSED: u64 = StopReason::ElapsedLimit as u64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::nanos::LONGEST;

    #[test]
    fn a_delay_comes_back_and_so_does_each_reason_of_a_decision() {
        for nanos in [0, 1, LONGEST] {
            assert_eq!(Next::wait(nanos).flow(), ControlFlow::Continue(nanos));
        }
        for reason in [
            StopReason::Done,
            StopReason::Permanent,
            StopReason::AttemptsExhausted,
            StopReason::ElapsedLimit,
            StopReason::HintTooLong,
        ] {
            assert_eq!(Next::stop(reason).flow(), ControlFlow::Break(reason));
        }
    }
}
