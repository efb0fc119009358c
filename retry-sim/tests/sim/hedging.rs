//! A second request beside a slow one, against what it must come to.

use std::time::Duration;

use retry_core::{Budget, Policy};
use retry_sim::{Clients, Latency, Run, Scenario, Service, Strategy};

const MILLI: Duration = Duration::from_millis(1);
const ONE: Policy = Policy::new().max_attempts(1);

fn run(service: Service, strategy: &Strategy) -> Run {
    let minutes = Duration::from_secs(120);
    Scenario::new(Clients::open(10, 1000.0), service, minutes).run(strategy)
}

fn hedged(delay: Duration, most: u32) -> Strategy {
    Strategy::from(ONE).hedge(delay, most)
}

/// A hedge at the quantile q costs 1 - q more requests.
#[test]
fn the_extra_load_is_the_share_that_is_slower() {
    for share in [0.5, 0.1, 0.01] {
        let delay = Duration::from_secs_f64(-f64::ln(share) * 0.01);
        let server = Service::new(Latency::Exponential(MILLI * 10));
        let run = run(server, &hedged(delay, 1));
        let load = 1.0 + share;
        assert!(
            (run.load() - load).abs() < 0.005,
            "{} instead of {load}",
            run.load()
        );
    }
}

/// Both are slow with the square of the probability, as they are independent.
#[test]
fn what_remains_slow_is_the_square_of_what_was() {
    let server = Service::new(Latency::TwoHumped {
        fast: MILLI * 10,
        slow: MILLI * 1000,
        share: 0.05,
    });
    let slow = |run: &Run| {
        let latencies = run.latencies();
        let fast = latencies.iter().rev().find(|(seconds, _)| *seconds < 0.5);
        1.0 - fast.unwrap().1
    };
    let plain = slow(&run(server.clone(), &Strategy::from(ONE)));
    let hedged = slow(&run(server, &hedged(MILLI * 50, 1)));
    assert!((plain - 0.05).abs() < 0.003, "{plain}");
    assert!((hedged - 0.0025).abs() < 0.0006, "{hedged}");
}

#[test]
fn a_budget_pays_for_hedges_and_bounds_them() {
    let server = Service::new(Latency::Fixed(MILLI * 100));
    let strategy = hedged(MILLI * 10, 1).budget(|| Budget::new(0.05)).shared();
    let run = run(server, &strategy);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = (run.hedges() - 10) as f64 / run.calls() as f64;
    assert!((share - 0.05).abs() < 0.001, "{share}");
    assert!(run.success() > 0.99, "those that run go on");
}

#[test]
fn no_attempt_has_more_legs_than_allowed() {
    let server = Service::new(Latency::Fixed(MILLI * 100));
    for most in [1, 2, 5] {
        let run = run(server.clone(), &hedged(Duration::ZERO, most));
        let (legs, calls) = (run.requests()[0], run.calls());
        assert_eq!(legs, calls * u64::from(most + 1));
        assert!(
            run.attempts()[2..].iter().all(|count| *count == 0),
            "a race is one attempt"
        );
    }
}

/// A server that does not answer: 1, 2, 3 and 4 requests at 0, 500, 1000 and 1500 ms (gRPC A6).
#[test]
fn legs_start_one_delay_after_another() {
    let second = Duration::from_secs(1);
    let dead = Service::new(Latency::NONE).hang(Duration::ZERO, second * 10);
    let clients = Clients::at_once(1, Duration::ZERO);
    let scenario = Scenario::new(clients, dead, second * 20).step(MILLI * 100);
    let run = scenario.run(&hedged(MILLI * 500, 3));
    let points = run.points().iter().enumerate();
    let arrivals: Vec<usize> = points
        .filter(|(_, point)| point.requests > 0)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(arrivals, [0, 5, 10, 15]);
}

#[test]
fn a_failure_starts_the_next_leg_at_once_and_a_race_that_fails_is_retried() {
    let dead = Service::new(Latency::Fixed(MILLI)).failure(1.0);
    let minute = Duration::from_secs(60);
    let strategy = Strategy::from(ONE.max_attempts(3).fixed(MILLI)).hedge(minute, 1);
    let scenario = Scenario::new(Clients::at_once(100, Duration::ZERO), dead, minute);
    let run = scenario.run(&strategy);
    assert_eq!(
        (run.requests()[0], run.hedges(), run.retries()),
        (600, 300, 200)
    );
    assert_eq!(run.stops()["attempts_exhausted"], 100);
}
