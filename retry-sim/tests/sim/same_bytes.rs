//! The same seed gives the same bytes.

use std::time::Duration;

use retry_core::{Budget, Policy};
use retry_sim::{Case, Clients, KNOWN, Latency, Run, Scenario, Service, Strategy};

fn bytes(run: &Run) -> String {
    serde_json::to_string(run).unwrap()
}

#[test]
fn a_run_is_the_same_to_the_last_byte() {
    for (name, text) in KNOWN {
        let case = Case::read(text).unwrap();
        let (one, other) = (case.run(|_| ()), case.run(|_| ()));
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(bytes(one), bytes(other), "{name}");
            assert_eq!(one.latencies(), other.latencies());
        }
    }
}

fn scenario() -> Scenario {
    let server = Service::new(Latency::Exponential(Duration::from_millis(20))).failure(0.3);
    Scenario::new(Clients::open(50, 200.0), server, Duration::from_secs(20))
}

#[test]
fn another_seed_gives_another_run() {
    let strategy = Strategy::from(Policy::new());
    let seeded = |seed| bytes(&scenario().seed(seed).run(&strategy));
    assert_ne!(seeded(1), seeded(2));
}

/// So that what differs between two lines of a chart is the strategy, and not chance.
#[test]
fn every_strategy_meets_the_same_calls() {
    let calls = |strategy: Strategy| -> Vec<u64> {
        let run = scenario().run(&strategy);
        run.points().iter().map(|point| point.calls).collect()
    };
    let plain = calls(Strategy::from(Policy::new()));
    assert_eq!(plain, calls(Strategy::from(Policy::new().max_attempts(1))));
    let careful = Strategy::from(Policy::new()).budget(|| Budget::new(0.1));
    assert_eq!(plain, calls(careful));
}

/// What the generators of all versions of this library have given so far: a change of that is a change to announce.
#[test]
fn the_numbers_of_this_version() {
    let run = Scenario::dead_server(1000).run(&Strategy::from(Policy::new()));
    assert_eq!((run.calls(), run.requests()[0]), PINNED);
}

const PINNED: (u64, u64) = (20_012, 60_036);
