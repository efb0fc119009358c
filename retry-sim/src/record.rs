//! What a run counts while it goes on.

use std::time::Duration;

use crate::duration::nanos;
use crate::histogram::Histogram;
use crate::run::{Point, Run};

/// Most points in time: more could not be told apart in a chart.
const MOST_STEPS: u64 = 100_000;

/// The counts so far, point by point.
#[derive(Debug)]
pub(crate) struct Recorder {
    width: u64,
    points: Vec<Point>,
    latencies: Vec<Histogram>,
    at: usize,
    now: u64,
    run: Run,
}

impl Recorder {
    pub(crate) fn new(time: Duration, step: Duration, layers: usize) -> Self {
        let time = nanos(time).max(1);
        let width = nanos(step).max(time / MOST_STEPS).max(1);
        let steps = usize::try_from(time.div_ceil(width)).unwrap_or(1);
        let step = Duration::from_nanos(width).as_secs_f64();
        let points = (0..steps).map(|number| Point::at(number, step)).collect();
        Self {
            width,
            points,
            latencies: vec![Histogram::default(); steps],
            at: 0,
            now: 0,
            run: Run::new(step, layers),
        }
    }

    pub(crate) fn steps(&self) -> usize {
        self.points.len()
    }

    /// Time has come this far, while `waiting` requests waited; gives back the number of the step.
    pub(crate) fn advance(&mut self, now: u64, waiting: u64) -> usize {
        self.now = now;
        self.run.events += 1;
        let last = self.points.len() - 1;
        let at = usize::try_from(now / self.width).unwrap_or(last).min(last);
        for point in &mut self.points[self.at..=at] {
            point.queue = point.queue.max(waiting);
        }
        self.at = at;
        at
    }

    fn point(&mut self) -> &mut Point {
        &mut self.points[self.at]
    }

    pub(crate) fn call(&mut self) {
        self.point().calls += 1;
    }

    pub(crate) fn retry(&mut self) {
        self.point().retries += 1;
    }

    pub(crate) fn hedge(&mut self) {
        self.point().hedges += 1;
    }

    pub(crate) fn timeout(&mut self) {
        self.point().timeouts += 1;
    }

    pub(crate) fn refused(&mut self) {
        self.point().refused += 1;
    }

    pub(crate) fn request(&mut self, layer: usize) {
        self.run.requests[layer] += 1;
        if layer + 1 == self.run.requests.len() {
            self.point().requests += 1;
        }
    }

    pub(crate) fn end(&mut self, succeeded: bool, took: u64, attempts: u32, reason: &'static str) {
        if succeeded {
            self.point().successes += 1;
            self.latencies[self.at].add(took);
            self.run.last_success = Duration::from_nanos(self.now).as_secs_f64();
        } else {
            self.point().failures += 1;
        }
        let made = attempts as usize;
        // Calls of very many attempts are counted together.
        let made = made.min(1000);
        if self.run.attempts.len() <= made {
            self.run.attempts.resize(made + 1, 0);
        }
        self.run.attempts[made] += 1;
        *self.run.stops.entry(reason).or_insert(0) += 1;
    }

    pub(crate) fn finish(mut self, strategy: &str) -> Run {
        for (point, latencies) in self.points.iter_mut().zip(&self.latencies) {
            point.p50 = latencies.quantile(0.5);
            point.p99 = latencies.quantile(0.99);
            self.run.latency.add_all(latencies);
        }
        self.run.finish(strategy, self.points)
    }
}
