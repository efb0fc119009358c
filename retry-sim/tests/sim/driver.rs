//! The simulator against the library's own async driver, call by call: the same attempts at the same times.

use std::cell::Cell;
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy, Rejected, Verdict};
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

fn simulated(policy: Policy, up: u64, strategy: impl Fn(Strategy) -> Strategy) -> Vec<u64> {
    let up = MILLI * u32::try_from(up).unwrap();
    let server = Service::new(Latency::NONE).outage(Duration::ZERO, up);
    let scenario = Scenario::new(Clients::at_once(1, Duration::ZERO), server, MILLI * 50_000);
    let run = scenario.step(MILLI).run(&strategy(Strategy::from(policy)));
    let points = run.points().iter().enumerate();
    points
        .flat_map(|(at, point)| {
            std::iter::repeat_n(
                u64::try_from(at).unwrap(),
                usize::try_from(point.requests).unwrap(),
            )
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn attempts_come_when_the_async_driver_makes_them() {
    let fixed = Policy::new().fixed(MILLI * 100);
    let growing = Policy::new()
        .max_attempts(6)
        .exp_multiplier(MILLI * 100)
        .jitter(retry_core::Jitter::None);
    let budget = |tokens| move || Budget::new(0.0).reserve(tokens);
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
            for tokens in [1, 2, 100] {
                for calls in [2, 50] {
                    let (budget, breaker) = (budget(tokens), breaker(calls));
                    let driven = driven(policy, up, &budget(), &breaker()).await;
                    let simulated = simulated(policy, up, |strategy| {
                        strategy.budget(budget).breaker(breaker)
                    });
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
