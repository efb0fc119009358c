//! The policy: attempts, backoff, jitter and limits together, as plain data.

use core::time::Duration;

use crate::policy::backoff::{Backoff, shorter};
use crate::policy::jitter::{Draws, Jitter, Walk, between};

/// How often an operation is attempted and how long it waits in between.
///
/// A policy is plain data: `Copy`, comparable, built in a `const`, read from a file with the feature `serde`.
/// One vocabulary serves everywhere: a setter here, an argument of the attribute and a field of a
/// configuration file have one name and one meaning.
///
/// A setter only stores. A bad value is reported by [`validate`](Self::validate), which the attribute
/// evaluates at compile time; where nobody asked, it saturates (0 attempts act as 1) and never panics.
/// Of two backoffs the later one counts.
///
/// ```
/// use retry_core::{Jitter, Policy};
/// use std::time::Duration;
///
/// const POLICY: Policy = Policy::new()
///     .max_attempts(4)
///     .exp_multiplier(Duration::from_secs(1))
///     .jitter(Jitter::None);
///
/// let waits: Vec<_> = (1..=3).map(|n| POLICY.base_delay(n).as_secs()).collect();
/// assert_eq!(waits, [1, 2, 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a policy does nothing until it runs an operation"]
pub struct Policy {
    /// `None`: no limit.
    pub(crate) max_attempts: Option<u32>,
    pub(crate) max_elapsed: Option<Duration>,
    pub(crate) backoff: Backoff,
    /// `None`: the default for the backoff.
    pub(crate) max_delay: Option<Duration>,
    /// `None`: the default for the backoff.
    pub(crate) jitter: Option<Jitter>,
    pub(crate) max_hint: Duration,
}

const DEFAULT_MULTIPLIER: Duration = Duration::from_millis(100);
const DEFAULT_STEP: Duration = Duration::from_millis(100);
const DEFAULT_RANDOM_MAX: Duration = Duration::from_secs(1);
const DEFAULT_BASE: f64 = 2.0;
const DEFAULT_MAX_DELAY: Duration = Duration::from_secs(20);
const DEFAULT_MAX_HINT: Duration = Duration::from_secs(60);

impl Policy {
    /// 3 attempts, exponential from 100 ms by 2 up to 20 s, full jitter, no time limit, hints up to 60 s.
    pub const fn new() -> Self {
        Self {
            max_attempts: Some(3),
            max_elapsed: None,
            backoff: Backoff::Exponential {
                multiplier: DEFAULT_MULTIPLIER,
                base: DEFAULT_BASE,
            },
            max_delay: None,
            jitter: None,
            max_hint: DEFAULT_MAX_HINT,
        }
    }

    /// Attempts in all, the first included; at least 1.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// As many attempts as it takes: nothing but another limit, a permanent failure or success stops the call.
    pub const fn unlimited(mut self) -> Self {
        self.max_attempts = None;
        self
    }

