//! The base delay after attempt n: fixed, exponential, incremental, random or Fibonacci.

use crate::policy::nanos::{LONGEST, from_f64, shorter, to_f64};

/// The rule that gives the base delay, in one byte: the one or two numbers it works with stand beside it in the policy.
///
/// The usual rules are those below [`UNUSUAL`]: a shift. Their byte is the most steps by which they grow.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Rule {
    /// Always the first number.
    Fixed = 0,
    /// Exponential, by 2; at 63 steps whatever grows has reached the cap.
    Doubling = 63,
    /// Exponential: the second number is the bits of the base.
    Exponential = UNUSUAL,
    /// The first number, and the second for each step.
    Incremental,
    /// Between the two numbers.
    Random,
    /// The first number times 1, 1, 2, 3, 5, …
    Fibonacci,
}

/// The bit of every rule and every jitter that takes more than a shift.
pub(crate) const UNUSUAL: u8 = 64;

impl Rule {
    /// Exponential with this base.
    pub(crate) const fn exponential(base: f64) -> Self {
        if base.to_bits() == 2f64.to_bits() {
            Self::Doubling
        } else {
            Self::Exponential
        }
    }

    /// Whether later delays are longer: such a rule is capped and jittered unless the user says otherwise.
    pub(crate) const fn grows(self) -> bool {
        !matches!(self, Self::Fixed | Self::Random)
    }

    /// The nanoseconds after attempt `n`, at most `cap`. Of a random rule, the longest delay.
    pub(crate) const fn delay(self, (first, second): (u64, u64), n: u32, cap: u64) -> u64 {
        let steps = n.saturating_sub(1);
        let delay = match self {
            Self::Fixed | Self::Doubling => return self.shifted(first, steps, cap),
            Self::Exponential => exponential(first, f64::from_bits(second), steps, cap),
            Self::Incremental => first.saturating_add(second.saturating_mul(steps as u64)),
            Self::Random if second < first => first,
            Self::Random => second,
            Self::Fibonacci => first.saturating_mul(fibonacci(n)),
        };
        shorter(delay, cap)
    }

    /// The same for a usual rule: no bit is lost to the shift where the shifted cap is no less.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn shifted(self, first: u64, steps: u32, cap: u64) -> u64 {
        let most = self as u32;
        let steps = if steps < most { steps } else { most };
        if first > cap >> steps {
            cap
        } else {
            first << steps
        }
    }

    /// The same once more, where the policy is a constant: the compiler sees how long it is at most, and which of the
    /// comparisons a call of so many attempts needs.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn shifted_folded(self, first: u64, steps: u32, cap: u64) -> u64 {
        let most = self as u32;
        let steps = if steps < most { steps } else { most };
        if steps < first.leading_zeros() {
            shorter(first << steps, cap)
        } else {
            cap
        }
    }

    /// The shortest delay after attempt 1, before any cap.
    pub(crate) const fn first(self, numbers: (u64, u64)) -> u64 {
        match self {
            Self::Random => numbers.0,
            _ => self.delay(numbers, 1, LONGEST),
        }
    }
}

/// `multiplier * base^steps`, by squaring; anything above `cap` where it is more.
///
/// Products of `f64` are exact to the bit on every platform; the precision of `powi` is not specified,
/// and it is not const. A base below 1, or none at all, acts as 1.
const fn exponential(multiplier: u64, base: f64, steps: u32, cap: u64) -> u64 {
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
    use super::*;

    const MS: u64 = 1_000_000;
    const TWO: u64 = 2f64.to_bits();

    fn first_five(rule: Rule, numbers: (u64, u64)) -> Vec<u64> {
        let millis = |n| rule.delay(numbers, n, LONGEST) / MS;
        (1..=5).map(millis).collect()
    }

    #[test]
    fn each_rule_follows_its_formula() {
        let table = [
            (Rule::Fixed, (7 * MS, 0), [7, 7, 7, 7, 7]),
            (
                Rule::Doubling,
                (1000 * MS, TWO),
                [1000, 2000, 4000, 8000, 16000],
            ),
            (
                Rule::Exponential,
                (10 * MS, 3f64.to_bits()),
                [10, 30, 90, 270, 810],
            ),
            (
                Rule::Incremental,
                (100 * MS, 50 * MS),
                [100, 150, 200, 250, 300],
            ),
            (Rule::Random, (MS, 9 * MS), [9; 5]),
            (Rule::Fibonacci, (10 * MS, 0), [10, 10, 20, 30, 50]),
        ];
        for (rule, numbers, expected) in table {
            assert_eq!(first_five(rule, numbers), expected, "{rule:?}");
        }
    }

    #[test]
    fn the_cap_is_reached_exactly_and_never_passed() {
        let numbers = (300 * MS, 1.7f64.to_bits());
        let cap = 4000 * MS;
        assert!(Rule::Exponential.delay(numbers, 5, cap) < cap);
        for n in [9, 64, 1_100, u32::MAX] {
            assert_eq!(Rule::Exponential.delay(numbers, n, cap), cap);
        }
    }

    #[test]
    fn doubling_is_exact_up_to_the_cap() {
        for first in [0, 1, 3, 100 * MS, LONGEST / 2, LONGEST] {
            for cap in [0, 1, 7, 20_000 * MS, LONGEST - 1, LONGEST] {
                for n in (1..=140).chain([u32::MAX]) {
                    let product = u128::from(first) << (n - 1).min(64);
                    let expected = product.min(u128::from(cap));
                    let delay = Rule::Doubling.delay((first, TWO), n, cap);
                    assert_eq!(
                        u128::from(delay),
                        expected,
                        "{first} after {n}, up to {cap}"
                    );
                }
            }
        }
    }

    #[test]
    fn extreme_values_saturate() {
        let last = |rule: Rule, numbers| rule.delay(numbers, u32::MAX, LONGEST);
        let huge = (LONGEST, f64::MAX.to_bits());
        assert_eq!(last(Rule::Exponential, huge), LONGEST);
        assert_eq!(last(Rule::Exponential, (0, f64::INFINITY.to_bits())), 0);
        for base in [f64::NAN, -3.0, 0.5] {
            assert_eq!(last(Rule::Exponential, (5 * MS, base.to_bits())), 5 * MS);
        }
        assert_eq!(last(Rule::Incremental, (LONGEST, LONGEST)), LONGEST);
        assert_eq!(last(Rule::Fibonacci, (LONGEST, 0)), LONGEST);
    }
}
