//! A policy in one line.

use core::fmt;
use core::time::Duration;

use crate::policy::backoff::Backoff;
use crate::policy::jitter::Jitter;
use crate::policy::policy::Policy;

/// One line, in the words of the setters; `parse` reads it.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max_attempts {
            Some(1) => f.write_str("1 attempt")?,
            Some(attempts) => write!(f, "{attempts} attempts")?,
            None => f.write_str("unlimited attempts")?,
        }
        match self.backoff {
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
        if self.cap() < Duration::MAX {
            write!(f, " up to {:?}", self.cap())?;
        }
        match self.jitter_in_force() {
            Jitter::None => f.write_str(", no jitter")?,
            Jitter::Full => f.write_str(", full jitter")?,
            Jitter::Equal => f.write_str(", equal jitter")?,
            Jitter::Decorrelated => f.write_str(", decorrelated jitter")?,
            Jitter::Fraction(fraction) => write!(f, ", jitter {fraction:?}")?,
        }
        if let Some(limit) = self.max_elapsed {
            write!(f, ", within {limit:?}")?;
        }
        write!(f, ", hints up to {:?}", self.max_hint)
    }
}
