//! What is simulated: clients, services, and for how long.

use std::time::Duration;

use serde::Deserialize;

use crate::clients::Clients;
use crate::duration;
use crate::latency::Latency;
use crate::service::Service;

/// Clients, what they call, and for how long: everything but what they do about failures.
///
/// The same scenario with the same [`seed`](Self::seed) and the same strategy gives the same [`Run`](crate::Run), to the last bit.
///
/// ```
/// use retry_core::{Budget, Policy};
/// use retry_sim::{Clients, Latency, Scenario, Service, Strategy};
/// use std::time::Duration;
///
/// let second = Duration::from_secs;
/// let server = Service::new(Latency::Exponential(Duration::from_millis(20))).outage(second(10), second(10));
/// let scenario = Scenario::new(Clients::open(100, 200.0), server, second(40));
///
/// let plain = scenario.run(&Strategy::from(Policy::new()));
/// let careful = scenario.run(&Strategy::new("budget", Policy::new()).budget(|| Budget::new(0.1).reserve(1)));
/// assert!(plain.load() > 1.4 && careful.load() < 1.15);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub(crate) clients: Clients,
    /// From the first that is called to the last, each called by the one before.
    pub(crate) services: Vec<Service>,
    /// When it ends.
    #[serde(deserialize_with = "duration::read")]
    pub(crate) time: Duration,
    /// The width of one point in time.
    #[serde(default = "second", deserialize_with = "duration::read")]
    pub(crate) step: Duration,
    /// How long a request or an answer is on its way.
    #[serde(default = "no_time")]
    pub(crate) network: Latency,
    #[serde(default)]
    pub(crate) seed: u64,
}

const fn second() -> Duration {
    Duration::from_secs(1)
}

const fn no_time() -> Latency {
    Latency::NONE
}

impl Scenario {
    /// Clients that call one service until `time`.
    #[must_use]
    pub fn new(clients: Clients, service: Service, time: Duration) -> Self {
        Self {
            clients,
            services: vec![service],
            time,
            step: second(),
            network: no_time(),
            seed: 0,
        }
    }

    /// A service that is down from first to last, and clients that make 20 calls each, within a minute.
    ///
    /// What a policy does then is what it does at its worst, in a few milliseconds of a test:
    ///
    /// ```
    /// use retry_core::{Budget, Policy};
    /// use retry_sim::{Scenario, Strategy};
    ///
    /// let ours = Strategy::from(Policy::new()).budget(|| Budget::new(0.1).reserve(1));
    /// let load = Scenario::dead_server(1_000).run(&ours).load();
    /// assert!(load < 1.2, "{load} requests for each call");
    /// ```
    ///
    /// The reserve of each client counts: with the ten tokens that a budget has unless told otherwise, those thousand
    /// clients would send 1.6 times their calls.
    #[must_use]
    pub fn dead_server(clients: u32) -> Self {
        let minute = Duration::from_secs(60);
        let server = Service::new(Latency::NONE).failure(1.0);
        let rate = f64::from(clients) * 20.0 / minute.as_secs_f64();
        // Until the last retries are made.
        Self::new(
            Clients::open(clients, rate).surge(minute, minute, 0.0),
            server,
            minute * 2,
        )
    }

    /// The service above calls this one for each of its requests, and retries by the same strategy.
    #[must_use]
    pub fn behind(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// The width of one point in time; a second unless said otherwise.
    #[must_use]
    pub const fn step(mut self, width: Duration) -> Self {
        self.step = width;
        self
    }

    /// How long a request is on its way, and its answer again; no time unless said otherwise.
    #[must_use]
    pub const fn network(mut self, latency: Latency) -> Self {
        self.network = latency;
        self
    }

    /// Other random numbers.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}
