//! A cooldown: the pause that one call was asked for, kept by every call.

#[cfg(feature = "serde")]
mod config;
#[cfg(all(test, loom))]
mod model;
#[cfg(all(test, not(loom)))]
mod tests;

use core::fmt;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::time::Duration;

use crate::decide::cooling::Pause;
use crate::guard::sync::AtomicU64;
use crate::policy::nanos::{self, LONGEST};

/// Holds all calls that share it for as long as the server asked one of them to wait.
///
/// A server that says `Retry-After: 2` means everybody who shares its limit: the same key, the same address, the same
/// tenant. Without a cooldown the other calls go on and are refused one by one, each of them counted against the limit.
///
/// A later, shorter hint never shortens the pause, and one longer than [`max`](Self::max) is cut. Those who waited come back
/// spread over half the pause: all at once they would be the next burst.
///
/// Build it in a `static`, one for each limit that calls share. It has no lock and reads no clock: who asks brings the time, as
/// a [`Duration`] on any one monotonic clock. As long as nothing holds, asking is one load.
///
/// With the feature `serde` it is read from `max`, as in `"1m"`.
///
/// ```
/// use retry_core::Cooldown;
/// use std::time::Duration;
///
/// static COOLDOWN: Cooldown = Cooldown::new();
///
/// let at = |seconds| move || Duration::from_secs(seconds);
/// assert_eq!(COOLDOWN.time_left(|| panic!("no clock is read")), None);
/// COOLDOWN.hold(Duration::from_secs(5), at(100));
/// COOLDOWN.hold(Duration::from_secs(1), at(101));
/// assert_eq!(COOLDOWN.time_left(at(102)), Some(Duration::from_secs(3)));
/// assert_eq!(COOLDOWN.time_left(at(105)), None);
/// ```
pub struct Cooldown {
    /// When the pause ends, in nanoseconds; 0 where there is none.
    until: AtomicU64,
    /// How long it is in all.
    pause: AtomicU64,
    max: u64,
}

const MAX: Duration = Duration::from_secs(60);

impl Cooldown {
    /// Holds nobody yet, and never for longer than a minute.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            until: AtomicU64::new(0),
            pause: AtomicU64::new(0),
            max: nanos::of(MAX),
        }
    }

    /// The longest pause; a longer hint is cut to it. 60 s unless said otherwise.
    ///
    /// A server that is misconfigured may ask for a day, and every call of the process would obey.
    #[must_use]
    pub const fn max(mut self, pause: Duration) -> Self {
        self.max = nanos::of(pause);
        self
    }

    /// Somebody was asked to wait: nobody attempts anything for so long. Zero holds nobody, and reads no clock.
    pub fn hold(&self, hint: Duration, now: impl FnOnce() -> Duration) {
        let pause = nanos::of(hint).min(self.max);
        if pause == 0 {
            return;
        }
        let until = nanos::of(now()).saturating_add(pause).min(LONGEST);
        if until <= self.until.load(Relaxed) {
            return;
        }
        // Before the end, so that who sees the end sees its pause, or that of another hint, but never none.
        self.pause.store(pause, Relaxed);
        self.until.fetch_max(until, Release);
    }

    /// How long it still holds; `None` where it does not, and then no clock is read unless it has just ended.
    #[must_use]
    pub fn time_left(&self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        self.pause(now).map(|pause| pause.left)
    }

    /// What is left of the pause.
    pub(crate) fn pause(&self, now: impl FnOnce() -> Duration) -> Option<Pause> {
        let until = self.until.load(Acquire);
        if until == 0 {
            return None;
        }
        let left = until.saturating_sub(nanos::of(now()));
        if left == 0 {
            // Nobody after this one reads a clock. A hint that came meanwhile stays.
            let _held_again = self.until.compare_exchange(until, 0, Relaxed, Relaxed);
            return None;
        }
        Some(Pause {
            left: Duration::from_nanos(left),
            spread: Duration::from_nanos(self.pause.load(Relaxed) / 2),
        })
    }

    /// Holds nobody any more.
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
        f.debug_struct("Cooldown")
            .field("max", &Duration::from_nanos(self.max))
            .field("until", &Duration::from_nanos(self.until.load(Relaxed)))
            .finish_non_exhaustive()
    }
}
