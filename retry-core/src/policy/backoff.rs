//! The backoff of a policy as it was said: what is printed, written into files and checked.

use core::time::Duration;

use crate::policy::nanos;
use crate::policy::policy::Policy;
use crate::policy::rule::Rule;

/// The rule that gives the base delay after attempt n, before the cap and the jitter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Backoff {
    Fixed(Duration),
    Exponential { multiplier: Duration, base: f64 },
    Incremental { start: Duration, step: Duration },
    Random { min: Duration, max: Duration },
    Fibonacci { multiplier: Duration },
}

impl Policy {
    pub(crate) const fn backoff(&self) -> Backoff {
        let (first, second) = (nanos::duration(self.first), self.second);
        match self.rule {
            Rule::Fixed => Backoff::Fixed(first),
            Rule::Doubling | Rule::Exponential => Backoff::Exponential {
                multiplier: first,
                base: f64::from_bits(second),
            },
            Rule::Incremental => Backoff::Incremental {
                start: first,
                step: nanos::duration(second),
            },
            Rule::Random => Backoff::Random {
                min: first,
                max: nanos::duration(second),
            },
            Rule::Fibonacci => Backoff::Fibonacci { multiplier: first },
        }
    }
}
