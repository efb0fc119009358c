//! The same scenario again and again, with one number changed.

use serde::{Deserialize, Serialize};

use crate::check::{InvalidScenario, check};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// Which number is changed, and to what.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Sweep {
    /// The share of requests that fail at the last service.
    Failure(Vec<f64>),
    /// The number of clients.
    Clients(Vec<u32>),
}

impl Sweep {
    pub(crate) fn validate(&self) -> Result<(), InvalidScenario> {
        match self {
            Self::Failure(shares) => {
                for (number, share) in shares.iter().enumerate() {
                    let path = format!("sweep.failure.{number}");
                    check(&path, (0.0..=1.0).contains(share), share, "from 0 to 1")?;
                }
            }
            Self::Clients(counts) => {
                for (number, count) in counts.iter().enumerate() {
                    let path = format!("sweep.clients.{number}");
                    let possible = (1..=1_000_000).contains(count);
                    check(&path, possible, count, "from 1 to 1000000")?;
                }
            }
        }
        Ok(())
    }

    /// The numbers, and the scenario with each.
    pub(crate) fn scenarios(&self, scenario: &Scenario) -> Vec<(f64, Scenario)> {
        let changed = |change: &dyn Fn(&mut Scenario)| {
            let mut scenario = scenario.clone();
            change(&mut scenario);
            scenario
        };
        match self {
            Self::Failure(shares) => {
                let with = |share| {
                    changed(&|scenario| {
                        if let Some(last) = scenario.services.last_mut() {
                            last.failure = share;
                        }
                    })
                };
                shares.iter().map(|share| (*share, with(*share))).collect()
            }
            Self::Clients(counts) => {
                let with = |count| changed(&|scenario| scenario.clients.count = count);
                let scenarios = counts.iter().map(|count| (f64::from(*count), with(*count)));
                scenarios.collect()
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub(crate) fn run(
        &self,
        scenario: &Scenario,
        strategies: &[Strategy],
        mut watch: impl FnMut(f64),
    ) -> Swept {
        let scenarios = self.scenarios(scenario);
        let all = (scenarios.len() * strategies.len()) as f64;
        let mut done = 0.0;
        let mut lines = Vec::new();
        for strategy in strategies {
            let mut runs = Vec::new();
            for (number, scenario) in &scenarios {
                runs.push((*number, scenario.run(strategy)));
                done += 1.0;
                watch(done / all);
            }
            lines.push(runs);
        }
        Swept {
            number: match self {
                Self::Failure(_) => "failure",
                Self::Clients(_) => "clients",
            },
            lines,
        }
    }
}

/// What came of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swept {
    /// Which number was changed: `failure` or `clients`.
    pub(crate) number: &'static str,
    /// For each strategy, each number and its run.
    pub(crate) lines: Vec<Vec<(f64, Run)>>,
}

impl Swept {
    /// For each strategy, each number and its run.
    #[must_use]
    pub fn lines(&self) -> &[Vec<(f64, Run)>] {
        &self.lines
    }
}
