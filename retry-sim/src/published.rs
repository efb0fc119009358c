//! Simulations that others published, and what comes out when they are run here.

use std::time::Duration;

use retry_core::{Budget, Jitter, Policy};

use crate::clients::Clients;
use crate::latency::Latency;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::service::Service;
use crate::strategy::Strategy;

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// Clients that write to one row with optimistic locking: "Exponential Backoff And Jitter", M. Brooker, AWS, 2015.
///
/// Every hop takes 10 ms, normal with a deviation of 2 ms; between the read and the write of one attempt there are two.
#[must_use]
pub fn contention(clients: u32) -> Scenario {
    let hop = |mean, deviation| Latency::Normal {
        mean: MILLI * mean,
        deviation,
    };
    let two_hops = hop(20, Duration::from_micros(2828));
    let row = Service::new(two_hops).contended();
    Scenario::new(
        Clients::at_once(clients, Duration::ZERO),
        row,
        SECOND * 1200,
    )
    .network(hop(10, MILLI * 2))
}

/// The ways to wait that the article compares: `none`, `expo`, `equal`, `full` and `decorr`.
#[must_use]
pub fn backoffs() -> [Strategy; 5] {
    let growing = Policy::new()
        .unlimited()
        .exp_multiplier(MILLI * 10)
        .max_delay(SECOND * 2);
    let decorrelated = growing
        .exp_multiplier(MILLI * 5)
        .jitter(Jitter::Decorrelated);
    [
        ("none", growing.fixed(Duration::ZERO)),
        ("expo", growing.jitter(Jitter::None)),
        ("equal", growing.jitter(Jitter::Equal)),
        ("full", growing.jitter(Jitter::Full)),
        ("decorr", decorrelated),
    ]
    .map(|(name, policy)| Strategy::new(name, policy))
}

/// Clients of a server that fails at random: "Fixing retries with token buckets and circuit breakers", M. Brooker, 2022.
///
/// Every hop takes 10 ms, exponential; `rate` is that of all clients together.
#[must_use]
pub fn failing(clients: Clients, failure: f64, time: Duration) -> Scenario {
    let server = Service::new(Latency::NONE).failure(failure);
    Scenario::new(clients, server, time).network(Latency::Exponential(MILLI * 10))
}

/// The strategies that the article compares: `no_retries`, `three_retries`, `adaptive_10pct` and `breaker_10pct`.
///
/// Its breaker is none of ours: it retries while no more than a tenth of all attempts since the start has failed.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share")]
pub fn strategies() -> [Strategy; 4] {
    let at_once = Policy::new().fixed(Duration::ZERO);
    let four = at_once.max_attempts(4);
    [
        Strategy::new("no_retries", at_once.max_attempts(1)),
        Strategy::new("three_retries", four),
        Strategy::new("adaptive_10pct", at_once.unlimited())
            .budget(|| Budget::new(0.1).reserve(5).capacity(5)),
        Strategy::new("breaker_10pct", four)
            .retry_if(|seen| seen.failures as f64 <= 0.1 * seen.calls as f64),
    ]
}

/// A server that slows down under load, and clients that give up after 3 s: "What is Backoff For?", M. Brooker, 2022.
#[must_use]
pub fn collapse(clients: Clients) -> Scenario {
    let server = Service::new(Latency::Fixed(SECOND)).slowdown(MILLI * 10);
    Scenario::new(clients, server, SECOND * 80).network(Latency::Exponential(MILLI * 100))
}

/// 40 calls a second, and 80 for 5 s.
#[must_use]
pub fn spike() -> Clients {
    Clients::open(1, 40.0).surge(SECOND * 20, SECOND * 5, 2.0)
}

/// From 40 calls a second up to 80 and down to none.
#[must_use]
pub fn ramp() -> Clients {
    Clients::open(1, 80.0)
        .ramp(Duration::ZERO, SECOND * 25, 0.5, 1.0)
        .ramp(SECOND * 25, SECOND * 50, 1.0, 0.0)
        .surge(SECOND * 75, SECOND * 75, 0.0)
}

