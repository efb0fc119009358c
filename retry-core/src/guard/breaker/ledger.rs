//! What a breaker has counted, and what follows from it.

use super::lately::Lately;
use super::settings::Settings;
use super::window::Window;

/// What is counted since the gate last changed.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Rises whenever the gate changes and whenever probes are admitted anew.
    pub(super) generation: u64,
    /// Permits of an older generation no longer count.
    pub(super) since: u64,
    /// Probes of this generation that are out or have reported.
    pub(super) probes: u32,
    window: Window,
    /// In place of the window while the circuit is closed, where a time is looked at.
    lately: Lately,
}

/// What follows from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Stays,
    Opens,
    Closes,
}

impl Ledger {
    pub(super) const fn new() -> Self {
        Self::of(0)
    }

    /// An empty one, for which nothing older counts.
    pub(super) const fn of(generation: u64) -> Self {
        Self {
            generation,
            since: generation,
            probes: 0,
            window: Window::new(),
            lately: Lately::new(),
        }
    }

    pub(super) const fn counts(&self, generation: u64) -> bool {
        generation >= self.since
    }

    /// Counts an outcome of a closed circuit, of the time `at` in nanoseconds.
    pub(super) fn count_call(&mut self, settings: &Settings, failed: bool, at: u64) -> Counted {
        let opens = if let Some(window) = settings.window_nanos() {
            self.lately.push(failed, at, window);
            settings.lately_failed(&self.lately)
        } else {
            self.window.push(failed, settings.window);
            settings.calls_failed(&self.window)
        };
        if opens {
            Counted::Opens
        } else {
            Counted::Stays
        }
    }

    /// Counts an outcome of a half-open one.
    pub(super) fn count_probe(&mut self, settings: &Settings, failed: bool) -> Counted {
        // Whoever decided to open still reads the clock: no later report takes that back.
        if settings.probes_failed(&self.window) {
            return Counted::Opens;
        }
        self.window.push(failed, settings.probes);
        if settings.probes_passed(&self.window) {
            Counted::Closes
        } else if settings.probes_failed(&self.window) {
            Counted::Opens
        } else {
            Counted::Stays
        }
    }
}
