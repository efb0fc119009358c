//! A pause that the hint of one call imposes on all that share it.

#[cfg(feature = "serde")]
mod config;
#[cfg(all(test, loom))]
mod model;
#[cfg(all(test, not(loom)))]
mod tests;

use core::fmt;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::time::Duration;

use crate::decide::cooling::Pause;
use crate::guard::sync::AtomicU64;
use crate::policy::nanos::{LONGEST, Nanos, of};

/// Holds every call that shares it for as long as the other side asked one of them to wait.
///
/// A server that says `Retry-After: 2` means the client, not one of its thousand tasks. Without a cooldown each task has
/// to be told on its own, by a request that the server asked not to get. With one, the first answer holds all.
///
/// - A hint holds until `now + hint`, at most for [`max`](Self::max). A later hint that would end sooner shortens nothing.
/// - At its end, to the nanosecond, it no longer holds.
/// - Those who waited for the end come back spread over half the pause, and not at once.
///
/// Build it in a `static`, or in an `Arc`, one for each server. It reads no clock: who asks brings the time, as a
/// [`Duration`] on any one monotonic clock, and only while it holds. It has no lock; where nothing holds, asking is one
/// load. Times beyond 584 years saturate.
///
/// With the feature `serde` it is read from `max`, as in `"60s"`.
///
/// # Example
///
/// ```
/// use retry_core::Cooldown;
/// use std::time::Duration;
///
/// static COOLDOWN: Cooldown = Cooldown::new();
///
/// let at = |seconds| move || Duration::from_secs(seconds);
/// assert_eq!(COOLDOWN.time_left(at(0)), None);
/// COOLDOWN.hold(Duration::from_secs(30), at(0));
/// COOLDOWN.hold(Duration::from_secs(2), at(1));
/// assert_eq!(COOLDOWN.time_left(at(10)), Some(Duration::from_secs(20)));
/// assert_eq!(COOLDOWN.time_left(at(30)), None);
/// ```
pub struct Cooldown {
    max: Nanos,
    /// Nanoseconds on the callers' clock; 0 where nothing holds.
    until: AtomicU64,
    /// How long the hint was that holds. Written before `until` is raised, so that whoever reads a time in `until` finds
    /// here the length of that hint, or of one that came at the same moment: never none, and never one that is forgotten.
    length: AtomicU64,
}

const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Cooldown {
    /// Nothing holds; no hint holds for more than 60 s.
    #[must_use]
    pub const fn new() -> Self {
        Self::at_most(Nanos::of(LONGEST_PAUSE))
    }

    /// The longest pause; 60 s unless said otherwise. A longer hint is cut, and at zero none holds.
    ///
    /// ```
    /// use retry_core::Cooldown;
    /// use std::time::Duration;
    ///
    /// let cooldown = Cooldown::new().max(Duration::from_secs(5));
    /// cooldown.hold(Duration::from_secs(3600), || Duration::ZERO);
    /// assert_eq!(cooldown.time_left(|| Duration::ZERO), Some(Duration::from_secs(5)));
    /// ```
    #[must_use]
    pub const fn max(self, pause: Duration) -> Self {
        Self::at_most(Nanos::of(pause))
    }

    const fn at_most(max: Nanos) -> Self {
        Self {
            max,
            until: AtomicU64::new(0),
            length: AtomicU64::new(0),
        }
    }

    /// The other side asked for a pause of `hint`: from now on it holds everybody.
    ///
    /// A hint of zero holds nobody, and the time is not asked for.
    ///
    /// ```
    /// use retry_core::Cooldown;
    /// use std::time::Duration;
    ///
    /// let cooldown = Cooldown::new();
    /// cooldown.hold(Duration::ZERO, || unreachable!());
    /// assert_eq!(cooldown.time_left(|| unreachable!()), None);
    /// ```
    pub fn hold(&self, hint: Duration, now: impl FnOnce() -> Duration) {
        let length = of(hint).min(self.max.get());
        if length == 0 {
            return;
        }
        let until = of(now()).saturating_add(length).min(LONGEST);
        if self.until.load(Relaxed) < until {
            self.length.store(length, Release);
            let later = |held: u64| (held < until).then_some(until);
            let _longer_holds = self.until.fetch_update(AcqRel, Relaxed, later);
        }
    }

    /// How long it still holds; `None` where it does not, and then the time is not asked for either.
    ///
    /// The first who finds it over is the last who asks for the time.
    ///
    /// ```
    /// use retry_core::Cooldown;
    /// use std::time::Duration;
    ///
    /// let cooldown = Cooldown::new();
    /// cooldown.hold(Duration::from_secs(2), || Duration::ZERO);
    /// assert_eq!(cooldown.time_left(|| Duration::from_secs(2)), None);
    /// assert_eq!(cooldown.time_left(|| unreachable!()), None);
    /// ```
    #[must_use]
    pub fn time_left(&self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        self.pause(now).map(|pause| pause.left)
    }

    /// As [`time_left`](Self::time_left), with the time over which those who wait come back.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pause(&self, now: impl FnOnce() -> Duration) -> Option<Pause> {
        match self.until.load(Relaxed) {
            0 => None,
            _ => self.pause_at(of(now())),
        }
    }

    #[cold]
    fn pause_at(&self, now: u64) -> Option<Pause> {
        let until = self.until.load(Acquire);
        // No longer than a pause may be, also where the clock went back, as the paused clocks of tests do.
        let left = until.saturating_sub(now).min(self.max.get());
        if left == 0 {
            // Exactly this one: another hint may have come.
            let _another = self.until.compare_exchange(until, 0, Relaxed, Relaxed);
            return None;
        }
        let length = self.length.load(Acquire);
        Some(Pause {
            left: Duration::from_nanos(left),
            spread: Duration::from_nanos(length / 2),
        })
    }

    /// Nothing holds any longer, whatever was asked for.
    ///
    /// ```
    /// use retry_core::Cooldown;
    /// use std::time::Duration;
    ///
    /// let cooldown = Cooldown::new();
    /// cooldown.hold(Duration::from_secs(2), || Duration::ZERO);
    /// cooldown.reset();
    /// assert_eq!(cooldown.time_left(|| unreachable!()), None);
    /// ```
    pub fn reset(&self) {
        self.until.store(0, Relaxed);
    }
}

impl Default for Cooldown {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Cooldown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = match self.until.load(Relaxed) {
            0 => None,
            until => Some(Duration::from_nanos(until)),
        };
        f.debug_struct("Cooldown")
            .field("max", &self.max)
            .field("until", &until)
            .finish_non_exhaustive()
    }
}
