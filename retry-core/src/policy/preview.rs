//! What a policy promises before it runs: the delay after each attempt, and the worst total.

use core::fmt;
use core::time::Duration;

use crate::policy::jitter::{Jitter, part_of};
use crate::policy::nanos::{self, LONGEST, shorter};
use crate::policy::policy::Policy;
use crate::policy::rule::Rule;

/// The schedule of a policy: attempt by attempt the least and the longest delay of its own.
///
/// Hints of the other side come on top, up to `max_hint` each, and decorrelated jitter walks on from them; a `wait_with`
/// is not known here.
///
/// ```
/// use retry_core::{Jitter, Policy};
/// use std::time::Duration;
///
/// const POLICY: Policy = Policy::new().max_attempts(4).exp_multiplier(Duration::from_secs(1));
/// const _: () = assert!(POLICY.worst_wait().as_secs() <= 10, "must fit into the request's deadline");
///
/// let longest: Vec<_> = POLICY.preview().rows().map(|row| (row.attempt(), row.longest().as_secs())).collect();
/// assert_eq!(longest, [(1, 1), (2, 2), (3, 4)]);
/// assert_eq!(POLICY.preview().to_string(), "\
/// after attempt   least delay   longest delay   longest total
///             1            0s              1s              1s
///             2            0s              2s              3s
///             3            0s              4s              7s
/// at most 7s of waiting in 4 attempts");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preview {
    policy: Policy,
}

/// Rows printed of a schedule that goes on and on.
const ROWS: usize = 20;
/// Growing delays added up one by one; the rest is bounded by the longest of them.
const EXACT: u32 = 10_000;

/// One row of a [`Preview`]: an attempt that may be followed by another, and the delays that may follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewRow {
    attempt: u32,
    least: Duration,
    longest: Duration,
}

impl PreviewRow {
    /// The number of the attempt, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The shortest delay after it.
    #[must_use]
    pub const fn least(&self) -> Duration {
        self.least
    }

    /// The longest delay after it.
    #[must_use]
    pub const fn longest(&self) -> Duration {
        self.longest
    }
}

impl Preview {
    pub(crate) const fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// One row for each attempt that may be followed by another. Endless for an unlimited policy.
    pub fn rows(&self) -> impl Iterator<Item = PreviewRow> + use<> {
        let preview = *self;
        (1..u32::MAX)
            .take_while(move |&attempt| !preview.policy.is_last(attempt))
            .map(move |attempt| PreviewRow {
                attempt,
                least: Duration::from_nanos(preview.least(attempt)),
                longest: Duration::from_nanos(preview.longest(attempt)),
            })
    }

    pub(crate) const fn worst_wait(&self) -> Duration {
        let Some(attempts) = self.policy.most_attempts() else {
            return self.within_limit(Duration::MAX);
        };
        let retries = attempts.saturating_sub(1);
        let longest = self.longest(retries);
        if retries > 0 && longest == LONGEST {
            return self.within_limit(Duration::MAX);
        }
        let mut total = Duration::ZERO;
        let mut n = 1;
        // No delay is longer than a later one, so from the first that is as long as the last all are.
        while n <= retries && n <= EXACT && self.longest(n) < longest {
            total = total.saturating_add(Duration::from_nanos(self.longest(n)));
            n += 1;
        }
        let rest = Duration::from_nanos(longest).saturating_mul(retries.saturating_sub(n - 1));
        self.within_limit(total.saturating_add(rest))
    }

    const fn within_limit(&self, total: Duration) -> Duration {
        let limit = self.policy.max_elapsed;
        if limit < nanos::of(total) {
            nanos::duration(limit)
        } else {
            total
        }
    }

    /// The shortest delay of the policy's own after attempt `n`.
    const fn least(&self, n: u32) -> u64 {
        let policy = &self.policy;
        let base = match policy.rule {
            Rule::Random => shorter(policy.first, policy.cap),
            _ => policy.base_nanos(n),
        };
        match policy.jitter_in_force() {
            Jitter::None => base,
            Jitter::Full => 0,
            Jitter::Equal => base / 2,
            Jitter::Decorrelated => policy.base_nanos(1),
            Jitter::Fraction(fraction) => base.saturating_sub(part_of(base, fraction)),
        }
    }

    /// The longest delay of the policy's own after attempt `n`.
    const fn longest(&self, n: u32) -> u64 {
        let (policy, cap) = (&self.policy, self.policy.cap);
        let base = policy.base_nanos(n);
        let longest = match policy.jitter_in_force() {
            Jitter::None | Jitter::Full | Jitter::Equal => base,
            Jitter::Decorrelated => {
                let mut delay = policy.base_nanos(1);
                let mut i = 0;
                while i < n && delay < cap && delay > 0 {
                    delay = delay.saturating_mul(3);
                    i += 1;
                }
                delay
            }
            Jitter::Fraction(fraction) => base.saturating_add(part_of(base, fraction)),
        };
        shorter(longest, cap)
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "after attempt   least delay   longest delay   longest total"
        )?;
        let mut total = Duration::ZERO;
        for row in self.rows().take(ROWS) {
            total = total.saturating_add(row.longest);
            let (n, least, longest) = (row.attempt, readable(row.least), readable(row.longest));
            let total = readable(self.within_limit(total));
            writeln!(f, "{n:>13}   {least:>11}   {longest:>13}   {total:>13}")?;
        }
        if self.rows().nth(ROWS).is_some() {
            writeln!(f, "{:>13}", "…")?;
        }
        match (self.worst_wait(), self.policy.most_attempts()) {
            (Duration::MAX, _) => f.write_str("no bound on the waiting"),
            (worst, Some(attempts)) => {
                let s = if attempts == 1 { "" } else { "s" };
                write!(
                    f,
                    "at most {} of waiting in {attempts} attempt{s}",
                    readable(worst)
                )
            }
            (worst, None) => write!(f, "at most {} of waiting", readable(worst)),
        }
    }
}

