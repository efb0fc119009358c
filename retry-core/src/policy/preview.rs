//! What a policy promises before it runs: the delay after each attempt, and the worst total.

use core::fmt;
use core::time::Duration;

use crate::policy::backoff::{Backoff, from_nanos_f64, is_shorter, nanos, shorter};
use crate::policy::jitter::Jitter;
use crate::policy::policy::Policy;

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
/// assert_eq!(POLICY.preview().delays().collect::<Vec<_>>(), [
///     (1, Duration::ZERO, Duration::from_secs(1)),
///     (2, Duration::ZERO, Duration::from_secs(2)),
///     (3, Duration::ZERO, Duration::from_secs(4)),
/// ]);
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

impl Policy {
    /// The schedule of this policy. Its `Display` is a table.
    #[must_use]
    pub const fn preview(&self) -> Preview {
        Preview { policy: *self }
    }

    /// The longest that a call may wait in all, by its own delays; [`Duration::MAX`] if nothing bounds it.
    ///
    /// It can be asserted at compile time against a deadline.
    #[must_use]
    pub const fn worst_wait(&self) -> Duration {
        let Some(attempts) = self.max_attempts else {
            return self.within_limit(Duration::MAX);
        };
        let retries = attempts.saturating_sub(1);
        let longest = self.longest_delay(retries);
        let mut total = Duration::ZERO;
        let mut n = 1;
        // No delay is longer than a later one, so from the first that is as long as the last all are.
        while n <= retries && n <= EXACT && is_shorter(self.longest_delay(n), longest) {
            total = total.saturating_add(self.longest_delay(n));
            n += 1;
        }
        let rest = retries.saturating_sub(n - 1);
        self.within_limit(total.saturating_add(longest.saturating_mul(rest)))
    }

    const fn within_limit(&self, total: Duration) -> Duration {
        match self.max_elapsed {
            Some(limit) => shorter(limit, total),
            None => total,
        }
    }

    /// The shortest delay of the policy's own after attempt `n`.
    const fn least_delay(&self, n: u32) -> Duration {
        let base = match self.backoff {
            Backoff::Random { min, .. } => shorter(min, self.cap()),
            _ => self.base_delay(n),
        };
        match self.jitter_in_force() {
            Jitter::None => base,
            Jitter::Full => Duration::ZERO,
            Jitter::Equal => from_nanos_f64(nanos(base) / 2.0 - 0.5),
            Jitter::Decorrelated => self.base_delay(1),
            Jitter::Fraction(fraction) => base.saturating_sub(part_of(base, fraction)),
        }
    }

    /// The longest delay of the policy's own after attempt `n`.
    const fn longest_delay(&self, n: u32) -> Duration {
        let base = self.base_delay(n);
        let longest = match self.jitter_in_force() {
            Jitter::None | Jitter::Full | Jitter::Equal => base,
            Jitter::Decorrelated => {
                let mut delay = self.base_delay(1);
                let mut i = 0;
                while i < n && nanos(delay) < nanos(self.cap()) && !delay.is_zero() {
                    delay = delay.saturating_mul(3);
                    i += 1;
                }
                delay
            }
            Jitter::Fraction(fraction) => base.saturating_add(part_of(base, fraction)),
        };
        shorter(longest, self.cap())
    }
}

const fn part_of(base: Duration, fraction: f64) -> Duration {
    from_nanos_f64(nanos(base) * fraction.clamp(0.0, 1.0))
}

impl Preview {
    /// For each attempt that may be followed by another: its number, the least and the longest delay after it.
    /// Endless for an unlimited policy.
    pub fn delays(&self) -> impl Iterator<Item = (u32, Duration, Duration)> + use<> {
        let policy = self.policy;
        (1..u32::MAX)
            .take_while(move |&n| !policy.is_last(n))
            .map(move |n| (n, policy.least_delay(n), policy.longest_delay(n)))
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "after attempt   least delay   longest delay   longest total"
        )?;
        let mut total = Duration::ZERO;
        for (n, least, longest) in self.delays().take(ROWS) {
            total = total.saturating_add(longest);
            let (least, longest) = (readable(least), readable(longest));
            let total = readable(self.policy.within_limit(total));
            writeln!(f, "{n:>13}   {least:>11}   {longest:>13}   {total:>13}")?;
        }
        if self.delays().nth(ROWS).is_some() {
            writeln!(f, "{:>13}", "…")?;
        }
        match (self.policy.worst_wait(), self.policy.max_attempts) {
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
            .delays()
            .map(|row| row.2)
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
