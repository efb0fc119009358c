//! The wall clock: what processes, and the lives of one process, have in common.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    pub(crate) fn now() -> Self {
        SystemTime::now().into()
    }

    /// Rounded up to the next millisecond: never early.
    pub(crate) fn after(self, delay: Duration) -> Self {
        let rounded = delay.as_nanos().div_ceil(1_000_000);
        Self(
            self.0
                .saturating_add(i64::try_from(rounded).unwrap_or(i64::MAX)),
        )
    }

    /// The time from `earlier` until now; none where a clock was set back.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// In whole seconds, rounded up: what SQLite's queue stores.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "redis")),
        expect(dead_code)
    )]
    pub(crate) const fn ceil_seconds(self) -> i64 {
        self.0.div_euclid(1000) + (self.0.rem_euclid(1000) > 0) as i64
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl From<Moment> for SystemTime {
    fn from(moment: Moment) -> Self {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(moment.0).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rounding_is_ever_early() {
        let moment = Moment(1_500);
        assert_eq!(moment.after(Duration::from_nanos(1)), Moment(1_501));
        assert_eq!(moment.after(Duration::MAX), Moment(i64::MAX));
        assert_eq!(moment.ceil_seconds(), 2);
        assert_eq!(Moment(2_000).ceil_seconds(), 2);
    }

    #[test]
    fn a_clock_that_was_set_back_counts_as_no_time() {
        assert_eq!(Moment(10).since(Moment(20)), Duration::ZERO);
    }
}
