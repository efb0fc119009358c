//! Durations in eight bytes, so that a policy is small.

use core::fmt;
use core::num::NonZeroU64;
use core::time::Duration;

const PER_SEC: u64 = 1_000_000_000;

/// The longest that is kept, 584 years: what is longer counts as that.
pub(crate) const LONGEST: u64 = u64::MAX - 1;

/// A duration in nanoseconds, at most [`LONGEST`].
///
/// Its complement is kept, which is never 0: so an `Option` of it takes eight bytes, too.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Nanos(NonZeroU64);

impl Nanos {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn of(duration: Duration) -> Self {
        Self(match NonZeroU64::new(!of(duration)) {
            Some(complement) => complement,
            None => NonZeroU64::MIN,
        })
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn get(self) -> u64 {
        !self.0.get()
    }

    pub(crate) const fn duration(self) -> Duration {
        Duration::from_nanos(self.get())
    }
}

impl fmt::Debug for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.duration().fmt(f)
    }
}

/// The nanoseconds of a duration, at most [`LONGEST`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn of(duration: Duration) -> u64 {
    let whole = duration.as_secs().saturating_mul(PER_SEC);
    shorter(
        whole.saturating_add(duration.subsec_nanos() as u64),
        LONGEST,
    )
}

/// The lesser, which `u64` does not offer in a const function.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) const fn shorter(a: u64, b: u64) -> u64 {
    if a < b { a } else { b }
}

/// For what cannot be computed in whole nanoseconds; exact below 2^53 (104 days).
///
/// Seconds and the rest are rounded one by one, as those of a `Duration` would be.
#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 104 days a nanosecond does not matter"
)]
pub(crate) const fn to_f64(nanos: u64) -> f64 {
    (nanos / PER_SEC) as f64 * 1e9 + (nanos % PER_SEC) as f64
}

/// The nearest whole number of nanoseconds; none for what is no number, the longest for what is too large.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates"
)]
pub(crate) const fn from_f64(nanos: f64) -> u64 {
    shorter((nanos + 0.5) as u64, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_584_years_counts_as_that() {
        let year = Duration::from_secs(365 * 86_400 + 86_400 / 4);
        assert_eq!(Nanos::of(584 * year).duration(), 584 * year);
        for long in [585 * year, Duration::MAX] {
            assert_eq!(Nanos::of(long).get(), LONGEST);
        }
    }

    #[test]
    fn none_is_no_duration_and_takes_no_room() {
        for nanos in [0, 1, LONGEST] {
            let kept = Nanos::of(Duration::from_nanos(nanos));
            assert_eq!(kept.get(), nanos);
            assert_ne!(Some(kept), None);
        }
        assert_eq!(size_of::<Option<Nanos>>(), 8);
    }
}
