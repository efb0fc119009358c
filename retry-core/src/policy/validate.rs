//! What a policy may not say.

use core::fmt;
use core::time::Duration;

use crate::policy::backoff::{Backoff, is_shorter};
use crate::policy::jitter::Jitter;
use crate::policy::policy::Policy;

/// A value that no policy can have: the field, the value, and what is allowed.
///
/// ```
/// use retry_core::Policy;
///
/// let error = Policy::new().max_attempts(0).validate().unwrap_err();
/// assert_eq!(error.field(), "max_attempts");
/// assert_eq!(error.requirement(), "`max_attempts` must be at least 1");
/// assert_eq!(error.to_string(), "`max_attempts` must be at least 1, but is 0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidPolicy {
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

impl InvalidPolicy {
    /// The name of the setter, the argument and the configuration field.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// What is allowed.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        self.requirement
    }
}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, but is ", self.requirement)?;
        match self.value {
            Value::Count(count) => write!(f, "{count}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Delay(delay) => write!(f, "{delay:?}"),
        }
    }
}

impl std::error::Error for InvalidPolicy {}

impl Policy {
    /// The policy itself, if it can be obeyed to the letter.
    ///
    /// # Errors
    ///
    /// [`InvalidPolicy`] for the first of: no attempts, `random_min` above `random_max`, an `exp_base` below 1
    /// or not finite, a fraction of jitter outside 0 to 1, decorrelated jitter of an incremental backoff that starts
    /// at 0 (each delay is drawn from the one before, so it would never wait), an explicit `max_delay` below the first
    /// delay.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// const CHECKED: Policy = match Policy::new().max_attempts(5).validate() {
    ///     Ok(policy) => policy,
    ///     Err(_) => panic!("not a policy"),
    /// };
    /// assert!(CHECKED.exp_base(0.5).validate().is_err());
    /// ```
    pub const fn validate(self) -> Result<Self, InvalidPolicy> {
        let problems = [
            self.invalid_attempts(),
            self.invalid_backoff(),
            self.invalid_jitter(),
            self.invalid_max_delay(),
        ];
        let mut i = 0;
        while i < problems.len() {
            if let Some(problem) = problems[i] {
                return Err(problem);
            }
            i += 1;
        }
        Ok(self)
    }

    /// What is wrong with the value of one field.
    pub(crate) const fn invalid(&self, field: &str) -> Option<InvalidPolicy> {
        match field.as_bytes() {
            b"max_attempts" => self.invalid_attempts(),
            b"exp_base" | b"random_min" => self.invalid_backoff(),
            b"jitter" => self.invalid_jitter(),
            b"max_delay" => self.invalid_max_delay(),
            _ => None,
        }
    }

    const fn invalid_attempts(&self) -> Option<InvalidPolicy> {
        match self.max_attempts {
            Some(0) => Some(InvalidPolicy {
                field: "max_attempts",
                value: Value::Count(0),
                requirement: "`max_attempts` must be at least 1",
            }),
            _ => None,
        }
    }

    const fn invalid_backoff(&self) -> Option<InvalidPolicy> {
        match self.backoff {
            Backoff::Random { min, max } if is_shorter(max, min) => Some(InvalidPolicy {
                field: "random_min",
                value: Value::Delay(min),
                requirement: "`random_min` must be at most `random_max`",
            }),
            Backoff::Exponential { base, .. } if !(base >= 1.0 && base <= f64::MAX) => {
                Some(InvalidPolicy {
                    field: "exp_base",
                    value: Value::Number(base),
                    requirement: "`exp_base` must be a finite number of at least 1",
                })
            }
            _ => None,
        }
    }

    const fn invalid_jitter(&self) -> Option<InvalidPolicy> {
        match self.jitter {
            Some(Jitter::Fraction(fraction)) if !(fraction >= 0.0 && fraction <= 1.0) => {
                Some(InvalidPolicy {
                    field: "jitter",
                    value: Value::Number(fraction),
                    requirement: "`jitter` must be a fraction from 0 to 1",
                })
            }
            Some(Jitter::Decorrelated) => self.invalid_walk(),
            _ => None,
        }
    }

    /// Found by asking for `jitter`, which has been set explicitly, while `incr_start` need not have been.
    const fn invalid_walk(&self) -> Option<InvalidPolicy> {
        match self.backoff {
            Backoff::Incremental { start, .. } if start.is_zero() => Some(InvalidPolicy {
                field: "incr_start",
                value: Value::Delay(start),
                requirement: "`incr_start` must be above 0 for decorrelated jitter",
            }),
            _ => None,
        }
    }

    const fn invalid_max_delay(&self) -> Option<InvalidPolicy> {
        match self.max_delay {
            Some(cap) if is_shorter(cap, self.backoff.first()) => Some(InvalidPolicy {
                field: "max_delay",
                value: Value::Delay(cap),
                requirement: "`max_delay` must be at least the first delay",
            }),
            _ => None,
        }
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
            let same = policy.invalid(error.field()).map(|error| error.to_string());
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
        assert_eq!(policy.invalid("jitter"), Some(error));
        assert_eq!(
            policy.invalid("incr_step"),
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
