//! A circuit breaker: stops calling what keeps failing, and tries again after a while.

mod gate;
mod lately;
mod ledger;
#[cfg(all(test, loom))]
mod model;
mod permit;
mod settings;
mod window;

#[cfg(feature = "serde")]
mod config;
#[cfg(all(test, not(loom)))]
mod tests;

use core::fmt;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use self::gate::{Gate, after, nanos};
use self::ledger::{Counted, Ledger};
use self::settings::Settings;
use crate::guard::rejected::Rejected;
use crate::guard::sync::{AtomicU64, Mutex, MutexGuard, PoisonError};

pub(crate) use self::permit::Admission;
pub use self::permit::Permit;

/// Refuses attempts while too many of the last ones failed.
///
/// - **Closed**: every attempt is admitted and its outcome counted. Once at least `min_calls` of the last
///   `window` outcomes, or of those within [`window_time`](Self::window_time), are known and `failures / total >= failure_ratio`, the circuit opens.
/// - **Open**: every attempt is refused for `break_time`. The first one after that is a probe.
/// - **Half-open**: `probes` attempts are admitted. As soon as the missing reports cannot change the result, the
///   circuit closes, with an empty window, or opens again, by the same ratio. Where they have not reported within
///   `break_time`, as many again are admitted, and so on; a report counts however late it comes. So this state ends
///   with the report that makes `probes`, whatever became of the other probes and however long each takes.
///
/// Build it in a `static` and share it, one for each thing that can fail on its own. It reads no clock: who
/// asks brings the time, as a [`Duration`] on any one monotonic clock. Reading a closed or an open breaker
/// takes no lock; recording an outcome does, for a moment.
///
/// With the feature `serde` it is read from the names of the setters, `break_time` as in `"1m 30s"`. What is
/// left out has its default, and a value that a setter would have to bend is an error.
///
/// # Example
///
/// ```
/// use retry_core::{BreakerState, CircuitBreaker};
/// use std::time::Duration;
///
/// static BREAKER: CircuitBreaker = CircuitBreaker::new()
///     .min_calls(2)
///     .break_time(Duration::from_secs(30))
///     .probes(1);
///
/// let at = |seconds| move || Duration::from_secs(seconds);
/// BREAKER.admit(at(0))?.record(true, at(0));
/// BREAKER.admit(at(1))?.record(true, at(1));
/// assert_eq!(BREAKER.state(), BreakerState::Open);
/// assert_eq!(BREAKER.time_left(at(11)), Some(Duration::from_secs(20)));
///
/// BREAKER.admit(at(31))?.record(false, at(31));
/// assert_eq!(BREAKER.state(), BreakerState::Closed);
/// # Ok::<(), retry_core::Rejected>(())
/// ```
pub struct CircuitBreaker {
    settings: Settings,
    /// Written under the lock of `ledger` only.
    gate: AtomicU64,
    ledger: Mutex<Ledger>,
}

/// What a breaker does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Attempts are admitted and counted.
    Closed,
    /// Attempts are refused, until the first one at or after the end of the break.
    Open,
    /// A bounded number of probes is admitted.
    HalfOpen,
    /// Attempts are refused until [`reset`](CircuitBreaker::reset).
    ForcedOpen,
    /// Attempts are admitted and not counted until [`reset`](CircuitBreaker::reset).
    ForcedClosed,
}

