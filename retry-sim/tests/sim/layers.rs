//! Services that call services, each of which retries.

use std::time::Duration;

use retry_core::{Budget, Policy};
use retry_sim::{Clients, Latency, Run, Scenario, Service, Strategy};

/// At least 10^5 calls through this many layers of callers, to a server that is dead.
fn calls(layers: u32, strategy: &Strategy) -> Run {
    let second = Duration::from_secs(1);
    let up = || Service::new(Latency::NONE);
    let dead = up().failure(1.0);
    let mut scenario = Scenario::new(Clients::open(1000, 1010.0), up(), second * 100);
    for _ in 2..layers {
        scenario = scenario.behind(up());
    }
    let run = scenario.behind(dead).run(strategy);
    assert!(run.calls() >= 100_000, "{}", run.calls());
    run
}

const FOUR: Policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);

#[test]
fn three_layers_of_four_attempts_are_64_requests() {
    let run = calls(3, &Strategy::from(FOUR));
    println!("{} calls, {} requests", run.calls(), run.requests()[2]);
    assert!((run.load() - 64.0).abs() < 0.1, "{}", run.load());
    let each: Vec<f64> = run
        .requests()
        .iter()
        .map(|requests| {
            #[expect(clippy::cast_precision_loss, reason = "a ratio")]
            let ratio = *requests as f64 / run.calls() as f64;
            ratio
        })
        .collect();
    assert!(
        (each[0] - 4.0).abs() < 0.01 && (each[1] - 16.0).abs() < 0.05,
        "{each:?}"
    );
}

#[test]
fn with_a_budget_of_a_tenth_in_each_they_are_at_most_1_34() {
    let run = calls(
        3,
        &Strategy::from(FOUR).budget(|| Budget::new(0.1)).shared(),
    );
    println!("{} calls, load {}", run.calls(), run.load());
    assert!(run.load() <= 1.34 && run.load() > 1.32, "{}", run.load());
}

#[test]
fn retries_in_the_outermost_layer_alone_do_not_multiply() {
    let run = calls(3, &Strategy::from(FOUR).outermost());
    assert!((run.load() - 4.0).abs() < 0.01, "{}", run.load());
}

/// 1.2^5 = 2.49 instead of 3^5 = 243.
#[test]
fn five_layers_multiply_the_same_way() {
    let three = FOUR.max_attempts(3);
    let budget = Strategy::from(three).budget(|| Budget::new(0.2)).shared();
    let run = calls(5, &budget);
    let bound = 1.2_f64.powi(5);
    assert!(
        run.load() <= bound * 1.01 && run.load() > bound * 0.97,
        "{}",
        run.load()
    );
}
