//! The policy: attempts, backoff, jitter and limits together, as plain data.

#[cfg(test)]
mod tests;

use core::time::Duration;

use crate::policy::jitter::{Jitter, Kind};
use crate::policy::nanos::{self, LONGEST, NEVER};
use crate::policy::rule::Rule;
use crate::policy::said::Said;

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
/// It takes 56 bytes and is passed by value. Durations are kept in nanoseconds, and what is longer than 292 years
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
    // A plan: what a decision reads is kept as it is in force, and durations in nanoseconds.
    /// The numbers of the rule; the second is the bits of the base where the rule is exponential.
    pub(crate) first: u64,
    pub(crate) second: u64,
    /// Of the backoff's default where none was said; [`LONGEST`] for none.
    pub(crate) cap: u64,
    /// [`NEVER`] for none.
    pub(crate) max_elapsed: u64,
    pub(crate) max_hint: u64,
    /// Of [`Kind::Fraction`].
    fraction: f64,
    /// `u32::MAX` where they are unlimited.
    pub(crate) max_attempts: u32,
    pub(crate) rule: Rule,
    /// Of the backoff's default where none was said.
    pub(crate) jitter: Kind,
    said: Said,
}

const DEFAULT_MULTIPLIER: u64 = nanos::of(Duration::from_millis(100));
const DEFAULT_STEP: u64 = nanos::of(Duration::from_millis(100));
const DEFAULT_RANDOM_MAX: u64 = nanos::of(Duration::from_secs(1));
const DEFAULT_BASE: f64 = 2.0;
const DEFAULT_MAX_DELAY: u64 = nanos::of(Duration::from_secs(20));
const DEFAULT_MAX_HINT: u64 = nanos::of(Duration::from_secs(60));

/// The setters.
impl Policy {
    /// 3 attempts, exponential from 100 ms by 2 up to 20 s, full jitter, no time limit, hints up to 60 s.
    pub const fn new() -> Self {
        Self {
            first: DEFAULT_MULTIPLIER,
            second: DEFAULT_BASE.to_bits(),
            cap: DEFAULT_MAX_DELAY,
            max_elapsed: NEVER,
            max_hint: DEFAULT_MAX_HINT,
            fraction: 0.0,
            max_attempts: 3,
            rule: Rule::Doubling,
            jitter: Kind::Full,
            said: Said::NOTHING,
        }
    }