impl CircuitBreaker {
    /// A window of 100 outcomes, open at half of at least 20 failed, for 30 s, then 3 probes.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Settings::DEFAULT)
    }

    const fn with(settings: Settings) -> Self {
        Self {
            settings,
            gate: AtomicU64::new(Gate::Closed { generation: 0 }.pack()),
            ledger: Mutex::new(Ledger::new()),
        }
    }

    /// What the breaker does now. An open one stays so until an attempt asks after the end of the break.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        match self.gate() {
            Gate::Closed { .. } => BreakerState::Closed,
            Gate::Open { .. } => BreakerState::Open,
            Gate::HalfOpen { .. } => BreakerState::HalfOpen,
            Gate::ForcedOpen => BreakerState::ForcedOpen,
            Gate::ForcedClosed => BreakerState::ForcedClosed,
        }
    }

    /// Asks leave for one attempt. A closed breaker does not ask for the time.
    ///
    /// # Errors
    ///
    /// [`Rejected`] while the circuit is open, or half-open with all probes taken.
    pub fn admit(&self, now: impl FnOnce() -> Duration) -> Result<Permit<'_>, Rejected> {
        self.enter(now)
            .map(|admission| Permit::new(self, admission))
    }

    /// As [`admit`](Self::admit); whoever enters records the outcome or gives the admission back.
    pub(crate) fn enter(&self, now: impl FnOnce() -> Duration) -> Result<Admission, Rejected> {
        match self.gate() {
            Gate::Closed { generation } => Ok(self.admission(generation, || nanos(now()))),
            Gate::ForcedClosed => Ok(Admission::uncounted()),
            Gate::ForcedOpen => Err(Rejected::open(Duration::MAX)),
            Gate::Open { until } => {
                let now = nanos(now());
                refused_until(until, now).map_or_else(|| self.admit_probe(now), Err)
            }
            Gate::HalfOpen { .. } => self.admit_probe(nanos(now())),
        }
    }

    /// How long attempts would be refused, `None` where one would be admitted.
    ///
    /// For a half-open circuit whose probes are all taken it is the time until as many again are admitted. They may
    /// report sooner. [`Duration::MAX`] where the circuit was [forced open](Self::force_open).
    #[must_use]
    pub fn time_left(&self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        let refused = match self.gate() {
            Gate::Closed { .. } | Gate::ForcedClosed => return None,
            Gate::ForcedOpen => return Some(Duration::MAX),
            Gate::Open { until } => refused_until(until, nanos(now())),
            Gate::HalfOpen { until } if self.ledger().probes >= self.settings.probes => {
                refused_until(until, nanos(now()))
            }
            Gate::HalfOpen { .. } => None,
        };
        refused.map(|open| open.time_left())
    }

    /// Refuses everything until [`reset`](Self::reset), whatever the outcomes say.
    pub fn force_open(&self) {
        self.turn(&mut self.ledger(), |_| Gate::ForcedOpen);
    }

    /// Admits everything and counts nothing until [`reset`](Self::reset).
    pub fn force_closed(&self) {
        self.turn(&mut self.ledger(), |_| Gate::ForcedClosed);
    }

    /// Closes the circuit and forgets all outcomes.
    pub fn reset(&self) {
        self.turn(&mut self.ledger(), |generation| Gate::Closed { generation });
    }

    fn gate(&self) -> Gate {
        Gate::unpack(self.gate.load(Relaxed))
    }

    /// Poison says nothing here: no foreign code runs under the lock, so the ledger is never half written.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one place where the state changes: outstanding permits no longer count, and counting starts anew.
    fn turn(&self, ledger: &mut Ledger, to: impl FnOnce(u64) -> Gate) {
        let generation = ledger.generation + 1;
        *ledger = Ledger::of(generation);
        self.set_gate(to(generation));
    }

    fn set_gate(&self, to: Gate) {
        self.gate.store(to.pack(), Relaxed);
    }

    fn admit_probe(&self, now: u64) -> Result<Admission, Rejected> {
        let mut ledger = self.ledger();
        let half_open = Gate::HalfOpen {
            until: after(now, self.settings.break_time),
        };
        // The gate may have changed on the way to the lock.
        match self.gate() {
            Gate::Closed { generation } => return Ok(self.admission(generation, || now)),
            Gate::ForcedClosed => return Ok(Admission::uncounted()),
            Gate::ForcedOpen => return Err(Rejected::open(Duration::MAX)),
            // The newest probe has the whole time to report before others are admitted in its place.
            Gate::HalfOpen { .. } if ledger.probes < self.settings.probes => {
                self.set_gate(half_open);
            }
            gate @ (Gate::Open { until } | Gate::HalfOpen { until }) => {
                if let Some(open) = refused_until(until, now) {
                    return Err(open);
                }
                if let Gate::Open { .. } = gate {
                    self.turn(&mut ledger, |_| half_open);
                } else {
                    // No turn: reports go on counting, or probes slower than the break would never be heard.
                    ledger.generation += 1;
                    ledger.probes = 0;
                    self.set_gate(half_open);
                }
            }
        }
        ledger.probes += 1;
        Ok(self.admission(ledger.generation, || now))
    }

    /// The time is asked only where it matters how long an attempt takes.
    fn admission(&self, generation: u64, now: impl FnOnce() -> u64) -> Admission {
        let measures = self.settings.slow_call.is_some();
        Admission {
            generation: Some(generation),
            since: if measures { now() } else { 0 },
        }
    }

    /// The attempt has ended. `now` is asked where the circuit opens, and where times are measured.
    pub(crate) fn record(
        &self,
        admission: Admission,
        failed: bool,
        now: impl FnOnce() -> Duration,
    ) {
        let Some(generation) = admission.generation else {
            return;
        };
        if self.settings.measures() {
            let now = nanos(now());
            let slow = self.settings.is_slow(now.saturating_sub(admission.since));
            self.judge(generation, failed || slow, now, || now);
        } else {
            self.judge(generation, failed, 0, || nanos(now()));
        }
    }

    /// Counts an outcome of the time `at`, and opens the circuit `now` where it is one too many.
    fn judge(&self, generation: u64, failed: bool, at: u64, now: impl FnOnce() -> u64) {
        if self.count(generation, failed, at) {
            let until = after(now(), self.settings.break_time);
            let mut ledger = self.ledger();
            // Others may have opened it, or an operator turned it, while the clock was read outside the lock.
            if ledger.counts(generation) {
                self.turn(&mut ledger, |_| Gate::Open { until });
            }
        }
    }

    /// Whether the circuit opens.
    fn count(&self, generation: u64, failed: bool, at: u64) -> bool {
        let mut ledger = self.ledger();
        if !ledger.counts(generation) {
            return false;
        }
        let half_open = matches!(self.gate(), Gate::HalfOpen { .. });
        let counted = if half_open {
            ledger.count_probe(&self.settings, failed)
        } else {
            ledger.count_call(&self.settings, failed, at)
        };
        if counted == Counted::Closes {
            self.turn(&mut ledger, |generation| Gate::Closed { generation });
        }
        counted == Counted::Opens
    }

    /// The attempt never ended.
    pub(crate) fn give_back(&self, admission: Admission) {
        let Some(generation) = admission.generation else {
            return;
        };
        if let Gate::HalfOpen { .. } = self.gate() {
            let mut ledger = self.ledger();
            if ledger.generation == generation {
                ledger.probes -= 1;
            }
        }
    }
}

fn refused_until(until: u64, now: u64) -> Option<Rejected> {
    let left = until.saturating_sub(now);
    (left > 0).then(|| Rejected::open(Duration::from_nanos(left)))
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("settings", &self.settings)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
