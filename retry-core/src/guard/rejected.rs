//! What is said in place of an attempt that a guard did not let begin.

use core::convert::Infallible;
use core::fmt;
use core::time::Duration;

use crate::decide::stop::StopReason;

/// A guard refused an attempt: a breaker, or a cooldown.
///
/// ```
/// use retry_core::{CircuitBreaker, Guard};
/// use std::time::Duration;
///
/// let breaker = CircuitBreaker::new().min_calls(1).break_time(Duration::from_secs(3));
/// breaker.admit(|| Duration::ZERO)?.record(true, || Duration::ZERO);
///
/// let refused = breaker.admit(|| Duration::from_millis(1500)).unwrap_err();
/// assert_eq!((refused.guard(), refused.time_left()), (Guard::Breaker, Duration::from_millis(1500)));
/// assert_eq!(refused.to_string(), "circuit open for another 1.5s");
/// # Ok::<(), retry_core::Rejected>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rejected {
    guard: Guard,
    time_left: Duration,
}

/// Which guard refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guard {
    /// A [`CircuitBreaker`](crate::CircuitBreaker).
    Breaker,
    /// A [`Cooldown`](crate::Cooldown).
    Cooldown,
}

impl Rejected {
    /// A breaker that refuses for so long.
    pub(crate) const fn open(time_left: Duration) -> Self {
        let guard = Guard::Breaker;
        Self { guard, time_left }
    }

    /// A cooldown that holds for so long.
    pub(crate) const fn cooling(time_left: Duration) -> Self {
        let guard = Guard::Cooldown;
        Self { guard, time_left }
    }

    /// The guard that refused.
    #[must_use]
    pub const fn guard(&self) -> Guard {
        self.guard
    }

    /// How long it goes on refusing. [`Duration::MAX`] where a breaker was
    /// [forced open](crate::CircuitBreaker::force_open), because nobody knows.
    #[must_use]
    pub const fn time_left(&self) -> Duration {
        self.time_left
    }

    /// Why a call that is refused ends.
    pub(crate) const fn stop_reason(self) -> StopReason {
        match self.guard {
            Guard::Breaker => StopReason::CircuitOpen,
            Guard::Cooldown => StopReason::CoolingDown,
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.guard {
            Guard::Breaker if self.time_left == Duration::MAX => f.write_str("circuit forced open"),
            Guard::Breaker => write!(f, "circuit open for another {:?}", self.time_left),
            Guard::Cooldown => write!(f, "cooling down for another {:?}", self.time_left),
        }
    }
}

impl std::error::Error for Rejected {}

/// What never refuses, beside what does.
impl From<Infallible> for Rejected {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
