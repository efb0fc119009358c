//! tenacity 9.2.1. Times are seconds. Its waits and stops count from the attempt that has just failed, as ours do.

use std::time::Duration;

use retry_core::{Jitter, Policy, Verdict};
use serde_json::Value;
use tests::vectors::{Vector, count, each, number, text_of};

use crate::executor::{Dialect, Outcome, runs};
use crate::schedule::{BARE, drawn, duration, stops, waits, waits_with};

const SEC: Duration = Duration::from_secs(1);

const SKIPPED: &[(&[&str], &str)] = &[
    (
        &["wait_incrementing_negative#005"],
        "a step is a duration and has no sign",
    ),
    (
        &[
            "wait_exponential_min20#008",
            "wait_exponential_min20_mult2#010",
            "wait_exponential_min10_max100#011",
            "wait_random_exponential_min5#018",
            "wait_random_exponential_min5#023",
            "wait_random_exponential_min5#028",
            "wait_random_exponential_min5#033",
            "wait_random_exponential_min5#038",
        ],
        "there is no least delay: it would bunch the first retries together",
    ),
    (
        &[
            "wait_exponential_jitter#019",
            "wait_exponential_jitter_min5#020",
            "wait_exponential_jitter#024",
            "wait_exponential_jitter_min5#025",
            "wait_exponential_jitter#029",
            "wait_exponential_jitter_min5#030",
            "wait_exponential_jitter#034",
            "wait_exponential_jitter_min5#035",
            "wait_exponential_jitter#039",
            "wait_exponential_jitter_min5#040",
        ],
        "jitter is a share of the delay, not a time on top of it",
    ),
    (
        &["stop_all_delay1_attempt4#047"],
        "each limit stops by itself",
    ),
    (
        &["retry_error_callback_returns_value#051"],
        "the last outcome is given back; the caller maps it",
    ),
    (
        &["keyboard_interrupt_not_retried_by_default#055"],
        "an interrupt is no outcome; a panic passes through",
    ),
];

#[test]
fn policies_wait_and_stop_as_tenacity_does() {
    each("tenacity", SKIPPED, |vector| {
        match text_of(&vector.whole["kind"]) {
            "wait" => wait(vector),
            "stop" => stop(vector),
            "statistical" => means(vector),
            "executor" => execute(vector),
            other => panic!("nobody checks {other}"),
        }
    });
}

/// A number of the configuration in seconds, or its default.
fn seconds(vector: &Vector, key: &str, default: f64) -> Duration {
    duration(vector.config.get(key).map_or(default, number), SEC)
}

fn wait(vector: &Vector) {
    let max_delay = seconds(vector, "max", f64::INFINITY);
    let name = &vector.name;
    if name == "wait_none" {
        waits(vector, "wait_s", SEC, BARE);
    } else if name == "wait_fixed" {
        waits(
            vector,
            "wait_s",
            SEC,
            BARE.fixed(seconds(vector, "wait", 0.0)),
        );
    } else if name.starts_with("wait_incrementing") {
        let policy = BARE
            .incr_start(seconds(vector, "start", 0.0))
            .incr_step(seconds(vector, "increment", 100.0));
        waits(vector, "wait_s", SEC, policy.max_delay(max_delay));
    } else if name == "wait_random_exponential" {
        for row in rows(vector) {
            draws(
                row,
                exponential(vector).jitter(Jitter::Full),
                Duration::ZERO,
            );
        }
    } else if name.starts_with("wait_exponential") {
        waits(vector, "wait_s", SEC, exponential(vector));
    } else if name == "wait_chain" {
        let chain = vector.config["chain"].as_array().expect("a chain");
        waits_with(vector, "wait_s", SEC, |n| {
            let link = &chain[chain.len().min(n as usize) - 1];
            duration(number(link), SEC)
        });
    } else if name == "wait_random_0_3_plus_fixed_5" {
        for row in rows(vector) {
            draws(row, BARE.random_min(5 * SEC).random_max(8 * SEC), 5 * SEC);
        }
    } else {
        panic!("nobody checks {name}");
    }
}

fn rows(vector: &Vector) -> &[Value] {
    vector.expected.as_array().expect("a list of rows")
}

fn exponential(vector: &Vector) -> Policy {
    BARE.exp_multiplier(seconds(vector, "multiplier", 1.0))
        .exp_base(vector.config.get("exp_base").map_or(2.0, number))
        .max_delay(seconds(vector, "max", f64::INFINITY))
}

/// Their random number is chosen; of ours, some draw must be as good as theirs, and none outside the interval.
fn draws(row: &Value, policy: Policy, least: Duration) {
    let n = count(&row["attempt"]);
    let longest = policy.base_delay(n);
    let expected = duration(number(&row["wait_s"]), SEC);
    let drawn = drawn(policy, n);
    assert!(
        drawn.iter().all(|delay| (least..=longest).contains(delay)),
        "{row}"
    );
    let nearest = drawn.iter().map(|delay| delay.abs_diff(expected)).min();
    assert!(
        nearest < Some(longest.abs_diff(least) / 200),
        "{row}: {nearest:?} away"
    );
}

fn means(vector: &Vector) {
    for row in rows(vector) {
        let drawn = drawn(
            exponential(vector).jitter(Jitter::Full),
            count(&row["attempt"]),
        );
        let samples = count(&vector.config["samples"]);
        assert_eq!(drawn.len(), samples as usize);
        let mean = drawn.iter().sum::<Duration>().as_secs_f64() / f64::from(samples);
        assert!(
            (mean - number(&row["mean_s"])).abs() < number(&row["tol"]),
            "{row}: {mean}"
        );
    }
}

fn stop(vector: &Vector) {
    let policy = match vector.name.as_str() {
        "stop_after_attempt_3" => BARE.max_attempts(count(&vector.config["max_attempt_number"])),
        // With a wait of nothing, "after" and "before" are the same.
        "stop_after_delay_1" | "stop_before_delay_1" => {
            BARE.max_elapsed(seconds(vector, "max_delay", 0.0))
        }
        "stop_any_delay1_attempt4" => BARE.max_elapsed(SEC).max_attempts(4),
        other => panic!("nobody checks {other}"),
    };
    stops(vector, "elapsed_s", SEC, |row| {
        policy.fixed(duration(number(&row["upcoming_sleep_s"]), SEC))
    });
}

fn execute(vector: &Vector) {
    let config = &vector.config;
    let stop = config.get("stop").map(count);
    let policy = stop.map_or(BARE, |attempts| BARE.max_attempts(attempts));
    let chain = |n: u32| n.min(3) * SEC;
    let mut rule: Option<&dyn Fn(u32) -> Duration> = None;
    let policy = match config.get("wait").map(text_of) {
        None => policy,
        Some("fixed 2") => policy.fixed(2 * SEC),
        Some("exp mult1") => policy.exp_multiplier(SEC),
        Some("chain 1,2,3") => {
            rule = Some(&chain);
            policy
        }
        Some(other) => panic!("nobody waits {other}"),
    };
    let dialect = Dialect {
        before_sleep: true,
        wraps: config.get("reraise").is_none(),
    };
    let retried = |outcome: &Outcome| match (config.get("retry").map(text_of), outcome) {
        (None, Err(_)) => Verdict::Retry,
        (None, Ok(_)) => (vector.name == "wait_chain_multiple").into(),
        (Some("if_result is None"), Ok(value)) => value.is_null().into(),
        (Some("if_exception_type IOError"), Err(name)) if name != "IOError" => Verdict::Permanent,
        (Some(other), _) => panic!("nobody retries {other}"),
    };
    runs(vector, &dialect, policy, rule, retried);
}
