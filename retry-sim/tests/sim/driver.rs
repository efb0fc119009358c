//! The simulator against the library's own async driver, call by call: the same attempts at the same times.

use std::cell::Cell;
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Hedge, Policy, Rejected, TimedOut, Verdict};
use retry_sim::{Clients, Latency, Scenario, Service, Strategy};
use tokio::time::Instant;

const MILLI: Duration = Duration::from_millis(1);

#[derive(Debug)]
struct Failed;

impl From<Rejected> for Failed {
    fn from(_: Rejected) -> Self {
        Self
    }
}

impl From<TimedOut> for Failed {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

/// The milliseconds at which requests arrive at a server that is down until `up`, and takes 10 ms for each.
async fn driven(policy: Policy, up: u64, budget: &Budget, breaker: &CircuitBreaker) -> Vec<u64> {
    let begun = Instant::now();
    let arrivals = Cell::new(Vec::new());
    let operation = async || {
        let mut all = arrivals.take();
        all.push(u64::try_from(begun.elapsed().as_millis()).unwrap());
        arrivals.set(all);
        let is_up = begun.elapsed() >= MILLI * u32::try_from(up).unwrap();
        if is_up { Ok(()) } else { Err(Failed) }
    };
    let when = |outcome: &Result<(), Failed>| match outcome {
        Ok(()) => Verdict::Done,
        Err(Failed) => Verdict::Retry,
    };
    let retry = policy.when(when).budget(budget).breaker(breaker);
    let _ = retry.retry(operation).await;
    arrivals.take()
}

/// The milliseconds at which requests of one call arrive at the simulated server.
fn arrivals(server: Service, guards: impl Fn(Strategy) -> Strategy, policy: Policy) -> Vec<u64> {
    let scenario = Scenario::new(Clients::at_once(1, Duration::ZERO), server, MILLI * 50_000);
    let run = scenario.step(MILLI).run(&guards(Strategy::from(policy)));
    let points = run.points().iter().zip(0..);
    let each = |(point, at): (&retry_sim::Point, u64)| {
        std::iter::repeat_n(at, usize::try_from(point.requests).unwrap())
    };
    points.flat_map(each).collect()
}

#[tokio::test(start_paused = true)]
async fn attempts_come_when_the_async_driver_makes_them() {
    let fixed = Policy::new().fixed(MILLI * 100);
    let growing = Policy::new()
        .max_attempts(6)
        .exp_multiplier(MILLI * 100)
        .jitter(retry_core::Jitter::None);
    let budget = |tokens| move || Budget::new(f64::from(tokens % 2)).reserve(tokens);
    let breaker = |calls| {
        move || {
            CircuitBreaker::new()
                .min_calls(calls)
                .break_time(MILLI * 700)
                .probes(1)
        }
    };
    let policies = [
        fixed,
        growing,
        fixed.unlimited(),
        growing.max_elapsed(MILLI * 900),
        growing.max_hint(MILLI * 500),
    ];
    let mut compared = 0;
    for policy in policies {
        for up in [0, 250, 2500] {
            for tokens in [0, 1, 2, 100] {
                for calls in [2, 50] {
                    let (budget, breaker) = (budget(tokens), breaker(calls));
                    let driven = driven(policy, up, &budget(), &breaker()).await;
                    let down = MILLI * u32::try_from(up).unwrap();
                    let server = Service::new(Latency::NONE).outage(Duration::ZERO, down);
                    let guards = |strategy: Strategy| strategy.budget(budget).breaker(breaker);
                    let simulated = arrivals(server, guards, policy);
                    assert_eq!(
                        driven, simulated,
                        "{policy}, up at {up}, {tokens} tokens, breaker at {calls}"
                    );
                    compared += driven.len();
                }
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

/// The milliseconds at which requests arrive at a server that answers nothing until `up`.
async fn driven_hedged(policy: Policy, up: u64, hedge: Hedge<'_>, budget: &Budget) -> Vec<u64> {
    let begun = Instant::now();
    let arrivals = Cell::new(Vec::new());
    let end = begun + MILLI * u32::try_from(up).unwrap();
    let operation = || {
        let mut all = arrivals.take();
        all.push(u64::try_from(begun.elapsed().as_millis()).unwrap());
        arrivals.set(all);
        async move {
            let is_up = Instant::now() >= end;
            tokio::time::sleep_until(end).await;
            if is_up { Ok(()) } else { Err(Failed) }
        }
    };
    let retry = policy
        .budget(budget)
        .attempt_timeout(MILLI * 400)
        .hedge(hedge);
    let _: Result<(), Failed> = retry.retry(operation).await;
    arrivals.take()
}

#[tokio::test(start_paused = true)]
async fn legs_start_when_the_async_driver_starts_them() {
    let policy = Policy::new().max_attempts(3).fixed(MILLI * 50);
    let limited = policy.max_elapsed(MILLI * 700);
    let mut compared = 0;
    for policy in [policy, limited] {
        for (delay, most) in [(0, 1), (30, 1), (70, 3), (150, 2), (1000, 1)] {
            for up in [0, 100, 350, 950, 5000] {
                for tokens in [0, 1, 3, 100] {
                    let budget = move || Budget::new(0.0).reserve(tokens);
                    let hedge = Hedge::after(MILLI * delay).max_hedges(most);
                    let driven = driven_hedged(policy, up, hedge, &budget()).await;
                    let up = MILLI * u32::try_from(up).unwrap();
                    let server = Service::new(Latency::NONE).hang(Duration::ZERO, up);
                    let simulated = arrivals(
                        server,
                        |strategy| {
                            let strategy = strategy.budget(budget).attempt_timeout(MILLI * 400);
                            strategy.hedge(MILLI * delay, most)
                        },
                        policy,
                    );
                    assert_eq!(
                        driven, simulated,
                        "{policy}, {hedge:?}, up at {up:?}, {tokens} tokens"
                    );
                    compared += driven.len();
                }
            }
        }
    }
    assert!(compared > 400, "{compared}");
}
