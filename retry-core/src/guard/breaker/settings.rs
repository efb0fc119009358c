//! When a breaker opens and closes: its settings, and the one rule that reads them.

use core::time::Duration;

use super::CircuitBreaker;
use super::gate;
use super::lately::Lately;
use super::window::{MOST, Window};

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) window: u32,
    pub(super) failure_ratio: f64,
    pub(super) min_calls: u32,
    pub(super) break_time: Duration,
    pub(super) probes: u32,
    /// Looks at the outcomes of this time in place of the last so many.
    pub(super) window_time: Option<Duration>,
    pub(super) slow_call: Option<Duration>,
}

pub(super) const SHORTEST_BREAK: Duration = Duration::from_millis(1);

impl Settings {
    pub(super) const DEFAULT: Self = Self {
        window: 100,
        failure_ratio: 0.5,
        min_calls: 20,
        break_time: Duration::from_secs(30),
        probes: 3,
        window_time: None,
        slow_call: None,
    };

    /// Whether a clock is read for each outcome.
    pub(super) const fn measures(&self) -> bool {
        self.window_time.is_some() || self.slow_call.is_some()
    }

    /// The time that is looked at.
    pub(super) fn window_nanos(&self) -> Option<u64> {
        self.window_time.map(gate::nanos)
    }

    /// Whether an attempt that took so many nanoseconds counts as failed, whatever it came to.
    pub(super) fn is_slow(&self, nanos: u64) -> bool {
        self.slow_call
            .is_some_and(|slow| gate::nanos(slow) <= nanos)
    }

    /// Whether a closed circuit opens.
    pub(super) fn calls_failed(&self, calls: &Window) -> bool {
        calls.total() >= self.min_calls.min(self.window)
            && self.too_many(calls.failures(), calls.total())
    }

    /// The same, of the outcomes of a time.
    pub(super) fn lately_failed(&self, lately: &Lately) -> bool {
        lately.total() >= self.min_calls && self.too_many(lately.failures(), lately.total())
    }

    /// Whether a half-open circuit opens, even if all missing probes succeed.
    pub(super) fn probes_failed(&self, probes: &Window) -> bool {
        self.too_many(probes.failures(), self.probes)
    }

    /// Whether a half-open circuit closes, even if all missing probes fail.
    pub(super) fn probes_passed(&self, probes: &Window) -> bool {
        let missing = self.probes - probes.total();
        !self.too_many(probes.failures() + missing, self.probes)
    }

    fn too_many(&self, failures: u32, total: u32) -> bool {
        failures > 0 && f64::from(failures) / f64::from(total) >= self.failure_ratio
    }
}

/// A setter builds a new breaker: closed, with an empty window.
impl CircuitBreaker {
    /// How many of the last outcomes are looked at: 1 to 1024, 100 unless said otherwise. Not with
    /// [`window_time`](Self::window_time).
    #[must_use]
    pub const fn window(self, outcomes: u32) -> Self {
        let mut settings = self.into_settings();
        settings.window = counted(outcomes);
        Self::with(settings)
    }

    /// The share of failures in the window that opens the circuit; 0.5 unless said otherwise.
    ///
    /// At 0 or less the first failure does, once `min_calls` are known. More than 1, or a NaN, acts as 1: all of them.
    #[must_use]
    pub const fn failure_ratio(self, ratio: f64) -> Self {
        let mut settings = self.into_settings();
        settings.failure_ratio = if ratio < 1.0 { ratio } else { 1.0 };
        Self::with(settings)
    }

    /// How many outcomes must be known before the circuit can open; 20 unless said otherwise.
    ///
    /// More than the [`window`](Self::window) holds acts as a full window.
    #[must_use]
    pub const fn min_calls(self, outcomes: u32) -> Self {
        let mut settings = self.into_settings();
        settings.min_calls = outcomes;
        Self::with(settings)
    }

    /// How long an open circuit refuses, and how long a half-open one waits for its probes before it admits as many
    /// again; 30 s unless said otherwise.
    ///
    /// At least 1 ms: with none the circuit would never refuse.
    #[must_use]
    pub const fn break_time(self, time: Duration) -> Self {
        let mut settings = self.into_settings();
        settings.break_time = at_least(time, SHORTEST_BREAK);
        Self::with(settings)
    }

    /// How many attempts decide whether the circuit closes again: 1 to 1024, 3 unless said otherwise.
    #[must_use]
    pub const fn probes(self, attempts: u32) -> Self {
        let mut settings = self.into_settings();
        settings.probes = counted(attempts);
        Self::with(settings)
    }

    /// Looks at the outcomes of this time, at least 1 ms, in place of the last so many.
    ///
    /// For a breaker whose calls come in bursts or seldom: a hundred outcomes may be a second's or a day's. resilience4j and
    /// Polly call it time-based sampling. Times are told apart by tenths of the window: an outcome that is older never counts,
    /// and one may be forgotten a tenth early. Recording an outcome then reads the clock.
    ///
    /// ```
    /// use retry_core::{BreakerState, CircuitBreaker};
    /// use std::time::Duration;
    ///
    /// let breaker = CircuitBreaker::new().min_calls(2).window_time(Duration::from_secs(60));
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// breaker.admit(at(0))?.record(true, at(0));
    /// breaker.admit(at(90))?.record(true, at(90));
    /// assert_eq!(breaker.state(), BreakerState::Closed, "one failure in the last minute");
    /// breaker.admit(at(99))?.record(true, at(99));
    /// assert_eq!(breaker.state(), BreakerState::Open);
    /// # Ok::<(), retry_core::Rejected>(())
    /// ```
    #[must_use]
    pub const fn window_time(self, time: Duration) -> Self {
        let mut settings = self.into_settings();
        settings.window_time = Some(at_least(time, SHORTEST_BREAK));
        Self::with(settings)
    }

    /// Counts an attempt that took at least this long as failed, whatever it came to.
    ///
    /// A server in trouble is slow before it fails, and slow answers hold the caller's resources as well. Each attempt
    /// then reads the clock when it begins and when it ends.
    ///
    /// ```
    /// use retry_core::{BreakerState, CircuitBreaker};
    /// use std::time::Duration;
    ///
    /// let breaker = CircuitBreaker::new().min_calls(1).slow_call(Duration::from_secs(2));
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// breaker.admit(at(0))?.record(false, at(2));
    /// assert_eq!(breaker.state(), BreakerState::Open);
    /// # Ok::<(), retry_core::Rejected>(())
    /// ```
    #[must_use]
    pub const fn slow_call(self, time: Duration) -> Self {
        let mut settings = self.into_settings();
        settings.slow_call = Some(time);
        Self::with(settings)
    }

    #[allow(
        clippy::forget_non_drop,
        reason = "on some systems std's mutex has a destructor, which a `const fn` cannot run; an unused one owns nothing"
    )]
    const fn into_settings(self) -> Settings {
        let settings = self.settings;
        core::mem::forget(self);
        settings
    }
}

const fn counted(outcomes: u32) -> u32 {
    match outcomes {
        0 => 1,
        1..MOST => outcomes,
        MOST.. => MOST,
    }
}

const fn at_least(time: Duration, least: Duration) -> Duration {
    if time.as_nanos() < least.as_nanos() {
        least
    } else {
        time
    }
}
