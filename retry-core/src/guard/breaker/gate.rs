//! What a breaker lets through, in one word that is read without a lock.

use core::time::Duration;

/// Times are nanoseconds on the caller's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Closed { generation: u64 },
    Open { until: u64 },
    HalfOpen { until: u64 },
    ForcedOpen,
    ForcedClosed,
}

/// What a breaker does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Attempts are admitted and counted.
    Closed,
    /// Attempts are refused, until the first one at or after the end of the break.
    Open,
    /// A bounded number of probes is admitted.
    HalfOpen,
    /// Attempts are refused until [`reset`](super::CircuitBreaker::reset).
    ForcedOpen,
    /// Attempts are admitted and not counted until [`reset`](super::CircuitBreaker::reset).
    ForcedClosed,
}

const TAG_BITS: u32 = 3;
const TAG: u64 = (1 << TAG_BITS) - 1;
/// 73 years, the end of time for a breaker.
const LATEST: u64 = u64::MAX >> TAG_BITS;

impl Gate {
    pub(super) const fn pack(self) -> u64 {
        let (tag, value) = match self {
            Self::Closed { generation } => (0, generation),
            Self::Open { until } => (1, until),
            Self::HalfOpen { until } => (2, until),
            Self::ForcedOpen => (3, 0),
            Self::ForcedClosed => (4, 0),
        };
        value << TAG_BITS | tag
    }

    pub(super) const fn unpack(word: u64) -> Self {
        let value = word >> TAG_BITS;
        match word & TAG {
            0 => Self::Closed { generation: value },
            1 => Self::Open { until: value },
            2 => Self::HalfOpen { until: value },
            3 => Self::ForcedOpen,
            _ => Self::ForcedClosed,
        }
    }

    pub(super) const fn state(self) -> BreakerState {
        match self {
            Self::Closed { .. } => BreakerState::Closed,
            Self::Open { .. } => BreakerState::Open,
            Self::HalfOpen { .. } => BreakerState::HalfOpen,
            Self::ForcedOpen => BreakerState::ForcedOpen,
            Self::ForcedClosed => BreakerState::ForcedClosed,
        }
    }
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).map_or(LATEST, |nanos| nanos.min(LATEST))
}

/// `time` after `now`, or the end of time.
pub(super) fn after(now: u64, time: Duration) -> u64 {
    now.saturating_add(nanos(time)).min(LATEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_survives_its_word() {
        let table = [
            Gate::Closed { generation: 0 },
            Gate::Closed { generation: LATEST },
            Gate::Open { until: 1 },
            Gate::Open { until: LATEST },
            Gate::HalfOpen { until: 30 },
            Gate::ForcedOpen,
            Gate::ForcedClosed,
        ];
        for gate in table {
            assert_eq!(Gate::unpack(gate.pack()), gate);
        }
    }

    #[test]
    fn the_longest_times_stay_in_range() {
        assert_eq!(nanos(Duration::MAX), LATEST);
        assert_eq!(after(LATEST, Duration::MAX), LATEST);
        assert_eq!(
            after(nanos(Duration::from_secs(1)), Duration::from_secs(2)),
            3_000_000_000
        );
    }
}
