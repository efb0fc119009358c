//! The policy's own delay after an attempt: base, cap, jitter, cap.

use core::time::Duration;

use crate::policy::jitter::{Walk, between};
use crate::policy::nanos::{self, LONGEST, shorter};
use crate::policy::policy::Policy;
use crate::policy::random::{Draws, Random};
use crate::policy::rule::Rule;

/// What a delay comes from besides the policy.
#[derive(Clone, Copy, Default)]
pub(crate) struct DelaySource<'a> {
    /// The user's own rule in place of the backoff.
    pub(crate) rule: Option<&'a dyn Fn(u32) -> Duration>,
    pub(crate) random: Random,
}

impl DelaySource<'_> {
    /// The policy and chance alone.
    pub(crate) const USUAL: Self = Self {
        rule: None,
        random: Random::Thread,
    };

    #[inline]
    pub(crate) const fn is_usual(&self) -> bool {
        self.rule.is_none() && self.random.is_thread()
    }

    /// The nanoseconds of the policy's own delay after attempt `n`; `previous` are those of the delay before it.
    ///
    /// The rule is capped by an explicit `max_delay` only, because the default cap is meant for the backoffs that it
    /// replaces.
    pub(crate) fn own_delay(
        &self,
        policy: &Policy,
        n: u32,
        previous: u64,
        draws: &mut Draws,
    ) -> u64 {
        let (cap, base) = match self.rule {
            Some(rule) => {
                let cap = policy.cap_said().map_or(LONGEST, nanos::of);
                (cap, shorter(nanos::of(rule(n)), cap))
            }
            None => (policy.cap, drawn_delay(policy, n, draws)),
        };
        let walk = || {
            let first = match self.rule {
                Some(rule) => shorter(nanos::of(rule(1)), cap),
                None => policy.base_nanos(1),
            };
            Walk {
                first,
                previous: if n <= 1 { first } else { previous },
            }
        };
        shorter(policy.jitter_in_force().spread(base, walk, draws), cap)
    }
}

fn drawn_delay(policy: &Policy, n: u32, draws: &mut Draws) -> u64 {
    match policy.rule {
        Rule::Random => shorter(between(policy.first, policy.second, draws), policy.cap),
        _ => policy.base_nanos(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::jitter::Jitter;

    const SEC: fn(u64) -> u64 = |secs| secs * 1_000_000_000;

    #[test]
    fn the_cap_holds_after_jitter() {
        let policy = Policy::new()
            .fixed(Duration::from_secs(100))
            .max_delay(Duration::from_secs(110))
            .jitter(Jitter::Fraction(1.0));
        for seed in 0..500 {
            let random = Random::seeded(seed);
            let source = DelaySource { rule: None, random };
            let delay = source.own_delay(&policy, 1, 0, &mut Draws::new(random, 1));
            assert!(delay <= SEC(110));
        }
    }

    #[test]
    fn a_rule_of_the_users_own_is_jittered_but_keeps_its_length() {
        let minute = Duration::from_secs(60);
        let policy = Policy::new().jitter(Jitter::None);
        let own = |policy: Policy| {
            let source = DelaySource {
                rule: Some(&|n| minute * n),
                random: Random::Thread,
            };
            source.own_delay(&policy, 2, 0, &mut Draws::new(Random::Thread, 2))
        };
        assert_eq!(own(policy), SEC(120));
        assert_eq!(own(policy.max_delay(minute)), SEC(60));
    }
}
