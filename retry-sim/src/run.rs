//! What came out: counts, and how they went in time.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::histogram::Histogram;

/// What one strategy did in one scenario.
///
/// Serialized, it is the whole of it as data; displayed, a line of a [table](crate::Table).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The name of the strategy.
    pub(crate) strategy: String,
    /// The width of one point in seconds.
    pub(crate) step: f64,
    pub(crate) calls: u64,
    pub(crate) successes: u64,
    pub(crate) failures: u64,
    pub(crate) retries: u64,
    pub(crate) hedges: u64,
    pub(crate) timeouts: u64,
    /// Requests that reached each service.
    pub(crate) requests: Vec<u64>,
    /// Calls by the number of attempts that they took, from 0.
    pub(crate) attempts: Vec<u64>,
    /// Calls by the reason of their end.
    pub(crate) stops: BTreeMap<&'static str, u64>,
    /// When the last call succeeded, in seconds.
    pub(crate) last_success: f64,
    pub(crate) events: u64,
    pub(crate) points: Vec<Point>,
    #[serde(skip)]
    pub(crate) latency: Histogram,
}

/// One point in time: what was counted from `t` on, for one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Point {
    /// When it begins, in seconds.
    pub t: f64,
    /// Calls that clients began.
    pub calls: u64,
    /// Requests that reached the last service: what it has to bear.
    pub requests: u64,
    /// Retries that clients decided on; each is made when its delay has passed.
    pub retries: u64,
    /// Second runs of slow attempts, of clients and of services that call others.
    pub hedges: u64,
    /// Calls that succeeded.
    pub successes: u64,
    /// Calls that were given up.
    pub failures: u64,
    /// Attempts that took too long for their caller.
    pub timeouts: u64,
    /// Requests that a service refused at once.
    pub refused: u64,
    /// The most requests that waited for the last service.
    pub queue: u64,
    /// Half of the calls that succeeded took at most so many seconds.
    pub p50: f64,
    /// 99 % of the calls that succeeded took at most so many seconds.
    pub p99: f64,
}

impl Point {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn at(number: usize, step: f64) -> Self {
        Self {
            t: number as f64 * step,
            ..Self::default()
        }
    }
}

impl Run {
    pub(crate) fn new(step: f64, layers: usize) -> Self {
        Self {
            strategy: String::new(),
            step,
            calls: 0,
            successes: 0,
            failures: 0,
            retries: 0,
            hedges: 0,
            timeouts: 0,
            requests: vec![0; layers],
            attempts: Vec::new(),
            stops: BTreeMap::new(),
            last_success: 0.0,
            events: 0,
            points: Vec::new(),
            latency: Histogram::default(),
        }
    }

    pub(crate) fn finish(mut self, strategy: &str, points: Vec<Point>) -> Self {
        let sum = |of: fn(&Point) -> u64| points.iter().map(of).sum();
        strategy.clone_into(&mut self.strategy);
        self.calls = sum(|point| point.calls);
        self.successes = sum(|point| point.successes);
        self.failures = sum(|point| point.failures);
        self.retries = sum(|point| point.retries);
        self.hedges = sum(|point| point.hedges);
        self.timeouts = sum(|point| point.timeouts);
        self.points = points;
        self
    }

    /// The name of the strategy.
    #[must_use]
    pub fn strategy(&self) -> &str {
        &self.strategy
    }

    /// Calls that clients began.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// Calls that succeeded.
    #[must_use]
    pub const fn successes(&self) -> u64 {
        self.successes
    }

    /// Calls that were given up. What neither succeeded nor was given up is still going on.
    #[must_use]
    pub const fn failures(&self) -> u64 {
        self.failures
    }

    /// Retries that clients decided on.
    #[must_use]
    pub const fn retries(&self) -> u64 {
        self.retries
    }

    /// Second runs of slow attempts.
    #[must_use]
    pub const fn hedges(&self) -> u64 {
        self.hedges
    }

    /// The share of the clients' calls that succeeded.
    #[must_use]
    pub fn success(&self) -> f64 {
        per_call(self.successes, self.calls)
    }

    /// Requests at the last service for each call of a client: 1 where nothing is retried.
    #[must_use]
    pub fn load(&self) -> f64 {
        per_call(
            self.requests.last().copied().unwrap_or_default(),
            self.calls,
        )
    }

    /// Requests that reached each service, from the first that is called to the last.
    #[must_use]
    pub fn requests(&self) -> &[u64] {
        &self.requests
    }

    /// Calls by the number of attempts that they took: the first is of those that a guard refused at once.
    #[must_use]
    pub fn attempts(&self) -> &[u64] {
        &self.attempts
    }

    /// Calls by the reason of their end, as [`StopReason::as_str`](retry_core::StopReason::as_str) says it.
    #[must_use]
    pub const fn stops(&self) -> &BTreeMap<&'static str, u64> {
        &self.stops
    }

    /// The seconds within which this share of the successful calls was done, to within three percent.
    #[must_use]
    pub fn latency(&self, share: f64) -> f64 {
        self.latency.quantile(share)
    }

    /// Seconds, and the share of the successful calls that were done within them.
    #[must_use]
    pub fn latencies(&self) -> Vec<(f64, f64)> {
        self.latency.shares()
    }

    /// When the last call succeeded, in seconds.
    #[must_use]
    pub const fn last_success(&self) -> f64 {
        self.last_success
    }

    /// Point by point in time.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The width of one point, in seconds.
    #[must_use]
    pub const fn step(&self) -> f64 {
        self.step
    }

    /// Events that were simulated.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Requests that a service refused at once, because of its limit or its queue.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.points.iter().map(|point| point.refused).sum()
    }

    /// The longest queue of the last service.
    #[must_use]
    pub fn longest_queue(&self) -> u64 {
        self.points
            .iter()
            .map(|point| point.queue)
            .max()
            .unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_call(count: u64, calls: u64) -> f64 {
    count as f64 / calls.max(1) as f64
}

/// The line of a table, in words.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} calls, {:.1} % succeeded, load {:.2}, half within {:.3} s and 99 % within {:.3} s, queue up to {}",
            self.strategy,
            self.calls,
            self.success() * 100.0,
            self.load(),
            self.latency(0.5),
            self.latency(0.99),
            self.longest_queue(),
        )
    }
}
