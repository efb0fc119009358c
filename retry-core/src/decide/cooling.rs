//! How long a call waits while a cooldown holds it.

use core::time::Duration;

use crate::policy::jitter::{Draws, Random, between};
use crate::policy::nanos;
use crate::policy::policy::Policy;

/// What is left of a pause that somebody else's hint imposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) left: Duration,
    /// Over how long those who waited come back.
    pub(crate) spread: Duration,
}

impl Pause {
    /// The wait of one call before the attempt after `attempts`: to the end of the pause and a random part of the spread.
    /// `None` where the end is later than the call may wait for.
    ///
    /// The spread never makes a wait too long: what `max_elapsed` leaves cuts it.
    pub(crate) fn wait(
        self,
        policy: &Policy,
        elapsed: Duration,
        random: Random,
        attempts: u32,
    ) -> Option<Duration> {
        let left = nanos::of(self.left);
        let end = match policy.max_elapsed {
            None => u64::MAX,
            Some(limit) => limit.get().saturating_sub(nanos::of(elapsed)),
        };
        if left > policy.max_hint.get() || left >= end {
            return None;
        }
        let latest = left.saturating_add(nanos::of(self.spread)).min(end - 1);
        // Counted from the other end than the delays, so that the two draws of an attempt are independent.
        let mut draws = Draws::new(random, !attempts);
        Some(Duration::from_nanos(between(left, latest, &mut draws)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    const fn pause(left: Duration) -> Pause {
        let spread = SECOND;
        Pause { left, spread }
    }

    fn waits(pause: Pause, policy: &Policy, elapsed: Duration) -> Option<(Duration, Duration)> {
        let wait = |seed| pause.wait(policy, elapsed, Random::seeded(seed), 0);
        let (mut least, mut longest) = (Duration::MAX, Duration::ZERO);
        for seed in 0..2000 {
            let wait = wait(seed)?;
            (least, longest) = (least.min(wait), longest.max(wait));
        }
        Some((least, longest))
    }

    #[test]
    fn a_wait_ends_within_the_spread_after_the_pause() {
        let policy = Policy::new();
        let (least, longest) = waits(pause(2 * SECOND), &policy, SECOND).unwrap();
        let percent = SECOND / 100;
        assert!(
            2 * SECOND <= least && least < 2 * SECOND + percent,
            "{least:?}"
        );
        assert!(
            3 * SECOND < longest + percent && longest <= 3 * SECOND,
            "{longest:?}"
        );
    }

    #[test]
    fn a_pause_as_long_as_the_longest_hint_is_waited_for_and_a_longer_one_is_not() {
        let policy = Policy::new().max_hint(2 * SECOND);
        let nano = Duration::from_nanos(1);
        assert!(waits(pause(2 * SECOND), &policy, SECOND).is_some());
        assert_eq!(waits(pause(2 * SECOND + nano), &policy, SECOND), None);
    }

    #[test]
    fn a_wait_ends_before_the_limit_or_is_not_begun() {
        let policy = Policy::new().max_elapsed(10 * SECOND);
        assert_eq!(waits(pause(2 * SECOND), &policy, 8 * SECOND), None);
        let elapsed = 15 * SECOND / 2;
        let (_, longest) = waits(pause(2 * SECOND), &policy, elapsed).unwrap();
        assert!(longest + elapsed < 10 * SECOND, "{longest:?}");
    }
}
