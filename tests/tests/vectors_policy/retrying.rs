//! retrying 1.4.2. Times are milliseconds.
//!
//! Its exponential wait after attempt n is `multiplier * 2^n`, so its first wait is twice its multiplier. Ours is the
//! multiplier itself: a multiplier m of theirs is 2m here.

use std::time::Duration;

use retry_core::{Policy, Verdict};
use serde_json::Value;
use tests::vectors::{Vector, count, each, number, text_of};

use crate::executor::{Dialect, Outcome, runs};
use crate::schedule::{BARE, drawn, duration, stops, waits, waits_with};

const MS: Duration = Duration::from_millis(1);
/// The cap that it puts on waits which grow.
const MAX_WAIT: f64 = 1_073_741_823.0;

const SKIPPED: &[(&[&str], &str)] = &[
    (
        &[
            "incrementing_negative_floor0#015",
            "exponential_negative_floor0#021",
        ],
        "a step and a multiplier are durations and have no sign",
    ),
    (&["stop_func#031"], "limits are data, not functions"),
    (
        &["wait_func#032"],
        "a rule for the delay sees the attempt, not the time",
    ),
    (
        &["jitter_added_after_cap_half#040"],
        "jitter is a share of the delay, not a time on top of it",
    ),
    (
        &["jitter_exceeds_exponential_max#041"],
        "the cap holds after jitter",
    ),
    (
        &["class_instead_of_tuple_breaks_TypeError#043"],
        "a classifier of the wrong type does not compile",
    ),
    (
        &["keyboard_interrupt_not_caught#044"],
        "an interrupt is no outcome; a panic passes through",
    ),
];

#[test]
fn policies_wait_and_stop_as_retrying_does() {
    each("retrying", SKIPPED, |vector| {
        match text_of(&vector.whole["kind"]) {
            "stop" => stops(vector, "elapsed_ms", MS, |_| limited(&vector.config)),
            "wait" => wait(vector),
            "wait_range" => range(vector),
            "error" => assert_eq!(
                random(&vector.config).validate().unwrap_err().field(),
                "random_min"
            ),
            "executor" => execute(vector),
            other => panic!("nobody checks {other}"),
        }
    });
}

fn millis(config: &Value, key: &str, default: f64) -> Duration {
    duration(config.get(key).map_or(default, number), MS)
}

fn limited(config: &Value) -> Policy {
    let legacy = config.get("stop").map(text_of);
    let attempts = config.get("stop_max_attempt_number").map(count);
    let attempts = attempts.or((legacy == Some("stop_after_attempt")).then_some(5));
    let policy = attempts.map_or(BARE, |attempts| BARE.max_attempts(attempts));
    let delay = config.get("stop_max_delay").map(number);
    let delay = delay.or((legacy == Some("stop_after_delay")).then_some(100.0));
    delay.map_or(policy, |limit| policy.max_elapsed(duration(limit, MS)))
}

fn has(config: &Value, keys: &[&str]) -> bool {
    keys.iter().any(|key| config.get(key).is_some())
}

/// Each wait that a configuration enables.
fn enabled(config: &Value) -> Vec<Policy> {
    let legacy = config.get("wait").map(text_of);
    let mut policies = Vec::new();
    if has(config, &["wait_fixed"]) || legacy == Some("fixed_sleep") {
        policies.push(BARE.fixed(millis(config, "wait_fixed", 1_000.0)));
    }
    let incrementing = ["wait_incrementing_start", "wait_incrementing_increment"];
    if has(config, &incrementing) || legacy == Some("incrementing_sleep") {
        let policy = BARE
            .incr_start(millis(config, "wait_incrementing_start", 0.0))
            .incr_step(millis(config, "wait_incrementing_increment", 100.0));
        policies.push(policy.max_delay(millis(config, "wait_incrementing_max", MAX_WAIT)));
    }
    let exponential = ["wait_exponential_multiplier", "wait_exponential_max"];
    if has(config, &exponential) || legacy == Some("exponential_sleep") {
        let policy = BARE.exp_multiplier(2 * millis(config, "wait_exponential_multiplier", 1.0));
        policies.push(policy.max_delay(millis(config, "wait_exponential_max", MAX_WAIT)));
    }
    policies
}

fn wait(vector: &Vector) {
    match enabled(&vector.config)[..] {
        [] => waits(vector, "wait_ms", MS, BARE),
        [policy] => waits(vector, "wait_ms", MS, policy),
        // Of several it takes the longest. A policy has one; a rule may ask several policies.
        ref several => waits_with(vector, "wait_ms", MS, |n| {
            several
                .iter()
                .map(|policy| policy.base_delay(n))
                .max()
                .unwrap_or_default()
        }),
    }
}

fn random(config: &Value) -> Policy {
    BARE.random_min(millis(config, "wait_random_min", 0.0))
        .random_max(millis(config, "wait_random_max", 1_000.0))
}

/// Theirs are whole milliseconds, ours any time between the same ends.
fn range(vector: &Vector) {
    let [least, longest] = ["min", "max"].map(|key| duration(number(&vector.expected[key]), MS));
    let drawn = drawn(random(&vector.config), 1);
    let (shortest, longest_drawn) = (drawn.iter().min(), drawn.iter().max());
    assert!(shortest >= Some(&least) && longest_drawn <= Some(&longest));
    let edge = longest.abs_diff(least) / 100;
    assert!(shortest <= Some(&(least + edge)), "{shortest:?}");
    assert!(
        longest_drawn.is_some_and(|delay| *delay + edge >= longest),
        "{longest_drawn:?}"
    );
}

fn execute(vector: &Vector) {
    let config = &vector.config;
    let limits = limited(config);
    let policy = match enabled(config)[..] {
        [] => limits,
        [_] if has(config, &["wait_fixed"]) => limits.fixed(millis(config, "wait_fixed", 0.0)),
        [_] => limits.exp_multiplier(2 * millis(config, "wait_exponential_multiplier", 1.0)),
        _ => panic!("one wait"),
    };
    let dialect = Dialect {
        before_sleep: false,
        wraps: config.get("wrap_exception").is_some(),
    };
    let retried = |outcome: &Outcome| match outcome {
        Ok(value) => (value.is_null() && has(config, &["retry_on_result"])).into(),
        Err(name) if has(config, &["retry_on_exception"]) && name != "IOError" => {
            Verdict::Permanent
        }
        Err(_) => Verdict::Retry,
    };
    runs(vector, &dialect, policy, None, retried);
}
