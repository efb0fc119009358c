//! Durations in eight bytes, so that a policy is small and its sums cannot overflow.

use core::fmt;
use core::num::NonZeroU64;
use core::time::Duration;

const PER_SEC: u64 = 1_000_000_000;

/// The longest that is kept, 292 years: what is longer counts as that.
///
/// Two of them can be added, and the highest bit is free. Whole seconds, so that telling what is longer takes one
/// comparison.
pub(crate) const LONGEST: u64 = LONGEST_SECS * PER_SEC;
const LONGEST_SECS: u64 = i64::MAX as u64 / PER_SEC;

/// No limit of time: longer than any sum of two.
pub(crate) const NEVER: u64 = u64::MAX;

/// A duration in nanoseconds, at most [`LONGEST`].
///
/// Its complement is kept, which is never 0: so an `Option` of it takes eight bytes, too.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Nanos(NonZeroU64);

impl Nanos {
    pub(crate) const fn of(duration: Duration) -> Self {
        Self(match NonZeroU64::new(!of(duration)) {
            Some(complement) => complement,
            None => NonZeroU64::MIN,
        })
    }

    pub(crate) const fn get(self) -> u64 {
        !self.0.get()
    }

    pub(crate) const fn duration(self) -> Duration {
        duration(self.get())
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
    if duration.as_secs() < LONGEST_SECS {
        duration.as_secs() * PER_SEC + duration.subsec_nanos() as u64
    } else {
        LONGEST
    }
}

/// The duration of so many nanoseconds.
pub(crate) const fn duration(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// The lesser, which `u64` does not offer in a const function.
#[inline]
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
    fn what_is_longer_than_292_years_counts_as_that() {
        let year = Duration::from_secs(365 * 86_400 + 86_400 / 4);
        assert_eq!(of(292 * year), 292 * 31_557_600 * PER_SEC);
        assert_eq!(of(duration(LONGEST - 1)), LONGEST - 1);
        for long in [
            duration(LONGEST),
            duration(LONGEST + 1),
            293 * year,
            Duration::MAX,
        ] {
            assert_eq!(of(long), LONGEST);
        }
    }

    #[test]
    fn two_can_be_added_and_are_shorter_than_never() {
        assert!(LONGEST.checked_add(LONGEST) < Some(NEVER));
        assert_eq!(LONGEST >> 63, 0);
    }

    #[test]
    fn none_is_no_duration_and_takes_no_room() {
        for nanos in [0, 1, LONGEST] {
            let kept = Nanos::of(duration(nanos));
            assert_eq!(kept.get(), nanos);
            assert_ne!(Some(kept), None);
        }
        assert_eq!(size_of::<Option<Nanos>>(), 8);
    }
}
