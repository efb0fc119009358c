//! Why a call ends.

use core::fmt;

/// Why no further attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The classifier accepted the outcome, which may be an `Err`.
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
    /// The cooldown held for longer than `max_hint`, or than what `max_elapsed` leaves.
    CoolingDown,
    /// The failure may pass, but what was attempted cannot be attempted again, such as a request whose body is gone.
    NotRepeatable,
    /// A call around this one retries: with the feature `nested`, one of them has to.
    Nested,
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
            Self::CoolingDown => "cooling_down",
            Self::NotRepeatable => "not_repeatable",
            Self::Nested => "nested",
            Self::Stopped => "stopped",
        }
    }
}

/// The reason in words that continue "gave up because …".
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "the outcome was accepted",
            Self::Permanent => "the failure is permanent",
            Self::AttemptsExhausted => "no attempts are left",
            Self::ElapsedLimit => "no time is left",
            Self::HintTooLong => "the requested delay is too long",
            Self::BudgetExhausted => "the retry budget is exhausted",
            Self::CircuitOpen => "the circuit is open",
            Self::CoolingDown => "the cooldown holds for too long",
            Self::NotRepeatable => "it cannot be repeated",
            Self::Nested => "the call around it retries",
            Self::Stopped => "it was asked to stop",
        })
    }
}
