//! The simulated server against queueing theory, and its limits.

use std::time::Duration;

use retry_core::Policy;
use retry_sim::{Clients, Latency, Run, Scenario, Service, Strategy};

const SECOND: Duration = Duration::from_secs(1);

fn once(scenario: &Scenario) -> Run {
    scenario.run(&Strategy::from(Policy::new().max_attempts(1)))
}

fn serving(rate: f64, service: Service) -> Run {
    once(&Scenario::new(
        Clients::open(1, rate),
        service,
        SECOND * 2000,
    ))
}

/// M/M/1: the time in the system is exponential with mean 1 / (mu - lambda).
#[test]
fn one_server_with_a_queue_is_as_slow_as_theory_says() {
    for rate in [20.0, 50.0, 80.0] {
        let service = Service::new(Latency::Exponential(SECOND / 100)).capacity(1);
        let run = serving(rate, service);
        let mean = 1.0 / (100.0 - rate);
        for share in [0.5, 0.9, 0.99] {
            let expected = -f64::ln(1.0 - share) * mean;
            let found = run.latency(share);
            assert!(
                (found / expected - 1.0).abs() < 0.08,
                "{rate} a second, {share}: {found} instead of {expected}"
            );
        }
    }
}

/// Erlang's loss formula: what is refused where nobody may wait.
#[test]
fn without_a_queue_as_many_are_refused_as_theory_says() {
    for (places, offered) in [(1, 1.0), (5, 3.0), (10, 10.0)] {
        let service = Service::new(Latency::Exponential(SECOND / 10))
            .capacity(places)
            .queue(0);
        let run = serving(offered * 10.0, service);
        let mut lost = 1.0;
        for place in 1..=places {
            lost = offered * lost / (f64::from(place) + offered * lost);
        }
        let found = 1.0 - run.success();
        assert!(
            (found / lost - 1.0).abs() < 0.05,
            "{found} instead of {lost}"
        );
    }
}

#[test]
fn a_limit_lets_its_rate_through_and_its_hint_is_obeyed() {
    let service = Service::new(Latency::NONE).limit(10.0, 5, Some(SECOND * 2));
    let scenario = Scenario::new(Clients::open(1, 50.0), service, SECOND * 100);
    let run = once(&scenario);
    // Ten a second, and what the burst and the first request add.
    assert!(
        (1000..=1010).contains(&run.successes()),
        "{}",
        run.successes()
    );

    let policy = Policy::new().max_attempts(2).fixed(Duration::ZERO);
    let run = scenario.run(&Strategy::from(policy));
    let mut points = run.points().iter();
    let first = points.position(|point| point.requests > point.calls);
    assert_eq!(
        first,
        Some(2),
        "no retry comes before the two seconds are over"
    );
    let policy = policy.max_hint(SECOND);
    let run = scenario.run(&Strategy::from(policy));
    assert_eq!(run.retries(), 0);
    assert!(run.stops()["hint_too_long"] > 3000);
}

#[test]
fn an_outage_fails_at_once_and_one_that_hangs_fails_when_the_caller_gives_up() {
    let up = Service::new(Latency::NONE);
    let scenario = |service| Scenario::new(Clients::open(1, 100.0), service, SECOND * 30);
    let one = Policy::new().max_attempts(1);
    let outage = once(&scenario(up.clone().outage(SECOND * 10, SECOND * 10)));
    let failed = |run: &Run, from: usize, to: usize| -> u64 {
        run.points()[from..to]
            .iter()
            .map(|point| point.failures)
            .sum()
    };
    assert_eq!((failed(&outage, 0, 10), failed(&outage, 20, 30)), (0, 0));
    assert_eq!(failed(&outage, 10, 20), outage.failures());
    assert!((900..1100).contains(&outage.failures()));

    let impatient = Strategy::from(one).attempt_timeout(SECOND);
    let hang = scenario(up.hang(SECOND * 10, SECOND * 10)).run(&impatient);
    // Those of the last second are answered when it is over.
    assert_eq!(failed(&hang, 10, 11), 0);
    assert_eq!(
        hang.points()
            .iter()
            .map(|point| point.timeouts)
            .sum::<u64>(),
        failed(&hang, 11, 20)
    );
    assert!(failed(&hang, 20, 21) > 50);
}

/// What a replica works on when it goes down is lost, and what it begins before and ends after an outage is not.
#[test]
fn an_outage_takes_what_is_in_flight_with_it() {
    let slow = Service::new(Latency::Fixed(SECOND * 2));
    let clients = || Clients::at_once(10, Duration::ZERO);
    let lost = slow.clone().outage(SECOND, SECOND * 5);
    assert_eq!(
        once(&Scenario::new(clients(), lost, SECOND * 9)).successes(),
        0
    );
    let spared = slow.outage(SECOND, SECOND / 2);
    assert_eq!(
        once(&Scenario::new(clients(), spared, SECOND * 9)).successes(),
        10
    );
}

#[test]
fn one_replica_that_is_slow_slows_its_share_of_requests() {
    let replicas = Service::new(Latency::Fixed(SECOND / 100))
        .replicas(10)
        .slow_replica(3, Duration::ZERO, SECOND * 3000, 50.0);
    let run = serving(100.0, replicas);
    assert!(run.latency(0.89) < 0.011 && run.latency(0.92) > 0.4);
}
