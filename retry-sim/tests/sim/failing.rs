//! Success and load of retry strategies against a server that fails at random, as Brooker published them.

use std::time::Duration;

use retry_core::Policy;
use retry_sim::published::{failing, strategies};
use retry_sim::{Clients, Run, Strategy};
use serde_json::Value;

use crate::vectors::{each, number};

const SECOND: Duration = Duration::from_secs(1);

/// The strategy that a vector is about, its policy with a wait where it has one.
fn strategy(name: &str, backoff: bool) -> Strategy {
    let all = strategies();
    if backoff {
        // As published, without jitter: the server does not mind.
        let wait = Duration::from_millis(100);
        return match name {
            "three_retries" => Strategy::new(name, Policy::new().max_attempts(4).fixed(wait)),
            _ => Strategy::new(name, Policy::new().unlimited().fixed(wait))
                .budget(|| retry_core::Budget::new(0.1).reserve(5).capacity(5)),
        };
    }
    all.into_iter().find(|one| one.name() == name).unwrap()
}

/// `None` for the rows of serial clients, which have a test of their own.
fn simulated(name: &str, config: &Value) -> Option<Run> {
    let strategy_name = name.split('|').nth(1).unwrap();
    let failure = name.split("p=").nth(1).unwrap().split('|').next().unwrap();
    let failure: f64 = failure.parse().unwrap();
    let (clients, time) = match config["exp"].as_str().unwrap() {
        "strategies" | "open_backoff" => (Clients::open(100, 1000.0), SECOND * 60),
        "client_count" => {
            let count = u32::try_from(config["clients"].as_u64().unwrap()).unwrap();
            (Clients::open(count, 100.0), SECOND * 200)
        }
        _ => return None,
    };
    let backoff = config["backoff"] == "0.1s";
    let scenario = failing(clients, failure, time).seed(42);
    Some(scenario.run(&strategy(strategy_name, backoff)))
}

/// Within 1.5 points, but for 1,000 clients that make 20 calls each: there one of 10 tokens less or more is a point.
#[test]
fn success_and_load_are_as_published() {
    let (mut checked, mut worst) = (0, 0.0_f64);
    let mut wrong = Vec::new();
    each("sim_brooker_retry_strategies", |name, config, expected| {
        let Some(run) = simulated(name, config) else {
            return;
        };
        checked += 1;
        let (success, load) = (run.success() * 100.0, run.load() * 100.0);
        let theirs = (
            number(&expected["success_pct"]),
            number(&expected["load_pct"]),
        );
        let apart = (success - theirs.0).abs().max((load - theirs.1).abs());
        println!("{name}: {theirs:?}, ours {success:.1} {load:.1}");
        worst = worst.max(apart);
        if apart > 1.5 {
            wrong.push(format!("{name}: {theirs:?}, ours {success:.2} {load:.2}"));
        }
    });
    println!("{checked} rows, at most {worst:.2} points apart");
    assert!(checked >= 100 && wrong.is_empty(), "{wrong:#?}");
}

/// Waiting does not lower the load of many independent clients, and it does that of clients that make one call at a time.
#[test]
fn only_serial_clients_are_slowed_down_by_waiting() {
    let policy = Policy::new()
        .max_attempts(4)
        .exp_multiplier(Duration::from_millis(100))
        .jitter(retry_core::Jitter::None);
    let strategy = Strategy::from(policy);
    let mut checked = 0;
    each("sim_brooker_retry_strategies", |name, config, expected| {
        if config["exp"] != "serial_backoff" {
            return;
        }
        checked += 1;
        let failure: f64 = name
            .split("p=")
            .nth(1)
            .unwrap()
            .trim_end_matches('|')
            .parse()
            .unwrap();
        let clients = match config["client"].as_str().unwrap() {
            "unbounded" => Clients::open(100, 1000.0),
            _ => Clients::paced(100, 1000.0),
        };
        let run = failing(clients, failure, SECOND * 60)
            .seed(42)
            .run(&strategy);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let load = run.requests()[0] as f64 / 60_000.0 * 100.0;
        let theirs = number(&expected["load_pct_of_nominal"]);
        println!("{name}: {theirs}, ours {load:.1}");
        assert!((load - theirs).abs() < 1.5, "{name}: {theirs}, ours {load}");
    });
    assert_eq!(checked, 8);
}
