//! What a call came to: attempts, time and the reason it stopped.

use core::fmt;
use core::time::Duration;

use crate::decide::stop::StopReason;

/// The story of one call, of a successful one too.
///
/// ```
/// use retry_core::{Policy, StopReason};
///
/// let policy = Policy::new().max_attempts(2).fixed(std::time::Duration::ZERO);
/// let (outcome, report) = policy.report_blocking(|| Err::<(), _>("no"));
/// assert_eq!(outcome, Err("no"));
/// assert_eq!((report.attempts(), report.stop_reason()), (2, StopReason::AttemptsExhausted));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) waited: Duration,
    pub(crate) stop_reason: StopReason,
    pub(crate) races: Races,
}

/// What came of the hedges of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Races {
    pub(crate) hedges: u32,
    pub(crate) winner: u32,
    pub(crate) wasted: Duration,
}

impl Report {
    /// Attempts that ended; 0 if a guard let none begin.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time from the first attempt to the last decision.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The waits that were waited to their end.
    #[must_use]
    pub const fn waited(&self) -> Duration {
        self.waited
    }

    /// The [hedges](crate::Retry::hedge) that were started, of all attempts.
    #[must_use]
    pub const fn hedges(&self) -> u32 {
        self.races.hedges
    }

    /// The leg of the last attempt whose outcome this is: n for its nth hedge, 0 for the first one, as in every call without
    /// hedges.
    #[must_use]
    pub const fn winner(&self) -> u32 {
        self.races.winner
    }

    /// How long legs ran whose outcome nobody saw or needed, added up.
    #[must_use]
    pub const fn wasted(&self) -> Duration {
        self.races.wasted
    }

    /// Why no further attempt was made.
    #[must_use]
    pub const fn stop_reason(&self) -> StopReason {
        self.stop_reason
    }
}

/// As in "2 attempts in 1.5s, 1s of it waiting: gave up because no attempts are left".
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            attempts,
            elapsed,
            waited,
            stop_reason,
            races,
        } = self;
        let s = if *attempts == 1 { "" } else { "s" };
        write!(f, "{attempts} attempt{s}")?;
        if races.hedges > 0 {
            let s = if races.hedges == 1 { "" } else { "s" };
            write!(f, " and {} hedge{s}", races.hedges)?;
        }
        write!(f, " in {elapsed:?}, {waited:?} of it waiting: ")?;
        match stop_reason {
            StopReason::Done => write!(f, "{stop_reason}"),
            reason => write!(f, "gave up because {reason}"),
        }
    }
}
