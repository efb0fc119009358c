//! Calls and times of clients that contend for one row, as AWS published them.

use std::collections::BTreeMap;

use retry_sim::published::{backoffs, contention};

use crate::vectors::{each, number};

/// Means over so many runs, enough for the tolerances below: calls within 5 %, times within 10 %.
const RUNS: u64 = 60;

/// Clients and algorithm, to calls and milliseconds.
type Means = BTreeMap<(u64, String), (f64, f64)>;

/// As published; `counts` picks the numbers of clients.
fn theirs(counts: &[u64]) -> Means {
    let mut means = Means::new();
    each("sim_aws_occ_jitter", |_, config, expected| {
        let clients = config["clients"].as_u64().unwrap();
        if counts.contains(&clients) {
            let algorithm = config["algorithm"].as_str().unwrap().to_owned();
            let calls = number(&expected["calls_mean"]);
            let time = number(&expected["time_ms_mean"]);
            means.insert((clients, algorithm), (calls, time));
        }
    });
    means
}

#[expect(clippy::cast_precision_loss, reason = "means")]
fn ours(clients: u64) -> Means {
    let scenario = contention(u32::try_from(clients).unwrap());
    let of = |strategy: &retry_sim::Strategy| {
        let (mut calls, mut time) = (0.0, 0.0);
        for seed in 0..RUNS {
            let run = scenario.clone().seed(seed).run(strategy);
            assert_eq!(run.successes(), clients, "all are done in the end");
            calls += run.requests()[0] as f64 / RUNS as f64;
            time += run.last_success() * 1e3 / RUNS as f64;
        }
        ((clients, strategy.name().to_owned()), (calls, time))
    };
    backoffs().iter().map(of).collect()
}

fn assert_as_published(counts: &[u64]) {
    let theirs = theirs(counts);
    assert_eq!(theirs.len(), counts.len() * 5);
    let ours: Means = counts.iter().flat_map(|clients| ours(*clients)).collect();
    let mut wrong = Vec::new();
    for (key, (calls, time)) in &theirs {
        let (our_calls, our_time) = ours[key];
        println!("{key:?}: {calls} calls, {time} ms; ours {our_calls:.1} calls, {our_time:.0} ms");
        if (our_calls / calls - 1.0).abs() > 0.05 || (our_time / time - 1.0).abs() > 0.10 {
            wrong.push((key, (calls, time), (our_calls, our_time)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn calls_and_times_are_as_published() {
    assert_as_published(&[10, 20, 50, 100]);
}

/// Every row of the publication; a minute with optimisation.
#[test]
#[ignore = "long: cargo test --release -p retry-sim --test sim -- --ignored"]
fn calls_and_times_are_as_published_for_every_number_of_clients() {
    let counts: Vec<u64> = (10..=190).step_by(10).collect();
    assert_as_published(&counts);
}

/// full = equal < decorrelated < exponential < none.
#[test]
fn the_order_at_a_hundred_clients_is_as_published() {
    let ours = ours(100);
    let calls = |algorithm: &str| ours[&(100, algorithm.to_owned())].0;
    assert!((calls("full") / calls("equal") - 1.0).abs() < 0.05);
    assert!(calls("full").max(calls("equal")) * 1.1 < calls("decorr"));
    assert!(calls("decorr") * 1.1 < calls("expo"));
    assert!(calls("expo") * 1.1 < calls("none"));
}
