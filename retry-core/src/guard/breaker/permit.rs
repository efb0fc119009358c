//! What a breaker answers: a permit, or that the circuit is open.

use core::convert::Infallible;
use core::fmt;
use core::time::Duration;

use super::CircuitBreaker;

/// Leave for one attempt. [`record`](Self::record) says how it went.
///
/// Dropping it unrecorded gives it back, as if the attempt had never been admitted.
#[must_use = "an attempt whose permit is not recorded does not count"]
#[derive(Debug)]
pub struct Permit<'a> {
    breaker: &'a CircuitBreaker,
    admission: Option<Admission>,
}

/// Under which generation an attempt was admitted; `None` where nobody counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admission(pub(super) Option<u64>);

impl<'a> Permit<'a> {
    pub(super) const fn new(breaker: &'a CircuitBreaker, admission: Admission) -> Self {
        Self {
            breaker,
            admission: Some(admission),
        }
    }

    /// The attempt has ended. `now` is asked only where the circuit opens.
    pub fn record(mut self, failed: bool, now: impl FnOnce() -> Duration) {
        if let Some(admission) = self.admission.take() {
            self.breaker.record(admission, failed, now);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(admission) = self.admission {
            self.breaker.give_back(admission);
        }
    }
}

/// The breaker refused an attempt.
///
/// ```
/// use retry_core::CircuitBreaker;
/// use std::time::Duration;
///
/// let breaker = CircuitBreaker::new().min_calls(1).break_time(Duration::from_secs(3));
/// breaker.admit(|| Duration::ZERO)?.record(true, || Duration::ZERO);
///
/// let refused = breaker.admit(|| Duration::from_millis(1500)).unwrap_err();
/// assert_eq!(refused.time_left(), Duration::from_millis(1500));
/// assert_eq!(refused.to_string(), "circuit open for another 1.5s");
/// # Ok::<(), retry_core::Rejected>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rejected {
    time_left: Duration,
}

impl Rejected {
    pub(super) const fn new(time_left: Duration) -> Self {
        Self { time_left }
    }

    /// How long the breaker goes on refusing. [`Duration::MAX`] where it was
    /// [forced open](CircuitBreaker::force_open), because nobody knows.
    #[must_use]
    pub const fn time_left(&self) -> Duration {
        self.time_left
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.time_left == Duration::MAX {
            f.write_str("circuit forced open")
        } else {
            write!(f, "circuit open for another {:?}", self.time_left)
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
