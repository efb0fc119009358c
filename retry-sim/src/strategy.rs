//! What clients do about failures: a policy, with the guards that they share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Cooldown, Policy};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};

use crate::duration;

/// A policy with its guards, as one line of a chart.
///
/// Every client has guards of its own, made by what is given here, unless they are [`shared`](Self::shared).
///
/// ```
/// use retry_core::{Budget, Policy};
/// use retry_sim::Strategy;
///
/// let careful = Strategy::new("10 % budget", Policy::new()).budget(|| Budget::new(0.1));
/// # let _ = careful;
/// ```
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) policy: Policy,
    #[serde(default, deserialize_with = "duration::read_some")]
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) budget: Option<Make<Budget>>,
    pub(crate) breaker: Option<Make<CircuitBreaker>>,
    pub(crate) cooldown: Option<Make<Cooldown>>,
    pub(crate) hedge: Option<Hedge>,
    #[serde(default)]
    pub(crate) shared: bool,
    #[serde(default)]
    pub(crate) outermost: bool,
    #[serde(skip)]
    pub(crate) rule: Option<Rule>,
}

/// A second run of a slow attempt beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hedge {
    #[serde(deserialize_with = "duration::read")]
    pub(crate) after: Duration,
    #[serde(default = "one")]
    pub(crate) max_hedges: u32,
}

fn one() -> u32 {
    1
}

/// Makes a guard for each client.
pub(crate) struct Make<G>(Arc<dyn Fn() -> G + Send + Sync>);

/// The user's own rule: another attempt?
pub(crate) type Rule = Rated<Arc<dyn Fn(&Tally) -> bool + Send + Sync>>;

/// A closure, in a struct that can be printed.
#[derive(Clone)]
pub(crate) struct Rated<F>(pub(crate) F);

/// What a client has seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Calls that it began.
    pub calls: u64,
    /// Attempts that failed.
    pub failures: u64,
}

impl Strategy {
    /// A policy without guards.
    #[must_use]
    pub fn new(name: impl Into<String>, policy: Policy) -> Self {
        Self {
            name: name.into(),
            policy,
            attempt_timeout: None,
            budget: None,
            breaker: None,
            cooldown: None,
            hedge: None,
            shared: false,
            outermost: false,
            rule: None,
        }
    }

    /// Each attempt is given up after this.
    #[must_use]
    pub const fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Retries are paid for by calls: `make` gives each client its budget.
    #[must_use]
    pub fn budget(mut self, make: impl Fn() -> Budget + Send + Sync + 'static) -> Self {
        self.budget = Some(Make(Arc::new(make)));
        self
    }

    /// Attempts need leave: `make` gives each client its breaker.
    #[must_use]
    pub fn breaker(mut self, make: impl Fn() -> CircuitBreaker + Send + Sync + 'static) -> Self {
        self.breaker = Some(Make(Arc::new(make)));
        self
    }

    /// What the server asks of one call it asks of all: `make` gives each client its cooldown.
    ///
    /// Calls wait for its end as the library's own do, spread over half the pause.
    #[must_use]
    pub fn cooldown(mut self, make: impl Fn() -> Cooldown + Send + Sync + 'static) -> Self {
        self.cooldown = Some(Make(Arc::new(make)));
        self
    }

    /// An attempt that takes longer than `delay` is run a second time beside the first, at most so many times.
    #[must_use]
    pub const fn hedge(mut self, delay: Duration, max_hedges: u32) -> Self {
        self.hedge = Some(Hedge {
            after: delay,
            max_hedges,
        });
        self
    }

    /// All clients share one of each guard, as the tasks of one process do.
    #[must_use]
    pub const fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Where services call services, only the clients retry.
    #[must_use]
    pub const fn outermost(mut self) -> Self {
        self.outermost = true;
        self
    }

    /// A rule of the user's own, asked before each retry.
    #[must_use]
    pub fn retry_if(mut self, rule: impl Fn(&Tally) -> bool + Send + Sync + 'static) -> Self {
        self.rule = Some(Rated(Arc::new(rule)));
        self
    }

    /// What stands in charts and tables.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A policy alone, named by what it prints.
impl From<Policy> for Strategy {
    fn from(policy: Policy) -> Self {
        Self::new(policy.to_string(), policy)
    }
}

impl<G> Make<G> {
    pub(crate) fn make(&self) -> G {
        (self.0)()
    }
}

impl<G> Clone for Make<G> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<G> fmt::Debug for Make<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Make").finish_non_exhaustive()
    }
}

impl<F> fmt::Debug for Rated<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rated").finish_non_exhaustive()
    }
}

/// A guard is no plain data: what was written is kept, and read anew for each client.
impl<'de, G: DeserializeOwned + 'static> Deserialize<'de> for Make<G> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = toml::Value::deserialize(from)?;
        let read = move |written: &toml::Value| G::deserialize(written.clone());
        read(&written).map_err(|error| D::Error::custom(error.message()))?;
        Ok(Self(Arc::new(move || match read(&written) {
            Ok(guard) => guard,
            Err(error) => unreachable!("it was read a moment ago: {error}"),
        })))
    }
}
