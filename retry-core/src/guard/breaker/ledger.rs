//! What is counted since the gate last changed.

use super::recent::Recent;
use super::window::Window;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Rises whenever the gate changes and whenever probes are admitted anew.
    pub(super) generation: u64,
    /// Permits of an older generation no longer count.
    pub(super) since: u64,
    /// Probes of this generation that are out or have reported.
    pub(super) probes: u32,
    /// The last outcomes of a closed circuit, or those of the probes.
    pub(super) window: Window,
    /// The outcomes of a closed circuit, where it is time that says which count.
    pub(super) recent: Recent,
}

impl Ledger {
    pub(super) const fn new() -> Self {
        Self {
            generation: 0,
            since: 0,
            probes: 0,
            window: Window::new(),
            recent: Recent::new(),
        }
    }

    pub(super) const fn counts(&self, generation: u64) -> bool {
        generation >= self.since
    }

    /// Permits that are out no longer count, and counting starts anew. Gives back the new generation.
    pub(super) fn turn(&mut self) -> u64 {
        let generation = self.generation + 1;
        *self = Self {
            generation,
            since: generation,
            ..Self::new()
        };
        generation
    }
}
