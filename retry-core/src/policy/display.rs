//! A policy in one line, and setting by setting.

use core::fmt;

use crate::policy::backoff::Backoff;
use crate::policy::jitter::Jitter;
use crate::policy::nanos::{self, LONGEST};
use crate::policy::policy::Policy;

/// One line, in the words of the setters; `parse` reads it.
///
/// It tells what is in force, so two policies that differ in what was left to a default, and act alike, print alike.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.most_attempts() {
            Some(1) => f.write_str("1 attempt")?,
            Some(attempts) => write!(f, "{attempts} attempts")?,
            None => f.write_str("unlimited attempts")?,
        }
        match self.backoff() {
            Backoff::Fixed(delay) => write!(f, ", fixed {delay:?}")?,
            Backoff::Exponential { multiplier, base } => {
                write!(f, ", exponential {multiplier:?} x {base}")?;
            }
            Backoff::Incremental { start, step } => {
                write!(f, ", incremental {start:?} + {step:?}")?;
            }
            Backoff::Random { min, max } => write!(f, ", random {min:?} to {max:?}")?,
            Backoff::Fibonacci { multiplier } => write!(f, ", fibonacci {multiplier:?}")?,
        }
        if self.cap < LONGEST {
            write!(f, " up to {:?}", nanos::duration(self.cap))?;
        }
        match self.jitter_in_force() {
            Jitter::None => f.write_str(", jitter none")?,
            Jitter::Fraction(fraction) => write!(f, ", jitter {fraction:?}")?,
            jitter => write!(f, ", {} jitter", jitter.word())?,
        }
        if let Some(limit) = self.limit() {
            write!(f, ", within {limit:?}")?;
        }
        write!(f, ", hints up to {:?}", nanos::duration(self.max_hint))
    }
}

/// Setting by setting, as they were said.
#[expect(
    clippy::missing_fields_in_debug,
    reason = "the fields are those of the plan"
)]
impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("max_attempts", &self.most_attempts())
            .field("max_elapsed", &self.limit())
            .field("backoff", &self.backoff())
            .field("max_delay", &self.cap_said())
            .field("jitter", &self.jitter_said())
            .field("max_hint", &nanos::duration(self.max_hint))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn debug_tells_what_was_set_in_units() {
        let policy = Policy::new()
            .max_elapsed(Duration::from_millis(1500))
            .jitter(Jitter::Fraction(0.5));
        assert_eq!(
            format!("{policy:?}"),
            "Policy { max_attempts: Some(3), max_elapsed: Some(1.5s), \
             backoff: Exponential { multiplier: 100ms, base: 2.0 }, max_delay: None, \
             jitter: Some(Fraction(0.5)), max_hint: 60s }"
        );
    }
}