    /// Attempts in all, the first included; at least 1.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self.said = self.said.without(Said::UNLIMITED);
        self
    }

    /// As many attempts as it takes: nothing but another limit, a permanent failure or success stops the call.
    pub const fn unlimited(mut self) -> Self {
        self.max_attempts = u32::MAX;
        self.said = self.said.with(Said::UNLIMITED);
        self
    }

    /// The time for the whole call, attempts and waits together.
    ///
    /// No wait is begun that would end at or after it. A running attempt is never cancelled.
    pub const fn max_elapsed(mut self, limit: Duration) -> Self {
        self.max_elapsed = nanos::of(limit);
        self
    }

    /// Always the same delay.
    pub const fn fixed(self, delay: Duration) -> Self {
        self.ruled(Rule::Fixed, nanos::of(delay), 0)
    }

    /// Exponential: the delay after attempt n is `multiplier * base^(n-1)`, so the first is `multiplier` itself.
    pub const fn exp_multiplier(self, multiplier: Duration) -> Self {
        let multiplier = nanos::of(multiplier);
        match self.rule {
            Rule::Doubling | Rule::Exponential => self.ruled(self.rule, multiplier, self.second),
            _ => self.ruled(Rule::Doubling, multiplier, DEFAULT_BASE.to_bits()),
        }
    }

    /// The base of an exponential backoff: at least 1, and 2 unless said otherwise.
    pub const fn exp_base(self, base: f64) -> Self {
        let multiplier = match self.rule {
            Rule::Doubling | Rule::Exponential => self.first,
            _ => DEFAULT_MULTIPLIER,
        };
        self.ruled(Rule::exponential(base), multiplier, base.to_bits())
    }

    /// Incremental: the delay after attempt n is `start + step * (n-1)`; `start` is 0 unless said otherwise.
    pub const fn incr_start(self, start: Duration) -> Self {
        let step = match self.rule {
            Rule::Incremental => self.second,
            _ => DEFAULT_STEP,
        };
        self.ruled(Rule::Incremental, nanos::of(start), step)
    }

    /// The step of an incremental backoff; 100 ms unless said otherwise.
    pub const fn incr_step(self, step: Duration) -> Self {
        let start = match self.rule {
            Rule::Incremental => self.first,
            _ => 0,
        };
        self.ruled(Rule::Incremental, start, nanos::of(step))
    }

    /// Random: uniform between `min` and [`random_max`](Self::random_max), both included; `min` is 0
    /// unless said otherwise.
    pub const fn random_min(self, min: Duration) -> Self {
        let max = match self.rule {
            Rule::Random => self.second,
            _ => DEFAULT_RANDOM_MAX,
        };
        self.ruled(Rule::Random, nanos::of(min), max)
    }

    /// The longest delay of a random backoff; 1 s unless said otherwise.
    pub const fn random_max(self, max: Duration) -> Self {
        let min = match self.rule {
            Rule::Random => self.first,
            _ => 0,
        };
        self.ruled(Rule::Random, min, nanos::of(max))
    }

    /// Fibonacci: the delay after attempt n is `multiplier` times 1, 1, 2, 3, 5, …
    pub const fn fib_multiplier(self, multiplier: Duration) -> Self {
        self.ruled(Rule::Fibonacci, nanos::of(multiplier), 0)
    }

    /// The longest delay of our own, after jitter too. A hint may be longer.
    ///
    /// Unless said otherwise it is 20 s for backoffs that grow, and none for `fixed` and `random_*`.
    pub const fn max_delay(mut self, cap: Duration) -> Self {
        self.cap = nanos::of(cap);
        self.said = self.said.with(Said::CAP);
        self
    }

    /// The random part of a delay.
    ///
    /// Unless said otherwise it is [`Jitter::Full`] for backoffs that grow, and [`Jitter::None`] for `fixed`
    /// and `random_*`.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        (self.jitter, self.fraction) = jitter.split();
        self.said = self.said.with(Said::JITTER);
        self
    }

    /// The longest hint that is obeyed: a longer one stops the retrying. 60 s unless said otherwise.
    pub const fn max_hint(mut self, longest: Duration) -> Self {
        self.max_hint = nanos::of(longest);
        self
    }

    /// Another backoff, with its own cap and jitter where none was said.
    const fn ruled(mut self, rule: Rule, first: u64, second: u64) -> Self {
        (self.rule, self.first, self.second) = (rule, first, second);
        let (cap, jitter) = if rule.grows() {
            (DEFAULT_MAX_DELAY, Kind::Full)
        } else {
            (LONGEST, Kind::None)
        };
        if !self.said.has(Said::CAP) {
            self.cap = cap;
        }
        if !self.said.has(Said::JITTER) {
            self.jitter = jitter;
        }
        self
    }
}

/// What it means.
impl Policy {
    /// The capped base delay after attempt `n`, before jitter. Of a random backoff, the longest one.
    ///
    /// `n` counts from 1; 0 acts as 1.
    #[must_use]
    pub const fn base_delay(&self, n: u32) -> Duration {
        nanos::duration(self.base_nanos(n))
    }

    pub(crate) const fn base_nanos(&self, n: u32) -> u64 {
        self.rule.delay((self.first, self.second), n, self.cap)
    }

    /// The shortest delay after attempt 1, before any cap.
    pub(crate) const fn first_nanos(&self) -> u64 {
        self.rule.first((self.first, self.second))
    }

    /// Whether attempt `n` is the last that [`max_attempts`](Self::max_attempts) allows.
    #[inline]
    pub(crate) const fn is_last(&self, n: u32) -> bool {
        n >= self.max_attempts && !self.said.has(Said::UNLIMITED)
    }

    /// `None`: unlimited.
    pub(crate) const fn most_attempts(&self) -> Option<u32> {
        if self.said.has(Said::UNLIMITED) {
            None
        } else {
            Some(self.max_attempts)
        }
    }

    /// What [`max_elapsed`](Self::max_elapsed) said.
    #[inline]
    pub(crate) const fn limit(&self) -> Option<Duration> {
        match self.max_elapsed {
            NEVER => None,
            limit => Some(nanos::duration(limit)),
        }
    }

    /// What [`max_delay`](Self::max_delay) said.
    pub(crate) const fn cap_said(&self) -> Option<Duration> {
        if self.said.has(Said::CAP) {
            Some(nanos::duration(self.cap))
        } else {
            None
        }
    }

    /// What [`jitter`](Self::jitter) said.
    pub(crate) const fn jitter_said(&self) -> Option<Jitter> {
        if self.said.has(Said::JITTER) {
            Some(self.jitter_in_force())
        } else {
            None
        }
    }

    pub(crate) const fn jitter_in_force(&self) -> Jitter {
        Jitter::joined(self.jitter, self.fraction)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
