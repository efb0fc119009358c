//! What a policy may not say, and the error of every setting.

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
        if problems[i].is_some() {
            return problems[i];
        }
        i += 1;
    }
    None
}

/// What is wrong with the value of one field.
pub(crate) const fn problem_of(policy: &Policy, field: &str) -> Option<InvalidSetting> {
    match field.as_bytes() {
        b"max_attempts" => attempts(policy),
        b"exp_base" | b"random_min" => backoff(policy),
        b"jitter" => jitter(policy),
        b"max_delay" => max_delay(policy),
        _ => None,
    }
}

const fn attempts(policy: &Policy) -> Option<InvalidSetting> {
    match policy.most_attempts() {
        Some(0) => Some(InvalidSetting {
            field: "max_attempts",
            value: Value::Count(0),
            requirement: "`max_attempts` must be at least 1",
        }),
        _ => None,
    }
}

const fn backoff(policy: &Policy) -> Option<InvalidSetting> {
    match policy.backoff {
        Backoff::Random { min, max } if max.get() < min.get() => Some(InvalidSetting {
            field: "random_min",
            value: Value::Delay(min.duration()),
            requirement: "`random_min` must be at most `random_max`",
        }),
        Backoff::Exponential { base, .. } if !(base >= 1.0 && base <= f64::MAX) => {
            Some(InvalidSetting {
                field: "exp_base",
                value: Value::Number(base),
                requirement: "`exp_base` must be a finite number of at least 1",
            })
        }
        _ => None,
    }
}

const fn jitter(policy: &Policy) -> Option<InvalidSetting> {
    match policy.jitter_said() {
        Some(Jitter::Fraction(fraction)) if !(fraction >= 0.0 && fraction <= 1.0) => {
            Some(InvalidSetting {
                field: "jitter",
                value: Value::Number(fraction),
                requirement: "`jitter` must be a fraction from 0 to 1",
            })
        }
        Some(Jitter::Decorrelated) => walk(policy),
        _ => None,
    }
}

/// Found by asking for `jitter`, which has been set explicitly, while `incr_start` need not have been.
const fn walk(policy: &Policy) -> Option<InvalidSetting> {
    match policy.backoff {
        Backoff::Incremental { start, .. } if start.get() == 0 => Some(InvalidSetting {
            field: "incr_start",
            value: Value::Delay(Duration::ZERO),
            requirement: "`incr_start` must be above 0 for decorrelated jitter",
        }),
        _ => None,
    }
}

const fn max_delay(policy: &Policy) -> Option<InvalidSetting> {
    match policy.max_delay {
        Some(cap) if cap.get() < policy.backoff.first() => Some(InvalidSetting {
            field: "max_delay",
            value: Value::Delay(cap.duration()),
            requirement: "`max_delay` must be at least the first delay",
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn each_impossible_value_names_its_field_and_what_is_allowed() {
        let table = [
            (
                Policy::new().max_attempts(0),
                "`max_attempts` must be at least 1, but is 0",
            ),
            (
                Policy::new().exp_base(0.5),
                "`exp_base` must be a finite number of at least 1, but is 0.5",
            ),
            (
                Policy::new().exp_base(f64::NAN),
                "`exp_base` must be a finite number of at least 1, but is NaN",
            ),
            (
                Policy::new().exp_base(f64::INFINITY),
                "`exp_base` must be a finite number of at least 1, but is inf",
            ),
            (
                Policy::new().random_min(MS(9)).random_max(MS(3)),
                "`random_min` must be at most `random_max`, but is 9ms",
            ),
            (
                Policy::new().jitter(Jitter::Fraction(-0.1)),
                "`jitter` must be a fraction from 0 to 1, but is -0.1",
            ),
            (
                Policy::new().jitter(Jitter::Fraction(f64::NAN)),
                "`jitter` must be a fraction from 0 to 1, but is NaN",
            ),
            (
                Policy::new().max_delay(MS(99)),
                "`max_delay` must be at least the first delay, but is 99ms",
            ),
        ];
        for (policy, message) in table {
            let error = policy.validate().unwrap_err();
            assert_eq!(error.to_string(), message);
            let said = format!("{}, but is {}", error.requirement(), error.value());
            assert_eq!(said, message);
            let same = problem_of(&policy, error.field()).map(|error| error.to_string());
            assert_eq!(same.as_deref(), Some(message));
        }
    }

    #[test]
    fn a_walk_from_zero_is_refused_where_the_jitter_is_named() {
        let policy = Policy::new().incr_step(MS(5)).jitter(Jitter::Decorrelated);
        let error = policy.validate().unwrap_err();
        assert_eq!(error.field(), "incr_start");
        assert_eq!(
            error.to_string(),
            "`incr_start` must be above 0 for decorrelated jitter, but is 0ns"
        );
        assert_eq!(problem_of(&policy, "jitter"), Some(error));
        assert_eq!(
            problem_of(&policy, "incr_step"),
            None,
            "one mistake, one message"
        );
        assert!(policy.incr_start(MS(1)).validate().is_ok());
    }

    #[test]
    fn what_can_be_obeyed_passes() {
        let table = [
            Policy::new(),
            Policy::new().unlimited().max_elapsed(Duration::ZERO),
            Policy::new().fixed(Duration::MAX).max_delay(Duration::MAX),
            Policy::new().random_min(MS(3)).random_max(MS(3)),
            Policy::new().exp_base(1.0).jitter(Jitter::Fraction(1.0)),
            Policy::new().exp_multiplier(Duration::from_secs(60)),
        ];
        for policy in table {
            assert_eq!(policy.validate(), Ok(policy));
        }
    }
}
