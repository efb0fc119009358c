//! Formulas that need no simulation, as the notes derive them.

use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy};
use retry_sim::published::failing;
use retry_sim::{Clients, Latency, Scenario, Service, Strategy};

const AT_ONCE: Policy = Policy::new().fixed(Duration::ZERO);
const MINUTE: Duration = Duration::from_secs(60);

/// load = (1 - p^(n+1)) / (1 - p), success = 1 - p^(n+1).
#[test]
fn n_retries_cost_a_geometric_series() {
    for attempts in [1, 2, 3, 4, 8] {
        for p in [0.05, 0.1, 0.3, 0.5, 0.75, 0.9] {
            let strategy = Strategy::from(AT_ONCE.max_attempts(attempts));
            let run = failing(Clients::open(100, 1000.0), p, MINUTE).run(&strategy);
            let lost = f64::powi(p, attempts.cast_signed());
            let (load, success) = ((1.0 - lost) / (1.0 - p), 1.0 - lost);
            let (apart, missed) = (run.load() / load - 1.0, run.success() - success);
            assert!(
                apart.abs() < 0.02 && missed.abs() < 0.01,
                "{attempts} attempts, {p}: {} instead of {load}, {} instead of {success}",
                run.load(),
                run.success(),
            );
        }
    }
}

/// load = min(1 / (1 - p), 1 + ratio + clients * reserve / calls).
#[test]
fn a_budget_bounds_the_load_and_its_reserve_is_paid_for_by_every_client() {
    for clients in [1, 10, 100, 300] {
        for ratio in [0.05, 0.1, 0.3] {
            for p in [0.02, 0.5, 0.8, 1.0] {
                let strategy = Strategy::from(AT_ONCE.unlimited())
                    .budget(move || Budget::new(ratio).reserve(5).capacity(5));
                let run = failing(Clients::open(clients, 500.0), p, MINUTE).run(&strategy);
                let reserves = f64::from(clients) * 5.0 / 30_000.0;
                let load = f64::min(1.0 / (1.0 - p), 1.0 + ratio + reserves);
                // Where calls are few for each client, some buckets still hold tokens when others have none.
                let allowed = 0.01 + reserves / 2.0;
                assert!(
                    (run.load() - load).abs() < allowed,
                    "{clients} clients, ratio {ratio}, {p}: {} instead of {load}",
                    run.load()
                );
            }
        }
    }
}

/// Every rejected call comes back a second later, for ever: 100 more retries in each second.
#[test]
fn retries_of_an_overloaded_server_grow_second_by_second() {
    let second = Duration::from_secs(1);
    let server = Service::new(Latency::NONE).limit(10_000.0, 100, None);
    let scenario = Scenario::new(Clients::open(100, 10_100.0), server, second * 20);
    let run = scenario.run(&Strategy::from(Policy::new().unlimited().fixed(second)));
    for (number, point) in run.points().iter().enumerate().skip(2) {
        let number = u32::try_from(number).unwrap();
        let expected = f64::from(number) * 100.0;
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let retries = point.retries as f64;
        // Poisson arrivals: the deviation of all of them together.
        let allowed = 4.0 * (10_100.0 * f64::from(number)).sqrt() + 100.0;
        assert!(
            (retries - expected).abs() < allowed,
            "second {number}: {retries} instead of {expected}"
        );
    }
    let retries = |second: usize| run.points()[second].retries;
    assert!(retries(19) > retries(10) + 500, "there is no recovery");
}

/// An open breaker lets one probe through in each break, and no more.
#[test]
fn a_breaker_leaves_a_dead_server_alone() {
    let breaker = || {
        CircuitBreaker::new()
            .min_calls(10)
            .window(10)
            .break_time(Duration::from_secs(5))
            .probes(1)
    };
    let one = Strategy::from(AT_ONCE.max_attempts(1)).breaker(breaker);
    let run = failing(Clients::open(1, 1000.0), 1.0, MINUTE).run(&one);
    // Ten to open it; then one in each five seconds, and those on their way.
    let requests = run.requests()[0];
    assert!((21..60).contains(&requests), "{requests}");
    assert!(run.stops()["circuit_open"] > 50_000);
}

/// What the documentation and the guide promise of a dead server: 1.15 with a reserve of one token, 1.6 with ten.
#[test]
fn the_reserves_of_a_thousand_clients_add_up() {
    let policy = Policy::new().max_attempts(5);
    for (reserve, load) in [(1, 1.15), (10, 1.6)] {
        let strategy = Strategy::from(policy).budget(move || Budget::new(0.1).reserve(reserve));
        let run = Scenario::dead_server(1000).run(&strategy);
        assert!((run.load() - load).abs() < 0.04, "{run}");
    }
}