/// What the article compares: `no_backoff` and `backoff_and_jitter`.
#[must_use]
pub fn patience() -> [Strategy; 2] {
    let three = Policy::new().max_attempts(3);
    let growing = three.exp_multiplier(SECOND * 20).max_delay(SECOND * 40);
    [
        Strategy::new("no_backoff", three.fixed(Duration::ZERO)),
        Strategy::new("backoff_and_jitter", growing),
    ]
    .map(|strategy| strategy.attempt_timeout(SECOND * 3))
}

/// A number as it was published, and as it comes out here.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// What the number is about.
    pub what: String,
    /// What was published.
    pub theirs: f64,
    /// What comes out here.
    pub ours: f64,
}

/// Runs of the same with other seeds, for means.
const RUNS: u64 = 20;

fn mean(scenario: &Scenario, strategy: &Strategy, of: impl Fn(&Run) -> f64) -> f64 {
    let runs = (0..RUNS).map(|seed| of(&scenario.clone().seed(seed).run(strategy)));
    #[expect(clippy::cast_precision_loss, reason = "20")]
    let count = RUNS as f64;
    runs.sum::<f64>() / count
}

/// The middle one of 20 runs.
fn median(scenario: &Scenario, strategy: &Strategy, of: impl Fn(&Run) -> f64) -> f64 {
    let runs = (0..RUNS).map(|seed| of(&scenario.clone().seed(seed).run(strategy)));
    let mut numbers: Vec<f64> = runs.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// The best known numbers of the three articles, beside ours: the mean of 20 runs, but for those after a spike, of which chance
/// spares every fourth: there it is the median.
#[must_use]
pub fn compared() -> Vec<Comparison> {
    let mut all = Vec::new();
    let mut add =
        |what: String, theirs: f64, ours: f64| all.push(Comparison { what, theirs, ours });
    // Calls and milliseconds for 100 clients.
    let jitter = [
        (2422.5, 2020.4),
        (1846.5, 62_819.9),
        (810.5, 6552.5),
        (795.8, 4943.3),
        (1000.8, 4485.7),
    ];
    let hundred = contention(100);
    for (strategy, (calls, time)) in backoffs().iter().zip(jitter) {
        let name = strategy.name();
        let ours = mean(&hundred, strategy, requests);
        add(
            format!("contention, 100 clients, {name}: calls"),
            calls,
            ours,
        );
        let ours = mean(&hundred, strategy, |run| run.last_success() * 1e3);
        add(format!("contention, 100 clients, {name}: ms"), time, ours);
    }
    // Success and load in percent where half of the requests fail.
    let half = [(49.8, 100.0), (93.8, 187.2), (55.3, 110.7), (50.1, 100.0)];
    let failing = failing(Clients::open(100, 1000.0), 0.5, SECOND * 60);
    for (strategy, (success, load)) in strategies().iter().zip(half) {
        let (name, run) = (strategy.name(), failing.run(strategy));
        add(
            format!("half fail, {name}: success %"),
            success,
            run.success() * 100.0,
        );
        add(
            format!("half fail, {name}: load %"),
            load,
            run.load() * 100.0,
        );
    }
    // Successes a second, long after the spike.
    for (strategy, theirs) in patience().iter().zip([0.0, 41.1]) {
        let ours = median(&collapse(spike()), strategy, |run| successes(run, 59));
        let name = strategy.name();
        add(
            format!("spike, {name}: successes a second after 60 s"),
            theirs,
            ours,
        );
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn requests(run: &Run) -> f64 {
    run.requests().iter().sum::<u64>() as f64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn successes(run: &Run, second: usize) -> f64 {
    run.points()
        .get(second)
        .map_or(0.0, |point| point.successes as f64)
}
