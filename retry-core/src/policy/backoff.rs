//! The base delay after attempt n: fixed, exponential, incremental, random or Fibonacci.

use crate::policy::nanos::{LONGEST, Nanos, from_f64, shorter, to_f64};

/// The rule that gives the base delay after attempt n, before the cap and the jitter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Backoff {
    Fixed(Nanos),
    Exponential { multiplier: Nanos, base: f64 },
    Incremental { start: Nanos, step: Nanos },
    Random { min: Nanos, max: Nanos },
    Fibonacci { multiplier: Nanos },
}

impl Backoff {
    /// Whether later delays are longer: such a rule is capped and jittered unless the user says otherwise.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn grows(self) -> bool {
        !matches!(self, Self::Fixed(_) | Self::Random { .. })
    }

    /// The nanoseconds after attempt `n`, at most `cap`. Of a random rule, the longest delay.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn delay(self, n: u32, cap: u64) -> u64 {
        let steps = n.saturating_sub(1);
        let delay = match self {
            Self::Fixed(delay) => delay.get(),
            Self::Exponential { multiplier, base } => {
                exponential(multiplier.get(), base, steps, cap)
            }
            Self::Incremental { start, step } => {
                let grown = step.get().saturating_mul(steps as u64);
                start.get().saturating_add(grown)
            }
            Self::Random { min, max } if max.get() < min.get() => min.get(),
            Self::Random { max, .. } => max.get(),
            Self::Fibonacci { multiplier } => multiplier.get().saturating_mul(fibonacci(n)),
        };
        shorter(delay, cap)
    }

    /// The shortest delay after attempt 1, before any cap.
    pub(crate) const fn first(self) -> u64 {
        match self {
            Self::Random { min, .. } => min.get(),
            rule => rule.delay(1, LONGEST),
        }
    }
}

/// `multiplier * base^steps`, by squaring; anything above `cap` where it is more.
///
/// Products of `f64` are exact to the bit on every platform; the precision of `powi` is not specified,
/// and it is not const. A base below 1, or none at all, acts as 1.
#[cfg_attr(not(debug_assertions), inline(always))]
const fn exponential(multiplier: u64, base: f64, steps: u32, cap: u64) -> u64 {
    // The usual base needs no floating point.
    if base.to_bits() == 2f64.to_bits() && steps < 32 {
        return multiplier.saturating_mul(1 << steps);
    }
    // Zero times an infinite power would be no number.
    if multiplier == 0 {
        return 0;
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
    let nanos = to_f64(multiplier) * power;
    if nanos < to_f64(cap) {
        from_f64(nanos)
    } else {
        LONGEST
    }
}

/// 1, 1, 2, 3, 5, 8, … for n = 1, 2, 3, …
const fn fibonacci(n: u32) -> u64 {
    let (mut previous, mut current) = (0_u64, 1_u64);
    let mut i = 1;
    // The 93rd is the last that fits: past it every product saturates anyway.
    while i < n && i < 94 {
        (previous, current) = (current, current.saturating_add(previous));
        i += 1;
    }
    current
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    const MS: fn(u64) -> Nanos = |ms| Nanos::of(Duration::from_millis(ms));
    const MAX: Nanos = Nanos::of(Duration::MAX);

    fn first_five(rule: Backoff) -> Vec<u64> {
        let millis = |n| rule.delay(n, LONGEST) / 1_000_000;
        (1..=5).map(millis).collect()
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
        let cap = MS(4000).get();
        assert!(rule.delay(5, cap) < cap);
        for n in [9, 64, 1_100, u32::MAX] {
            assert_eq!(rule.delay(n, cap), cap);
        }
    }

    #[test]
    fn extreme_values_saturate() {
        let huge = Backoff::Exponential {
            multiplier: MAX,
            base: f64::MAX,
        };
        assert_eq!(huge.delay(u32::MAX, LONGEST), LONGEST);
        let nothing = Backoff::Exponential {
            multiplier: MS(0),
            base: f64::INFINITY,
        };
        assert_eq!(nothing.delay(u32::MAX, LONGEST), 0);
        for base in [f64::NAN, -3.0, 0.5] {
            let flat = Backoff::Exponential {
                multiplier: MS(5),
                base,
            };
            assert_eq!(flat.delay(u32::MAX, LONGEST), MS(5).get());
        }
        let steps = Backoff::Incremental {
            start: MAX,
            step: MAX,
        };
        assert_eq!(steps.delay(u32::MAX, LONGEST), LONGEST);
        let rabbits = Backoff::Fibonacci { multiplier: MAX };
        assert_eq!(rabbits.delay(u32::MAX, LONGEST), LONGEST);
    }
}
