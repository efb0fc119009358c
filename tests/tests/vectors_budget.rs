//! Budgets and the load that retries add: Finagle's tests, the figures of the SRE book, closed forms.

use retry_core::{Budget, Policy};
use std::time::Duration;
use tests::vectors::{Vector, count, each, number, text_of};

const AT_ONCE: Policy = Policy::new().fixed(Duration::ZERO);

#[test]
fn budgets_pay_what_finagle_pays() {
    each("finagle_retry_budget", &[], |vector| {
        match vector.name.as_str() {
            "frozen_time_ratio" | "reserve" => pays_for_its_share(vector),
            "ratio_above_1" => {
                let (ratio, deposits) = (
                    number(&vector.config["percentCanRetry"]),
                    count(&vector.config["deposits"]),
                );
                let budget = Budget::new(ratio).reserve(0).capacity(u32::MAX);
                (0..deposits).for_each(|_| budget.deposit());
                assert_eq!(budget.balance(), count(&vector.expected["balance"]));
            }
            "zero_zero_is_empty" => {
                let budget = Budget::new(0.0).reserve(0);
                assert_eq!(budget.balance(), count(&vector.expected["balance"]));
                assert_eq!(budget.withdraw(), vector.expected["withdraw"]);
            }
            "invalid" => refuses_as_configuration(vector),
            "tower_truncation_defect" => pays_exactly_where_others_round(vector),
            other => panic!("nobody checks {other}"),
        }
    });
}

fn pays_for_its_share(vector: &Vector) {
    let config = &vector.config;
    let budget = Budget::new(number(&config["percentCanRetry"]))
        .reserve(count(&config["ttl_s"]) * count(&config["minRetriesPerSec"]))
        .capacity(u32::MAX);
    if let Some(initial) = vector.expected.get("initial_balance") {
        assert_eq!(budget.balance(), count(initial));
    }
    // The source allows one more or less; nothing here needs it.
    assert_eq!(
        retries(&budget, count(&config["requests"])),
        count(&vector.expected["retried"])
    );
}

fn retries(budget: &Budget, calls: u32) -> u32 {
    let one_call = |_| {
        budget.deposit();
        u32::from(budget.withdraw())
    };
    (0..calls).map(one_call).sum()
}

fn refuses_as_configuration(vector: &Vector) {
    for case in vector.expected.as_array().expect("a list") {
        let file = match text_of(case) {
            // There is no clock, and so nothing that expires.
            "ttl 0" => r#"{"ratio": 0.1, "ttl": 0}"#,
            "ttl 61 s" => r#"{"ratio": 0.1, "ttl": 61}"#,
            "minRetriesPerSec -1" => r#"{"ratio": 0.1, "reserve": -1}"#,
            "percentCanRetry -1" => r#"{"ratio": -1}"#,
            other => panic!("nobody checks {other}"),
        };
        assert!(serde_json::from_str::<Budget>(file).is_err(), "{file}");
    }
}

fn pays_exactly_where_others_round(vector: &Vector) {
    let truncated = vector.expected.as_object().expect("paid by ratio");
    let mut apart = 0;
    for (ratio, paid_there) in truncated {
        let budget = Budget::new(ratio.parse().expect("a ratio")).reserve(0);
        // Decimal digits, so that no floating point is trusted to check floating point.
        let exact: u32 = format!("{:0<4}", ratio.trim_start_matches("0."))
            .parse()
            .expect("digits");
        assert_eq!(retries(&budget, 10_000), exact, "ratio {ratio}");
        apart += u32::from(exact != count(paid_there));
    }
    assert_eq!(apart, 6);
}

