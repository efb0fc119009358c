//! What a policy may not say, and the error of every setting.

#[cfg(test)]
mod tests;

use core::fmt;
use core::time::Duration;

use crate::policy::backoff::Backoff;
use crate::policy::jitter::Jitter;
use crate::policy::policy::Policy;

/// A value that a setting cannot have: the field, the value, and what is allowed.
///
/// ```
/// use retry_core::Policy;
/// use std::time::Duration;
///
/// let error = Policy::new().max_delay(Duration::from_millis(99)).validate().unwrap_err();
/// assert_eq!(error.field(), "max_delay");
/// assert_eq!(error.value(), "99ms");
/// assert_eq!(error.requirement(), "`max_delay` must be at least the first delay");
/// assert_eq!(error.to_string(), "`max_delay` must be at least the first delay, but is 99ms");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidSetting {
    pub(crate) field: &'static str,
    pub(crate) value: Value,
    pub(crate) requirement: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Count(u32),
    Number(f64),
    Delay(Duration),
}

impl InvalidSetting {
    /// The name of the setter, the argument and the configuration field.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The value that was given, a duration with its unit.
    #[must_use]
    pub fn value(&self) -> String {
        self.value.to_string()
    }

    /// What is allowed.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        self.requirement
    }
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, but is {}", self.requirement, self.value)
    }
}

impl std::error::Error for InvalidSetting {}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Delay(delay) => write!(f, "{delay:?}"),
        }
    }
}

/// A rule that is not kept, and the other field by which it is not, if it compares two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken {
    pub(crate) invalid: InvalidSetting,
    compared_with: Option<&'static str>,
}

impl Broken {
    const fn alone(invalid: InvalidSetting) -> Self {
        Self {
            invalid,
            compared_with: None,
        }
    }

    const fn beside(field: &'static str, invalid: InvalidSetting) -> Self {
        Self {
            invalid,
            compared_with: Some(field),
        }
    }

    /// Whether it is broken where nothing is known of the policy but the fields that were `said`.
    pub(crate) const fn is_certain(&self, said: &[&str]) -> bool {
        let Some(other) = self.compared_with else {
            return true;
        };
        let mut i = 0;
        while i < said.len() {
            if is_same(said[i], other) {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// `==`, for constants.
const fn is_same(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let mut i = 0;
    while i < one.len() && i < two.len() && one[i] == two[i] {
        i += 1;
    }
    i == one.len() && i == two.len()
}

/// What is wrong with a policy, if anything.
pub(crate) const fn first_problem(policy: &Policy) -> Option<InvalidSetting> {
    let problems = [
        attempts(policy),
        backoff(policy),
        jitter(policy),
        max_delay(policy),
    ];
    let mut i = 0;
    while i < problems.len() {
        if let Some(broken) = problems[i] {
            return Some(broken.invalid);
        }
        i += 1;
    }
    None
}

/// What is wrong with the value of one field.
pub(crate) const fn problem_of(policy: &Policy, field: &str) -> Option<Broken> {
    match field.as_bytes() {
        b"max_attempts" => attempts(policy),
        b"exp_base" | b"random_min" => backoff(policy),
        b"jitter" => jitter(policy),
        b"max_delay" => max_delay(policy),
        _ => None,
    }
}

const fn attempts(policy: &Policy) -> Option<Broken> {
    match policy.most_attempts() {
        Some(0) => Some(Broken::alone(InvalidSetting {
            field: "max_attempts",
            value: Value::Count(0),
            requirement: "`max_attempts` must be at least 1",
        })),
        _ => None,
    }
}

const fn backoff(policy: &Policy) -> Option<Broken> {
    match policy.backoff() {
        Backoff::Random { min, .. } if policy.second < policy.first => Some(Broken::beside(
            "random_max",
            InvalidSetting {
                field: "random_min",
                value: Value::Delay(min),
                requirement: "`random_min` must be at most `random_max`",
            },
        )),
        Backoff::Exponential { base, .. } if !(base >= 1.0 && base <= f64::MAX) => {
            Some(Broken::alone(InvalidSetting {
                field: "exp_base",
                value: Value::Number(base),
                requirement: "`exp_base` must be a finite number of at least 1",
            }))
        }
        _ => None,
    }
}

const fn jitter(policy: &Policy) -> Option<Broken> {
    match policy.jitter_said() {
        Some(Jitter::Fraction(fraction)) if !(fraction >= 0.0 && fraction <= 1.0) => {
            Some(Broken::alone(InvalidSetting {
                field: "jitter",
                value: Value::Number(fraction),
                requirement: "`jitter` must be a fraction from 0 to 1",
            }))
        }
        Some(Jitter::Decorrelated) => walk(policy),
        _ => None,
    }
}

/// Found by asking for `jitter`, which has been set explicitly, while `incr_start` need not have been.
const fn walk(policy: &Policy) -> Option<Broken> {
    match policy.backoff() {
        Backoff::Incremental { start, .. } if start.is_zero() => Some(Broken::beside(
            "incr_start",
            InvalidSetting {
                field: "incr_start",
                value: Value::Delay(Duration::ZERO),
                requirement: "`incr_start` must be above 0 for decorrelated jitter",
            },
        )),
        _ => None,
    }
}

const fn max_delay(policy: &Policy) -> Option<Broken> {
    let first = match policy.backoff() {
        Backoff::Fixed(_) => "fixed",
        Backoff::Exponential { .. } => "exp_multiplier",
        Backoff::Incremental { .. } => "incr_start",
        Backoff::Random { .. } => "random_min",
        Backoff::Fibonacci { .. } => "fib_multiplier",
    };
    match policy.cap_said() {
        Some(cap) if policy.cap < policy.first_nanos() => Some(Broken::beside(
            first,
            InvalidSetting {
                field: "max_delay",
                value: Value::Delay(cap),
                requirement: "`max_delay` must be at least the first delay",
            },
        )),
        _ => None,
    }
}
