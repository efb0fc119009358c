//! A window of time in ten slices, for guards that forget.

use core::fmt;
use core::num::NonZeroU64;
use core::time::Duration;

use crate::policy::nanos::of;

/// The slices that count: the running one and the nine before it.
///
/// So nothing older than the window ever counts, and what is younger than nine tenths of it always does.
pub(crate) const SLICES: usize = 10;

/// The shortest window that makes sense to ask for.
pub(crate) const SHORTEST_WINDOW: Duration = Duration::from_millis(1);

/// How time is cut.
#[derive(Clone, Copy)]
pub(crate) struct Slices {
    /// Nanoseconds of one slice.
    length: NonZeroU64,
}

impl Slices {
    /// A tenth of `window` each, which is at least [`SHORTEST_WINDOW`].
    pub(crate) const fn of(window: Duration) -> Self {
        let shortest = of(SHORTEST_WINDOW);
        let asked = of(window);
        let window = if asked < shortest { shortest } else { asked };
        Self {
            length: match NonZeroU64::new(window / SLICES as u64) {
                Some(length) => length,
                None => NonZeroU64::MIN,
            },
        }
    }

    /// In which slice a time lies.
    pub(crate) fn number(self, now: Duration) -> u64 {
        of(now) / self.length
    }

    /// The window, less a remainder of at most 9 ns.
    pub(crate) const fn window(self) -> Duration {
        Duration::from_nanos(self.length.get() * SLICES as u64)
    }
}

/// As the window that was asked for.
impl fmt::Debug for Slices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.window().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_cut_into_ten() {
        let slices = Slices::of(Duration::from_secs(10));
        for (millis, number) in [(0, 0), (999, 0), (1000, 1), (10_500, 10)] {
            assert_eq!(slices.number(Duration::from_millis(millis)), number);
        }
        assert_eq!(format!("{slices:?}"), "10s");
        assert_eq!(size_of::<Option<Slices>>(), 8);
    }

    #[test]
    fn the_shortest_and_the_longest_window_saturate() {
        for window in [Duration::ZERO, Duration::from_nanos(999_999)] {
            assert_eq!(Slices::of(window).window(), SHORTEST_WINDOW);
        }
        let longest = Slices::of(Duration::MAX);
        assert_eq!(longest.number(Duration::MAX), SLICES as u64);
        assert!(longest.window() > Duration::from_secs(292 * 365 * 86_400));
    }
}
