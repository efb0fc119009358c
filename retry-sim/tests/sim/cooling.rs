//! Calls that share a cooldown, and what the server sees of them.

use std::time::Duration;

use retry_core::{Cooldown, Policy};
use retry_sim::{Clients, Latency, Run, Scenario, Service, Strategy};

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(100);

/// Requests in each tenth of a second.
fn requests(run: &Run) -> Vec<u64> {
    run.points().iter().map(|point| point.requests).collect()
}

fn strategy() -> Strategy {
    Strategy::from(Policy::new())
}

#[test]
fn after_one_refusal_nothing_is_sent_until_the_pause_is_over() {
    let server = Service::new(Latency::NONE).limit(1.0, 0, Some(SECOND * 5));
    let scenario = Scenario::new(Clients::open(10, 100.0), server, SECOND * 10).step(STEP);
    let cooled = strategy().cooldown(Cooldown::new).shared();
    let held = requests(&scenario.run(&cooled));
    assert_eq!(
        held[..3].iter().sum::<u64>(),
        2,
        "one is served, one is refused"
    );
    assert_eq!(held[3..50].iter().sum::<u64>(), 0, "{held:?}");
    assert!(held[50..].iter().sum::<u64>() > 0);
    let free = requests(&scenario.run(&strategy()));
    assert!(free[..50].iter().sum::<u64>() > 400, "{free:?}");
}

#[test]
fn those_that_waited_come_back_over_half_of_the_pause() {
    let server = Service::new(Latency::NONE).limit(1000.0, 500, Some(SECOND * 4));
    let clients = Clients::at_once(1000, Duration::ZERO);
    let scenario = Scenario::new(clients, server, SECOND * 10).step(STEP * 5);
    let run = scenario.run(&strategy().cooldown(Cooldown::new).shared());
    let seen = requests(&run);
    assert_eq!(seen[1..8].iter().sum::<u64>(), 0);
    for (step, requests) in seen.iter().enumerate().take(12).skip(8) {
        assert!((85..=165).contains(requests), "{step}: {seen:?}");
    }
    assert_eq!(seen[13..].iter().sum::<u64>(), 0, "{seen:?}");
}

#[test]
fn a_call_that_may_not_wait_so_long_ends_at_once() {
    let server = Service::new(Latency::NONE).limit(1.0, 0, Some(SECOND * 5));
    let scenario = Scenario::new(Clients::open(10, 100.0), server, SECOND * 10);
    let hasty = Strategy::from(Policy::new().max_hint(SECOND));
    let run = scenario.run(&hasty.cooldown(Cooldown::new).shared());
    assert!(run.stops()["cooling_down"] > 700, "{:?}", run.stops());
    // Those that come in the last second of a pause wait for its end.
    assert!(run.requests()[0] < 300, "{:?}", run.requests());
}

/// Each client knows only what it was told itself.
#[test]
fn a_cooldown_of_ones_own_holds_nobody_else() {
    let server = Service::new(Latency::NONE).limit(1.0, 0, Some(SECOND * 5));
    let scenario = Scenario::new(Clients::open(10, 100.0), server, SECOND * 5);
    let run = scenario.run(&strategy().cooldown(Cooldown::new));
    let total = run.requests()[0];
    assert!(
        (10..=13).contains(&total),
        "one or two of each client: {total}"
    );
}
