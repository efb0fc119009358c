//! The guards of a fleet: one set for each client, and one for each service that calls another.

use retry_core::{Budget, CircuitBreaker, Cooldown};

use crate::scenario::Scenario;
use crate::strategy::{Strategy, Tally};

/// All guards of one run. Calls borrow them, as they do in production.
#[derive(Debug)]
pub(super) struct Guards {
    /// Holders among the clients: all, or one for all.
    holders: u32,
    /// By holder; empty where the strategy has none.
    pub(super) budgets: Vec<Budget>,
    pub(super) breakers: Vec<CircuitBreaker>,
    pub(super) cooldowns: Vec<Cooldown>,
}

impl Guards {
    pub(super) fn new(scenario: &Scenario, strategy: &Strategy) -> Self {
        let holders = if strategy.shared {
            1
        } else {
            scenario.clients.count.max(1)
        };
        let layers = scenario.services.len().saturating_sub(1);
        let all = holders as usize + layers;
        Self {
            holders,
            budgets: made(all, strategy.budget.as_ref().map(|one| || one.make())),
            breakers: made(all, strategy.breaker.as_ref().map(|one| || one.make())),
            cooldowns: made(all, strategy.cooldown.as_ref().map(|one| || one.make())),
        }
    }

    /// Whose guards a call asks, and whose tally it counts for.
    pub(super) const fn holder(&self, layer: u32, client: u32) -> u32 {
        match layer {
            0 => client % self.holders,
            _ => self.holders + layer - 1,
        }
    }

    /// What every holder has seen: nothing yet. Kept only where somebody asks.
    pub(super) fn tallies(&self, strategy: &Strategy, scenario: &Scenario) -> Vec<Tally> {
        match strategy.rule {
            Some(_) => vec![Tally::default(); self.holders as usize + scenario.services.len()],
            None => Vec::new(),
        }
    }
}

fn made<G>(count: usize, make: Option<impl Fn() -> G>) -> Vec<G> {
    make.map_or_else(Vec::new, |make| (0..count).map(|_| make()).collect())
}