    /// The time for the whole call, attempts and waits together.
    ///
    /// No wait is begun that would end at or after it. A running attempt is never cancelled.
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        self.max_elapsed = Some(limit);
        self
    }

    /// Always the same delay.
    pub const fn fixed(mut self, delay: Duration) -> Self {
        self.backoff = Backoff::Fixed(delay);
        self
    }

    /// Exponential: the delay after attempt n is `multiplier * base^(n-1)`, so the first is `multiplier` itself.
    pub const fn exp_multiplier(mut self, multiplier: Duration) -> Self {
        let base = match self.backoff {
            Backoff::Exponential { base, .. } => base,
            _ => DEFAULT_BASE,
        };
        self.backoff = Backoff::Exponential { multiplier, base };
        self
    }

    /// The base of an exponential backoff: at least 1, and 2 unless said otherwise.
    pub const fn exp_base(mut self, base: f64) -> Self {
        let multiplier = match self.backoff {
            Backoff::Exponential { multiplier, .. } => multiplier,
            _ => DEFAULT_MULTIPLIER,
        };
        self.backoff = Backoff::Exponential { multiplier, base };
        self
    }

    /// Incremental: the delay after attempt n is `start + step * (n-1)`; `start` is 0 unless said otherwise.
    pub const fn incr_start(mut self, start: Duration) -> Self {
        let step = match self.backoff {
            Backoff::Incremental { step, .. } => step,
            _ => DEFAULT_STEP,
        };
        self.backoff = Backoff::Incremental { start, step };
        self
    }

    /// The step of an incremental backoff; 100 ms unless said otherwise.
    pub const fn incr_step(mut self, step: Duration) -> Self {
        let start = match self.backoff {
            Backoff::Incremental { start, .. } => start,
            _ => Duration::ZERO,
        };
        self.backoff = Backoff::Incremental { start, step };
        self
    }

    /// Random: uniform between `min` and [`random_max`](Self::random_max), both included; `min` is 0
    /// unless said otherwise.
    pub const fn random_min(mut self, min: Duration) -> Self {
        let max = match self.backoff {
            Backoff::Random { max, .. } => max,
            _ => DEFAULT_RANDOM_MAX,
        };
        self.backoff = Backoff::Random { min, max };
        self
    }

    /// The longest delay of a random backoff; 1 s unless said otherwise.
    pub const fn random_max(mut self, max: Duration) -> Self {
        let min = match self.backoff {
            Backoff::Random { min, .. } => min,
            _ => Duration::ZERO,
        };
        self.backoff = Backoff::Random { min, max };
        self
    }

    /// Fibonacci: the delay after attempt n is `multiplier` times 1, 1, 2, 3, 5, …
    pub const fn fib_multiplier(mut self, multiplier: Duration) -> Self {
        self.backoff = Backoff::Fibonacci { multiplier };
        self
    }

    /// The longest delay of our own, after jitter too. A hint may be longer.
    ///
    /// Unless said otherwise it is 20 s for backoffs that grow, and none for `fixed` and `random_*`.
    pub const fn max_delay(mut self, cap: Duration) -> Self {
        self.max_delay = Some(cap);
        self
    }

    /// The random part of a delay.
    ///
    /// Unless said otherwise it is [`Jitter::Full`] for backoffs that grow, and [`Jitter::None`] for `fixed`
    /// and `random_*`.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// The longest hint that is obeyed: a longer one stops the retrying. 60 s unless said otherwise.
    pub const fn max_hint(mut self, longest: Duration) -> Self {
        self.max_hint = longest;
        self
    }

    /// The capped base delay after attempt `n`, before jitter. Of a random backoff, the longest one.
    ///
    /// `n` counts from 1; 0 acts as 1.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn base_delay(&self, n: u32) -> Duration {
        self.backoff.delay(n, self.cap())
    }

    /// Whether attempt `n` is the last that [`max_attempts`](Self::max_attempts) allows.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn is_last(&self, n: u32) -> bool {
        match self.max_attempts {
            Some(most) => n >= most,
            None => false,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn cap(&self) -> Duration {
        match self.max_delay {
            Some(cap) => cap,
            None if self.backoff.grows() => DEFAULT_MAX_DELAY,
            None => Duration::MAX,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn jitter_in_force(&self) -> Jitter {
        match self.jitter {
            Some(jitter) => jitter,
            None if self.backoff.grows() => Jitter::Full,
            None => Jitter::None,
        }
    }

    /// The policy's own delay after attempt `n`: base, cap, jitter, cap.
    ///
    /// `rule` replaces the backoff; only an explicit `max_delay` caps it, because the default cap is
    /// meant for the backoffs that it replaces.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn own_delay(
        &self,
        n: u32,
        previous: Duration,
        rule: Option<&dyn Fn(u32) -> Duration>,
        draws: &mut Draws,
    ) -> Duration {
        let (cap, base) = match rule {
            Some(rule) => {
                let cap = self.max_delay.unwrap_or(Duration::MAX);
                (cap, shorter(rule(n), cap))
            }
            None => (self.cap(), self.drawn_delay(n, draws)),
        };
        let walk = || {
            let first = rule.map_or_else(|| self.base_delay(1), |rule| shorter(rule(1), cap));
            Walk {
                first,
                previous: if n <= 1 { first } else { previous },
            }
        };
        shorter(self.jitter_in_force().spread(base, walk, draws), cap)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drawn_delay(&self, n: u32, draws: &mut Draws) -> Duration {
        match self.backoff {
            Backoff::Random { min, max } => shorter(between(min, max, draws), self.cap()),
            _ => self.base_delay(n),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::jitter::Random;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_default_is_what_the_docs_say() {
        assert_eq!(
            Policy::default().to_string(),
            "3 attempts, exponential 100ms x 2 up to 20s, full jitter, hints up to 60s"
        );
    }

    #[test]
    fn a_later_backoff_replaces_an_earlier_one() {
        let policy = Policy::new()
            .exp_multiplier(MS(5))
            .exp_base(3.0)
            .fixed(MS(70));
        assert_eq!(policy, Policy::new().fixed(MS(70)));
        assert_eq!(
            policy.to_string(),
            "3 attempts, fixed 70ms, no jitter, hints up to 60s"
        );
    }

    #[test]
    fn the_parts_of_one_backoff_come_in_any_order() {
        let table = [
            [
                Policy::new().exp_base(3.0).exp_multiplier(MS(5)),
                Policy::new().exp_multiplier(MS(5)).exp_base(3.0),
            ],
            [
                Policy::new().incr_start(MS(1)).incr_step(MS(2)),
                Policy::new().incr_step(MS(2)).incr_start(MS(1)),
            ],
            [
                Policy::new().random_min(MS(1)).random_max(MS(2)),
                Policy::new().random_max(MS(2)).random_min(MS(1)),
            ],
        ];
        for [a, b] in table {
            assert_eq!(a, b);
        }
    }

    #[test]
    fn the_cap_holds_after_jitter() {
        let policy = Policy::new()
            .fixed(MS(100))
            .max_delay(MS(110))
            .jitter(Jitter::Fraction(1.0));
        for seed in 0..500 {
            assert!(
                policy.own_delay(
                    1,
                    Duration::ZERO,
                    None,
                    &mut Draws::new(Random::seeded(seed), 1)
                ) <= MS(110)
            );
        }
    }

    #[test]
    fn a_rule_of_the_users_own_is_jittered_but_keeps_its_length() {
        let minute = Duration::from_secs(60);
        let policy = Policy::new().jitter(Jitter::None);
        let own = |p: Policy| {
            p.own_delay(
                2,
                Duration::ZERO,
                Some(&|n| minute * n),
                &mut Draws::new(Random::Thread, 2),
            )
        };
        assert_eq!(own(policy), 2 * minute);
        assert_eq!(own(policy.max_delay(minute)), minute);
    }
}
