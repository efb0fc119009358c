//! The position from which a call resumes, here or in another process.

#[cfg(feature = "serde")]
mod config;

use core::time::Duration;

/// How far a call has come. With the feature `serde` it can be stored and resumed in another process; its durations are
/// written and read like those of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    attempts: u32,
    elapsed: Duration,
    previous_delay: Duration,
}

impl Position {
    /// The position of a call that was kept in another form, such as the columns of a table.
    ///
    /// `elapsed` is the time since the call began, `previous_delay` the delay that was decided last.
    ///
    /// ```
    /// use retry_core::{Policy, Position, StopReason, Verdict};
    /// use std::ops::ControlFlow::Break;
    /// use std::time::Duration;
    ///
    /// let (attempts, elapsed_ms, delay_ms) = (2, 1_500, 400); // a row
    /// let millis = Duration::from_millis;
    /// let position = Position::new(attempts, millis(elapsed_ms), millis(delay_ms));
    /// let mut attempts = Policy::new().resume(position);
    /// assert_eq!(attempts.position(), position);
    /// assert_eq!(attempts.decide(Verdict::Retry, millis(2_000)), Break(StopReason::AttemptsExhausted));
    /// ```
    #[must_use]
    pub const fn new(attempts: u32, elapsed: Duration, previous_delay: Duration) -> Self {
        Self {
            attempts,
            elapsed,
            previous_delay,
        }
    }

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
