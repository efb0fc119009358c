//! Errors that retrying adds to those of the operation.

use core::convert::Infallible;
use core::fmt;
use core::time::Duration;
use std::error::Error;

use crate::decide::stop::StopReason;
use crate::guard::rejected::Rejected;
use crate::story::report::Report;

/// The last error of an operation, and the story of the call that ended with it.
///
/// The error itself is the [`source`](Error::source), so `Display` does not repeat it. `E` may be anything; one that is
/// no `Error` itself, such as `anyhow::Error` or a boxed error, is reached by [`get_ref`](Self::get_ref) and
/// [`into_inner`](Self::into_inner).
///
/// ```
/// use retry_core::{Policy, StopReason};
///
/// let policy = Policy::new().max_attempts(2).fixed(std::time::Duration::ZERO);
/// let (outcome, report) = policy.report_blocking(|| "x".parse::<u8>());
/// let error = report.wrap_error(outcome).unwrap_err();
/// assert_eq!(error.stop_reason(), StopReason::AttemptsExhausted);
/// assert_eq!(error.to_string(), "gave up after 2 attempts");
/// assert_eq!(error.into_inner().to_string(), "invalid digit found in string");
/// ```
#[derive(Clone, Debug)]
pub struct RetryError<E> {
    error: E,
    report: Report,
}

impl Report {
    /// The outcome with this story told in its error.
    ///
    /// # Errors
    ///
    /// The error of `outcome`, wrapped.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// let policy = Policy::new().max_attempts(1);
    /// let (outcome, report) = policy.report_blocking(|| "x".parse::<u8>());
    /// let error = report.wrap_error(outcome).unwrap_err();
    /// assert_eq!(error.attempts(), 1);
    /// ```
    pub fn wrap_error<T, E>(&self, outcome: Result<T, E>) -> Result<T, RetryError<E>> {
        outcome.map_err(|error| RetryError {
            error,
            report: *self,
        })
    }
}

impl<E> RetryError<E> {
    /// The story of the call.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Attempts that ended; 0 if a guard let none begin.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.report.attempts
    }

    /// The time from the first attempt to the last decision.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.report.elapsed
    }

    /// Why no further attempt was made.
    #[must_use]
    pub const fn stop_reason(&self) -> StopReason {
        self.report.stop_reason
    }

    /// Whether the classifier asked for no further attempt: it called the error permanent, or the outcome done.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(
            self.report.stop_reason,
            StopReason::Permanent | StopReason::Done
        )
    }

    /// The last error.
    #[must_use]
    pub const fn get_ref(&self) -> &E {
        &self.error
    }

    /// The last error, by value.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.error
    }
}

impl<E> fmt::Display for RetryError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempts = self.report.attempts;
        let s = if attempts == 1 { "" } else { "s" };
        match self.report.stop_reason {
            StopReason::Done => f.write_str("failed with an error that the classifier accepted"),
            StopReason::Permanent => f.write_str("failed for good"),
            StopReason::AttemptsExhausted => write!(f, "gave up after {attempts} attempt{s}"),
            reason => write!(f, "gave up after {attempts} attempt{s} because {reason}"),
        }
    }
}

impl<E: Error + 'static> Error for RetryError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// An attempt took longer than `attempt_timeout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut {
    after: Duration,
}

impl TimedOut {
    pub(crate) const fn new(after: Duration) -> Self {
        Self { after }
    }

    /// The time that the attempt was given: `attempt_timeout`, or what `max_elapsed` had left.
    #[must_use]
    pub const fn after(&self) -> Duration {
        self.after
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the attempt took longer than {:?}", self.after)
    }
}

impl Error for TimedOut {}

/// An outcome that can say "not attempted" or "not finished".
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no place for a `{R}`",
    label = "needs a `Result` whose error implements `From<{R}>`",
    note = "a breaker or a cooldown gives a `Rejected` and an attempt timeout a `TimedOut` where no attempt gave an error",
    note = "write `impl From<{R}> for E`, or with thiserror a variant `#[error(transparent)] CanSay(#[from] {R})`"
)]
pub trait CanSay<R> {
    /// The outcome that says so.
    fn refused(refusal: R) -> Self;
}

impl<O> CanSay<Infallible> for O {
    fn refused(refusal: Infallible) -> Self {
        match refusal {}
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<TimedOut>> CanSay<TimedOut> for Result<T, E> {
    fn refused(refusal: TimedOut) -> Self {
        Err(refusal.into())
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Rejected>> CanSay<Rejected> for Result<T, E> {
    fn refused(refusal: Rejected) -> Self {
        Err(refusal.into())
    }
}