#[test]
fn retries_add_the_load_that_the_sre_book_says() {
    let throttle: Vec<String> = (0..14)
        .map(|n| format!("reject_probability#{n:03}"))
        .collect();
    let throttle: Vec<&str> = throttle.iter().map(String::as_str).collect();
    let skipped = [(
        throttle.as_slice(),
        "adaptive throttling is not offered; a budget is",
    )];
    each("sre_overload", &skipped, |vector| {
        match vector.name.as_str() {
            "retry_growth" => a_budget_bounds_the_growth(vector),
            "layer_amplification" => {
                let attempts = count(&vector.config["attempts_per_layer"]);
                let requests = requests_through(count(&vector.config["layers"]), attempts);
                assert_eq!(requests, count(&vector.expected));
            }
            "n_retries_load_and_success" => load_and_success(vector),
            other => panic!("nobody checks {other}"),
        }
    });
}

fn a_budget_bounds_the_growth(vector: &Vector) {
    const CALLS: u32 = 10_000;
    let policy = AT_ONCE.max_attempts(count(&vector.expected["per_request_budget"]));
    let budget = Budget::new(number(&vector.expected["client_budget_ratio"])).reserve(0);
    let (mut without, mut with) = (0, 0);
    for _ in 0..CALLS {
        let _: Result<(), ()> = policy.retry_blocking(|| {
            without += 1;
            Err(())
        });
        let _: Result<(), ()> = policy.budget(&budget).retry_blocking(|| {
            with += 1;
            Err(())
        });
    }
    assert_eq!(vector.expected["max_growth_without_client_budget"], "~3x");
    assert_eq!(without, 3 * CALLS);
    assert_eq!(vector.expected["growth_with_budget"], "1.1x");
    assert_eq!(with, CALLS + CALLS / 10);
}

/// What the innermost of `layers` gets of one call, when each layer retries and nothing succeeds.
fn requests_through(layers: u32, attempts: u32) -> u32 {
    fn layer(layers: u32, policy: Policy, requests: &mut u32) -> Result<(), ()> {
        if layers == 0 {
            *requests += 1;
            return Err(());
        }
        policy.retry_blocking(|| layer(layers - 1, policy, requests))
    }
    let mut requests = 0;
    let _: Result<(), ()> = layer(layers, AT_ONCE.max_attempts(attempts), &mut requests);
    requests
}

/// Runs a call for each number of failures and weighs it with its probability, so that nothing is random.
fn load_and_success(vector: &Vector) {
    let failure_rate = number(&vector.config["failure_rate"]);
    let most = count(&vector.config["retries"]) + 1;
    let policy = AT_ONCE.max_attempts(most);
    let (mut load, mut success) = (0.0, 0.0);
    for failures in 0..=most {
        let mut attempts = 0;
        let outcome = policy.retry_blocking(|| {
            attempts += 1;
            if attempts > failures { Ok(()) } else { Err(()) }
        });
        let last = if failures < most {
            1.0 - failure_rate
        } else {
            1.0
        };
        let probability = (0..failures).fold(last, |so_far, _| so_far * failure_rate);
        load += probability * f64::from(attempts);
        success += if outcome.is_ok() { probability } else { 0.0 };
    }
    let close =
        |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 0.0005, "{ours}, not {theirs}");
    close(load, number(&vector.expected["load"]));
    close(success, number(&vector.expected["success"]));
}

#[test]
fn a_fleet_adds_the_ratio_and_one_reserve_a_client() {
    const CALLS: u32 = 20_000;
    for (clients, ratio, reserve) in [
        (1, 0.1, 10),
        (10, 0.1, 10),
        (1000, 0.1, 10),
        (1000, 0.1, 1),
        (10, 0.3, 0),
    ] {
        let mut requests = 0;
        for _ in 0..clients {
            let budget = Budget::new(ratio).reserve(reserve);
            for _ in 0..CALLS / clients {
                let _: Result<(), ()> = AT_ONCE.unlimited().budget(&budget).retry_blocking(|| {
                    requests += 1;
                    Err(())
                });
            }
        }
        let load = f64::from(requests) / f64::from(CALLS);
        let formula = 1.0 + ratio + f64::from(clients * reserve) / f64::from(CALLS);
        assert!(
            (load - formula).abs() < 1e-9,
            "{clients} clients: {load}, not {formula}"
        );
    }
}
