//! What a scenario may not say.

use std::fmt;
use std::time::Duration;

use crate::clients::{Calls, Clients};
use crate::latency::Latency;
use crate::scenario::Scenario;
use crate::service::Service;

/// A value that no scenario can have: where it stands, what it is, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidScenario {
    /// As `services.0.failure`.
    pub(crate) path: String,
    value: String,
    allowed: &'static str,
}

impl InvalidScenario {
    /// The same, where the scenario is a part of something.
    pub(crate) fn within(mut self, whole: &str) -> Self {
        self.path = format!("{whole}.{}", self.path);
        self
    }
}

impl fmt::Display for InvalidScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            value,
            allowed,
        } = self;
        write!(f, "`{path}` must be {allowed}, but is {value}")
    }
}

impl std::error::Error for InvalidScenario {}

/// Finds the first problem.
type Checked = Result<(), InvalidScenario>;

/// Clients of one run: more would not fit into memory.
const MOST_CLIENTS: u32 = 10_000_000;
const MOST_STEPS: u128 = 100_000;

pub(crate) fn check(
    path: &str,
    holds: bool,
    value: impl fmt::Debug,
    allowed: &'static str,
) -> Checked {
    if holds {
        return Ok(());
    }
    Err(InvalidScenario {
        path: path.to_owned(),
        value: format!("{value:?}"),
        allowed,
    })
}

impl Scenario {
    /// Whether it can be simulated to the letter; what is not checked is bent to what is possible.
    ///
    /// # Errors
    ///
    /// The first value that cannot be.
    pub fn validate(&self) -> Result<(), InvalidScenario> {
        let Self { time, step, .. } = *self;
        check("time", !time.is_zero(), time, "longer than nothing")?;
        let steps = time.as_nanos() / step.as_nanos().max(1);
        let fits = !step.is_zero() && step <= time && steps <= MOST_STEPS;
        check(
            "step",
            fits,
            step,
            "at most `time`, and at least a 100000th of it",
        )?;
        self.clients.check()?;
        self.network.check("network")?;
        let layers = self.services.len();
        check(
            "services",
            (1..=10).contains(&layers),
            layers,
            "one to ten services",
        )?;
        for (number, service) in self.services.iter().enumerate() {
            service.check(&format!("services.{number}"))?;
        }
        Ok(())
    }
}

impl Clients {
    fn check(&self) -> Checked {
        let possible = (1..=MOST_CLIENTS).contains(&self.count);
        check("clients.count", possible, self.count, "from 1 to 10000000")?;
        let (kind, rate) = match self.calls {
            Calls::Open { rate } => ("open", rate),
            Calls::Paced { rate } => ("paced", rate),
            Calls::Closed { .. } | Calls::AtOnce { .. } => ("", 1.0),
        };
        let possible = rate > 0.0 && rate <= 1e7;
        let path = format!("clients.calls.{kind}.rate");
        check(
            &path,
            possible,
            rate,
            "above 0 and at most 10000000 a second",
        )?;
        for (number, surge) in self.surges.iter().enumerate() {
            let path = |field| format!("clients.surges.{number}.{field}");
            let factors = [
                ("times", surge.times),
                ("until", surge.until.unwrap_or(1.0)),
            ];
            for (field, factor) in factors {
                let possible = (0.0..=1000.0).contains(&factor);
                check(&path(field), possible, factor, "from 0 to 1000")?;
            }
        }
        Ok(())
    }
}

impl Service {
    fn check(&self, path: &str) -> Checked {
        let path = |field: &str| format!("{path}.{field}");
        self.latency.check(&path("latency"))?;
        let share = self.failure;
        check(&path("failure"), is_share(share), share, "from 0 to 1")?;
        let replicas = self.replicas;
        let possible = (1..=1000).contains(&replicas);
        check(&path("replicas"), possible, replicas, "from 1 to 1000")?;
        let capacity = self.capacity.unwrap_or(1);
        check(&path("capacity"), capacity > 0, capacity, "at least 1")?;
        if let Some(limit) = self.limit {
            let possible = limit.rate > 0.0 && limit.rate <= 1e7;
            let allowed = "above 0 and at most 10000000 a second";
            check(&path("limit.rate"), possible, limit.rate, allowed)?;
        }
        let known = |path: String, replica: Option<u32>| {
            let number = replica.unwrap_or(0);
            check(
                &path,
                number < replicas,
                number,
                "below `replicas`: the first is 0",
            )
        };
        for (number, outage) in self.outages.iter().enumerate() {
            known(path(&format!("outages.{number}.replica")), outage.replica)?;
        }
        for (number, slow) in self.slow.iter().enumerate() {
            known(path(&format!("slow.{number}.replica")), slow.replica)?;
            let possible = slow.times > 0.0 && slow.times <= 1e6;
            let path = path(&format!("slow.{number}.times"));
            check(&path, possible, slow.times, "above 0 and at most 1000000")?;
        }
        Ok(())
    }
}

impl Latency {
    fn check(self, path: &str) -> Checked {
        let (field, longest, share) = match self {
            Self::Fixed(length) => ("fixed", length, 0.0),
            Self::Exponential(mean) => ("exponential", mean, 0.0),
            Self::Normal { mean, .. } => ("normal.mean", mean, 0.0),
            Self::TwoHumped { slow, share, .. } => ("two_humped.slow", slow, share),
        };
        let day = Duration::from_secs(86_400);
        let longest_path = format!("{path}.{field}");
        check(&longest_path, longest <= day, longest, "at most a day")?;
        let path = format!("{path}.two_humped.share");
        check(&path, is_share(share), share, "from 0 to 1")
    }
}

fn is_share(number: f64) -> bool {
    (0.0..=1.0).contains(&number)
}