/// Milliseconds are enough for a reader.
fn readable(delay: Duration) -> String {
    if delay.is_zero() {
        return "0s".into();
    }
    if delay < Duration::from_millis(1) || delay == Duration::MAX {
        return format!("{delay:?}");
    }
    format!(
        "{:?}",
        Duration::from_millis(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEC: fn(u64) -> Duration = Duration::from_secs;
    const SECOND: Duration = Duration::from_secs(1);
    const SEC20: Duration = Duration::from_secs(20);

    #[test]
    fn the_worst_wait_is_the_sum_of_the_longest_delays() {
        let policy = Policy::new().exp_multiplier(SEC(1));
        assert_eq!(policy.max_attempts(1).worst_wait(), SEC(0));
        assert_eq!(policy.max_attempts(4).worst_wait(), SEC(7));
        assert_eq!(
            policy.max_attempts(8).max_delay(SEC(5)).worst_wait(),
            SEC(1 + 2 + 4 + 4 * 5)
        );
        assert_eq!(
            policy.max_attempts(9).max_elapsed(SEC(3)).worst_wait(),
            SEC(3)
        );
        assert_eq!(policy.unlimited().worst_wait(), Duration::MAX);
        assert_eq!(policy.unlimited().max_elapsed(SEC(9)).worst_wait(), SEC(9));
        let fixed = Policy::new().fixed(SEC(2)).max_attempts(u32::MAX);
        assert_eq!(fixed.worst_wait(), SEC(2 * u64::from(u32::MAX - 1)));
    }

    /// The compiler gives up on a constant that takes it too long, so each has one of its own.
    #[test]
    fn the_worst_wait_of_any_backoff_is_a_constant() {
        macro_rules! worst {
            ($policy:expr) => {{
                const WORST: Duration = $policy.worst_wait();
                WORST
            }};
        }
        const NANO: Duration = Duration::from_nanos(1);
        const MANY: Policy = Policy::new().max_attempts(20_000);
        const FREE: Policy = MANY.max_delay(Duration::MAX);
        let capped_but = |short: u64| SEC(20 * 19_999 - short);
        assert_eq!(worst!(MANY.fixed(SECOND)), SEC(19_999));
        assert_eq!(worst!(MANY.random_max(SECOND)), SEC(19_999));
        // 1, 2, 4, 8 and 16 s fall short of the cap by 69 s in all.
        assert_eq!(worst!(MANY.exp_multiplier(SECOND)), capped_but(69));
        assert_eq!(worst!(MANY.incr_step(SECOND)), capped_but(210));
        // 1, 1, 2, 3, 5, 8 and 13 s.
        assert_eq!(worst!(MANY.fib_multiplier(SECOND)), capped_but(107));
        let most = worst!(MANY.max_attempts(u32::MAX).fib_multiplier(SECOND));
        assert_eq!(most, SEC(20 * u64::from(u32::MAX - 1) - 107));
        // 3 and 9 s.
        let walk = worst!(
            MANY.fixed(SECOND)
                .max_delay(SEC20)
                .jitter(Jitter::Decorrelated)
        );
        assert_eq!(walk, capped_but(28));

        assert_eq!(worst!(FREE.exp_multiplier(NANO)), Duration::MAX);
        assert_eq!(worst!(FREE.fib_multiplier(NANO)), Duration::MAX);
        let walk = worst!(FREE.fixed(NANO).jitter(Jitter::Decorrelated));
        assert_eq!(walk, Duration::MAX);
        let slow = worst!(FREE.exp_multiplier(SECOND).exp_base(1.000_000_1));
        assert!(SEC(19_999) < slow && slow < SEC(20_060), "{slow:?}");
        let steps = worst!(FREE.incr_step(NANO).jitter(Jitter::Fraction(1.0)));
        assert!(steps < SECOND, "{steps:?}");
    }

    #[test]
    fn the_walk_of_decorrelated_jitter_triples_up_to_the_cap() {
        let policy = Policy::new()
            .max_attempts(5)
            .fixed(SEC(1))
            .jitter(Jitter::Decorrelated);
        let longest: Vec<_> = policy
            .max_delay(SEC(20))
            .preview()
            .rows()
            .map(|row| row.longest)
            .collect();
        assert_eq!(longest, [SEC(3), SEC(9), SEC(20), SEC(20)]);
    }

    #[test]
    fn an_endless_schedule_is_printed_in_part() {
        let text = Policy::new().unlimited().preview().to_string();
        assert_eq!(text.lines().count(), 1 + ROWS + 2);
        assert!(text.ends_with("no bound on the waiting"));
    }
}
