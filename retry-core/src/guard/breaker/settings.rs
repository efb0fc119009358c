//! When a breaker opens and closes: its settings, and the one rule that reads them.

use core::time::Duration;

use super::CircuitBreaker;
use super::window::{MOST, Totals};
use crate::guard::slices::Slices;
use crate::policy::nanos::Nanos;

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) window: u32,
    /// In place of `window`.
    pub(super) window_time: Option<Slices>,
    pub(super) failure_ratio: f64,
    pub(super) min_calls: u32,
    pub(super) break_time: Duration,
    pub(super) probes: u32,
    pub(super) slow_call: Option<Nanos>,
}

pub(super) const SHORTEST_BREAK: Duration = Duration::from_millis(1);
pub(super) const SHORTEST_SLOW_CALL: Duration = Duration::from_millis(1);

impl Settings {
    pub(super) const DEFAULT: Self = Self {
        window: 100,
        window_time: None,
        failure_ratio: 0.5,
        min_calls: 20,
        break_time: Duration::from_secs(30),
        probes: 3,
        slow_call: None,
    };

    /// Whether a closed circuit opens.
    pub(super) fn calls_failed(&self, calls: Totals) -> bool {
        let enough = match self.window_time {
            None => self.min_calls.min(self.window),
            Some(_) => self.min_calls,
        };
        calls.total >= enough && self.too_many(calls.failures, calls.total)
    }

    /// Whether a half-open circuit opens, even if all missing probes succeed.
    pub(super) fn probes_failed(&self, probes: Totals) -> bool {
        self.too_many(probes.failures, self.probes)
    }

    /// Whether a half-open circuit closes, even if all missing probes fail.
    pub(super) fn probes_passed(&self, probes: Totals) -> bool {
        let missing = self.probes - probes.total;
        !self.too_many(probes.failures + missing, self.probes)
    }

    fn too_many(&self, failures: u32, total: u32) -> bool {
        failures > 0 && f64::from(failures) / f64::from(total) >= self.failure_ratio
    }
}

/// A setter builds a new breaker: closed, with an empty window.
impl CircuitBreaker {
    /// How many of the last outcomes are looked at: 1 to 1024, 100 unless said otherwise.
    #[must_use]
    pub const fn window(self, outcomes: u32) -> Self {
        let mut settings = self.into_settings();
        settings.window = counted(outcomes);
        Self::with(settings)
    }

    /// In place of the last [`window`](Self::window) outcomes, those of this last time count.
    ///
    /// Take it where the rate of calls changes: 100 outcomes are a tenth of a second at noon and half an hour at night, and
    /// failures of half an hour ago say nothing of now. resilience4j has it as a time-based window, Polly as the sampling
    /// duration. [`min_calls`](Self::min_calls) says how many of the outcomes it takes, so that few do not open the circuit.
    ///
    /// Time is cut into ten slices: an outcome counts from its recording, never longer than this time, and at least nine
    /// tenths of it. At least 1 ms. The time is then asked for whenever an outcome is recorded.
    ///
    /// ```
    /// use retry_core::{BreakerState, CircuitBreaker};
    /// use std::time::Duration;
    ///
    /// let breaker = CircuitBreaker::new().window_time(Duration::from_secs(10)).min_calls(2);
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// breaker.admit(at(0))?.record(true, at(0));
    /// breaker.admit(at(60))?.record(true, at(60));
    /// assert_eq!(breaker.state(), BreakerState::Closed, "the first is forgotten");
    /// breaker.admit(at(65))?.record(true, at(65));
    /// assert_eq!(breaker.state(), BreakerState::Open);
    /// # Ok::<(), retry_core::Rejected>(())
    /// ```
    #[must_use]
    pub const fn window_time(self, time: Duration) -> Self {
        let mut settings = self.into_settings();
        settings.window_time = Some(Slices::of(time));
        Self::with(settings)
    }

    /// An attempt that took at least this long counts as failed, whatever its outcome.
    ///
    /// A server in trouble often answers late before it answers wrong: an attempt that succeeds after 20 s holds a
    /// connection, a task and a caller for 20 s. resilience4j calls it a slow call. Probes are measured like others; an
    /// attempt that was dropped is not judged.
    ///
    /// At least 1 ms. The time is then asked for whenever an attempt is admitted, and when one that did not fail is recorded.
    ///
    /// ```
    /// use retry_core::{BreakerState, CircuitBreaker};
    /// use std::time::Duration;
    ///
    /// let breaker = CircuitBreaker::new().slow_call(Duration::from_secs(2)).min_calls(1);
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// breaker.admit(at(0))?.record(false, at(1));
    /// assert_eq!(breaker.state(), BreakerState::Closed);
    /// breaker.admit(at(1))?.record(false, at(3));
    /// assert_eq!(breaker.state(), BreakerState::Open);
    /// # Ok::<(), retry_core::Rejected>(())
    /// ```
    /// Of a hedged attempt the slower leg is dropped and judged by nobody: a hedge hides slow answers from this.
    #[must_use]
    pub const fn slow_call(self, time: Duration) -> Self {
        let mut settings = self.into_settings();
        settings.slow_call = Some(Nanos::of(at_least(time, SHORTEST_SLOW_CALL)));
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
    /// More than the [`window`](Self::window) holds acts as a full window; a [`window_time`](Self::window_time) holds any
    /// number.
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
