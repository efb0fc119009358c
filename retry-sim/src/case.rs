//! A scenario with the strategies that meet it, as a file tells it.

use std::collections::HashSet;

use serde::Deserialize;

use crate::check::{InvalidScenario, check};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::strategy::Strategy;
use crate::sweep::{Sweep, Swept};

/// A scenario, the strategies that meet it side by side, and what is worth looking at.
///
/// ```
/// use retry_sim::Case;
///
/// let case = Case::read(r#"
///     title = "A dead server"
///     about = "Nothing is answered. A budget keeps retries to a tenth of the calls."
///     charts = ["goodput"]
///
///     [scenario]
///     time = "1m"
///     clients = { count = 10, calls = { open = { rate = 100 } } }
///     services = [{ latency = { fixed = "1ms" }, failure = 1 }]
///
///     [[strategies]]
///     name = "three attempts"
///     policy = { max_attempts = 3 }
///
///     [[strategies]]
///     name = "with a budget"
///     budget = { ratio = 0.1 }
/// "#)?;
/// let loads: Vec<f64> = case.run(|_| ()).iter().map(|run| run.load()).collect();
/// assert!(loads[0] > 2.9 && loads[1] < 1.2);
/// # Ok::<(), retry_sim::CaseError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub(crate) title: String,
    /// Two sentences.
    pub(crate) about: String,
    /// What to look at.
    #[serde(default)]
    #[cfg_attr(
        not(feature = "report"),
        expect(dead_code, reason = "a file may ask for charts that nobody draws")
    )]
    pub(crate) charts: Vec<Chart>,
    pub(crate) scenario: Scenario,
    pub(crate) strategies: Vec<Strategy>,
    /// The same again with other numbers.
    pub(crate) sweep: Option<Sweep>,
}

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Chart {
    /// Calls, requests and successes a second, a panel for each strategy.
    Goodput,
    /// Requests in each step of time, a panel for each strategy.
    Arrivals,
    /// Requests that wait, a line for each strategy.
    Queue,
    /// Calls that take longer than a time, and the load that it costs, a line for each strategy.
    Latency,
    /// Requests for each call, layer by layer.
    Layers,
}

impl Case {
    /// What stands above charts and tables.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it shows.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What happens to whom.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Those that meet it.
    #[must_use]
    pub fn strategies(&self) -> &[Strategy] {
        &self.strategies
    }

    /// Runs every strategy, and tells which share of all is done.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn run(&self, mut watch: impl FnMut(f64)) -> Vec<Run> {
        let all = self.strategies.len() as f64;
        let strategies = self.strategies.iter().enumerate();
        strategies
            .map(|(number, strategy)| {
                let watch = |share: f64| watch((number as f64 + share) / all);
                self.scenario.run_watched(strategy, watch)
            })
            .collect()
    }

    /// Runs every strategy with every number of the sweep, if the case has one, and tells which share of all is done.
    #[must_use]
    pub fn sweep(&self, watch: impl FnMut(f64)) -> Option<Swept> {
        let sweep = self.sweep.as_ref()?;
        Some(sweep.run(&self.scenario, &self.strategies, watch))
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidScenario> {
        let some = "at least one strategy";
        check("strategies", !self.strategies.is_empty(), 0, some)?;
        let mut names = HashSet::new();
        for (number, strategy) in self.strategies.iter().enumerate() {
            let path = format!("strategies.{number}.name");
            let is_new = names.insert(&strategy.name);
            check(&path, is_new, &strategy.name, "a name that no other has")?;
        }
        if let Some(sweep) = &self.sweep {
            sweep.validate()?;
        }
        self.scenario
            .validate()
            .map_err(|invalid| invalid.within("scenario"))
    }
}
