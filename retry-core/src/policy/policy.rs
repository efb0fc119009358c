//! The policy: attempts, backoff, jitter and limits together, as plain data.

#[cfg(test)]
mod tests;

use core::time::Duration;

use crate::policy::backoff::Backoff;
use crate::policy::jitter::{Jitter, Kind};
use crate::policy::nanos::{LONGEST, Nanos};

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
/// It takes 64 bytes and is passed by value. Durations are kept in nanoseconds, and what is longer than 584 years
/// counts as that.
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
#[derive(Clone, Copy, PartialEq)]
#[must_use = "a policy does nothing until it runs an operation"]
pub struct Policy {
    pub(crate) backoff: Backoff,
    /// `None`: no limit.
    pub(crate) max_elapsed: Option<Nanos>,
    /// `None`: the default for the backoff.
    pub(crate) max_delay: Option<Nanos>,
    pub(crate) max_hint: Nanos,
    max_attempts: u32,
    /// Beside the number, which can be any.
    unlimited: bool,
    /// `None`: the default for the backoff.
    jitter: Option<Kind>,
    /// Of [`Kind::Fraction`].
    fraction: f64,
}

const DEFAULT_MULTIPLIER: Nanos = Nanos::of(Duration::from_millis(100));
const DEFAULT_STEP: Nanos = Nanos::of(Duration::from_millis(100));
const DEFAULT_RANDOM_MAX: Nanos = Nanos::of(Duration::from_secs(1));
const DEFAULT_BASE: f64 = 2.0;
const DEFAULT_MAX_DELAY: Nanos = Nanos::of(Duration::from_secs(20));
const DEFAULT_MAX_HINT: Nanos = Nanos::of(Duration::from_secs(60));
const ZERO: Nanos = Nanos::of(Duration::ZERO);

/// The setters.
impl Policy {
    /// 3 attempts, exponential from 100 ms by 2 up to 20 s, full jitter, no time limit, hints up to 60 s.
    pub const fn new() -> Self {
        Self {
            backoff: Backoff::Exponential {
                multiplier: DEFAULT_MULTIPLIER,
                base: DEFAULT_BASE,
            },
            max_elapsed: None,
            max_delay: None,
            max_hint: DEFAULT_MAX_HINT,
            max_attempts: 3,
            unlimited: false,
            jitter: None,
            fraction: 0.0,
        }
    }

    /// Attempts in all, the first included; at least 1.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self.unlimited = false;
        self
    }

    /// As many attempts as it takes: nothing but another limit, a permanent failure or success stops the call.
    pub const fn unlimited(mut self) -> Self {
        self.max_attempts = u32::MAX;
        self.unlimited = true;
        self
    }

    /// The time for the whole call, attempts and waits together.
    ///
    /// No wait is begun that would end at or after it. A running attempt is never cancelled.
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        self.max_elapsed = Some(Nanos::of(limit));
        self
    }

    /// Always the same delay.
    pub const fn fixed(mut self, delay: Duration) -> Self {
        self.backoff = Backoff::Fixed(Nanos::of(delay));
        self
    }

    /// Exponential: the delay after attempt n is `multiplier * base^(n-1)`, so the first is `multiplier` itself.
    pub const fn exp_multiplier(mut self, multiplier: Duration) -> Self {
        let multiplier = Nanos::of(multiplier);
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
        let start = Nanos::of(start);
        let step = match self.backoff {
            Backoff::Incremental { step, .. } => step,
            _ => DEFAULT_STEP,
        };
        self.backoff = Backoff::Incremental { start, step };
        self
    }

    /// The step of an incremental backoff; 100 ms unless said otherwise.
    pub const fn incr_step(mut self, step: Duration) -> Self {
        let step = Nanos::of(step);
        let start = match self.backoff {
            Backoff::Incremental { start, .. } => start,
            _ => ZERO,
        };
        self.backoff = Backoff::Incremental { start, step };
        self
    }

    /// Random: uniform between `min` and [`random_max`](Self::random_max), both included; `min` is 0
    /// unless said otherwise.
    pub const fn random_min(mut self, min: Duration) -> Self {
        let min = Nanos::of(min);
        let max = match self.backoff {
            Backoff::Random { max, .. } => max,
            _ => DEFAULT_RANDOM_MAX,
        };
        self.backoff = Backoff::Random { min, max };
        self
    }

    /// The longest delay of a random backoff; 1 s unless said otherwise.
    pub const fn random_max(mut self, max: Duration) -> Self {
        let max = Nanos::of(max);
        let min = match self.backoff {
            Backoff::Random { min, .. } => min,
            _ => ZERO,
        };
        self.backoff = Backoff::Random { min, max };
        self
    }

    /// Fibonacci: the delay after attempt n is `multiplier` times 1, 1, 2, 3, 5, …
    pub const fn fib_multiplier(mut self, multiplier: Duration) -> Self {
        let multiplier = Nanos::of(multiplier);
        self.backoff = Backoff::Fibonacci { multiplier };
        self
    }

    /// The longest delay of our own, after jitter too. A hint may be longer.
    ///
    /// Unless said otherwise it is 20 s for backoffs that grow, and none for `fixed` and `random_*`.
    pub const fn max_delay(mut self, cap: Duration) -> Self {
        self.max_delay = Some(Nanos::of(cap));
        self
    }

    /// The random part of a delay.
    ///
    /// Unless said otherwise it is [`Jitter::Full`] for backoffs that grow, and [`Jitter::None`] for `fixed`
    /// and `random_*`.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        let (kind, fraction) = jitter.split();
        self.jitter = Some(kind);
        self.fraction = fraction;
        self
    }

    /// The longest hint that is obeyed: a longer one stops the retrying. 60 s unless said otherwise.
    pub const fn max_hint(mut self, longest: Duration) -> Self {
        self.max_hint = Nanos::of(longest);
        self
    }
}

/// What it means.
impl Policy {
    /// The capped base delay after attempt `n`, before jitter. Of a random backoff, the longest one.
    ///
    /// `n` counts from 1; 0 acts as 1.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn base_delay(&self, n: u32) -> Duration {
        Duration::from_nanos(self.base_nanos(n))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn base_nanos(&self, n: u32) -> u64 {
        self.backoff.delay(n, self.cap())
    }

    /// Whether attempt `n` is the last that [`max_attempts`](Self::max_attempts) allows.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn is_last(&self, n: u32) -> bool {
        n >= self.max_attempts && !self.unlimited
    }

    /// `None`: unlimited.
    pub(crate) const fn most_attempts(&self) -> Option<u32> {
        if self.unlimited {
            None
        } else {
            Some(self.max_attempts)
        }
    }

    /// The nanoseconds that no delay of its own exceeds.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn cap(&self) -> u64 {
        match self.max_delay {
            Some(cap) => cap.get(),
            None if self.backoff.grows() => DEFAULT_MAX_DELAY.get(),
            None => LONGEST,
        }
    }

    /// `None`: the default for the backoff.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn jitter_said(&self) -> Option<Jitter> {
        match self.jitter {
            Some(kind) => Some(Jitter::joined(kind, self.fraction)),
            None => None,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn jitter_in_force(&self) -> Jitter {
        match self.jitter_said() {
            Some(jitter) => jitter,
            None if self.backoff.grows() => Jitter::Full,
            None => Jitter::None,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
