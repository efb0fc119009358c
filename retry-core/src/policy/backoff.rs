//! The base delay after attempt n: fixed, exponential, incremental, random or Fibonacci.

use core::time::Duration;

const NANOS_PER_SEC: u32 = 1_000_000_000;

/// The rule that gives the base delay after attempt n, before the cap and the jitter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Backoff {
    Fixed(Duration),
    Exponential { multiplier: Duration, base: f64 },
    Incremental { start: Duration, step: Duration },
    Random { min: Duration, max: Duration },
    Fibonacci { multiplier: Duration },
}

impl Backoff {
    /// Whether later delays are longer: such a rule is capped and jittered unless the user says otherwise.
    pub(crate) const fn grows(self) -> bool {
        !matches!(self, Self::Fixed(_) | Self::Random { .. })
    }

    /// The delay after attempt `n`, at most `cap`. Of a random rule, the longest one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn delay(self, n: u32, cap: Duration) -> Duration {
        let steps = n.saturating_sub(1);
        match self {
            Self::Fixed(delay) => shorter(delay, cap),
            Self::Exponential { multiplier, base } => exponential(multiplier, base, steps, cap),
            Self::Incremental { start, step } => {
                shorter(start.saturating_add(step.saturating_mul(steps)), cap)
            }
            Self::Random { min, max } => shorter(longer(min, max), cap),
            Self::Fibonacci { multiplier } => {
                let nanos = multiplier.as_nanos().saturating_mul(fibonacci(n));
                if nanos < cap.as_nanos() {
                    from_nanos(nanos)
                } else {
                    cap
                }
            }
        }
    }

    /// The shortest delay after attempt 1, before any cap.
    pub(crate) const fn first(self) -> Duration {
        match self {
            Self::Random { min, .. } => min,
            rule => rule.delay(1, Duration::MAX),
        }
    }
}

/// `multiplier * base^steps`, by squaring.
///
/// Products of `f64` are exact to the bit on every platform; the precision of `powi` is not specified,
/// and it is not const. A base below 1, or none at all, acts as 1.
#[cfg_attr(not(debug_assertions), inline(always))]
const fn exponential(multiplier: Duration, base: f64, steps: u32, cap: Duration) -> Duration {
    // The usual base needs no floating point.
    if base.to_bits() == 2f64.to_bits() && steps < 32 {
        return shorter(multiplier.saturating_mul(1 << steps), cap);
    }
    // Zero times an infinite power would be no number.
    if multiplier.is_zero() {
        return multiplier;
    }
    let mut square = if base >= 1.0 { base } else { 1.0 };
    let mut power = 1.0;
    let mut left = steps;
    while left > 0 {
        if left & 1 == 1 {
            power *= square;
        }
        square *= square;
        left >>= 1;
    }
    let nanos = nanos(multiplier) * power;
    if nanos < self::nanos(cap) {
        shorter(from_nanos_f64(nanos), cap)
    } else {
        cap
    }
}

/// 1, 1, 2, 3, 5, 8, … for n = 1, 2, 3, …
const fn fibonacci(n: u32) -> u128 {
    let (mut previous, mut current) = (0_u128, 1_u128);
    let mut i = 1;
    // The 180th is the last that fits: past it every product saturates anyway.
    while i < n && i < 180 {
        (previous, current) = (current, previous + current);
        i += 1;
    }
    current
}

/// Nanoseconds, exact below 2^53 (104 days).
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 104 days a nanosecond does not matter"
)]
pub(crate) const fn nanos(delay: Duration) -> f64 {
    delay.as_secs() as f64 * 1e9 + delay.subsec_nanos() as f64
}

/// The nearest duration to a number of nanoseconds that is not negative; the longest if it is too large.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "`as` saturates, and the guard keeps the common case exact"
)]
pub(crate) const fn from_nanos_f64(nanos: f64) -> Duration {
    if nanos < u64::MAX as f64 {
        Duration::from_nanos((nanos + 0.5) as u64)
    } else {
        Duration::from_secs((nanos / 1e9) as u64)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "guarded, and a remainder is below the divisor"
)]
pub(crate) const fn from_nanos(nanos: u128) -> Duration {
    let per_sec = NANOS_PER_SEC as u128;
    if nanos > Duration::MAX.as_nanos() {
        return Duration::MAX;
    }
    Duration::new((nanos / per_sec) as u64, (nanos % per_sec) as u32)
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn shorter(a: Duration, b: Duration) -> Duration {
    if is_shorter(a, b) { a } else { b }
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn longer(a: Duration, b: Duration) -> Duration {
    if is_shorter(a, b) { b } else { a }
}

/// `a < b`, which `Duration` does not offer in a const function.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn is_shorter(a: Duration, b: Duration) -> bool {
    a.as_secs() < b.as_secs() || (a.as_secs() == b.as_secs() && a.subsec_nanos() < b.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn first_five(rule: Backoff) -> Vec<u128> {
        (1..=5)
            .map(|n| rule.delay(n, Duration::MAX).as_millis())
            .collect()
    }

    #[test]
    fn each_rule_follows_its_formula() {
        assert_eq!(first_five(Backoff::Fixed(MS(7))), [7, 7, 7, 7, 7]);
        let exponential = Backoff::Exponential {
            multiplier: MS(1000),
            base: 2.0,
        };
        assert_eq!(first_five(exponential), [1000, 2000, 4000, 8000, 16000]);
        let incremental = Backoff::Incremental {
            start: MS(100),
            step: MS(50),
        };
        assert_eq!(first_five(incremental), [100, 150, 200, 250, 300]);
        assert_eq!(
            first_five(Backoff::Fibonacci { multiplier: MS(10) }),
            [10, 10, 20, 30, 50]
        );
        assert_eq!(
            first_five(Backoff::Random {
                min: MS(1),
                max: MS(9)
            }),
            [9; 5]
        );
    }

    #[test]
    fn the_cap_is_reached_exactly_and_never_passed() {
        let rule = Backoff::Exponential {
            multiplier: MS(300),
            base: 1.7,
        };
        assert!(rule.delay(5, MS(4000)) < MS(4000));
        for n in [9, 64, 1_100, u32::MAX] {
            assert_eq!(rule.delay(n, MS(4000)), MS(4000));
        }
    }

    #[test]
    fn extreme_values_saturate() {
        let huge = Backoff::Exponential {
            multiplier: Duration::MAX,
            base: f64::MAX,
        };
        assert_eq!(huge.delay(u32::MAX, Duration::MAX), Duration::MAX);
        let nothing = Backoff::Exponential {
            multiplier: Duration::ZERO,
            base: f64::INFINITY,
        };
        assert_eq!(nothing.delay(u32::MAX, Duration::MAX), Duration::ZERO);
        for base in [f64::NAN, -3.0, 0.5] {
            let flat = Backoff::Exponential {
                multiplier: MS(5),
                base,
            };
            assert_eq!(flat.delay(u32::MAX, Duration::MAX), MS(5));
        }
        let steps = Backoff::Incremental {
            start: Duration::MAX,
            step: Duration::MAX,
        };
        assert_eq!(steps.delay(u32::MAX, Duration::MAX), Duration::MAX);
        let rabbits = Backoff::Fibonacci {
            multiplier: Duration::MAX,
        };
        assert_eq!(rabbits.delay(u32::MAX, Duration::MAX), Duration::MAX);
    }
}
