//! One grammar: what the attribute, a configuration file or a policy as text refuses, all of them refuse.

use std::time::Duration;

use retry_core::{CircuitBreaker, Jitter, Policy, retry};
use serde_json::{Value, json};

#[path = "../../retry-macros/src/duration.rs"]
mod attribute;

const MS: fn(u64) -> Duration = Duration::from_millis;

#[test]
fn the_parser_of_the_attribute_is_that_of_the_files() {
    let core = include_str!("../../retry-core/src/policy/duration.rs");
    assert!(core == include_str!("../../retry-macros/src/duration.rs"));
}

#[test]
fn durations_mean_the_same_everywhere() {
    let table = [
        ("250ms", Some(MS(250))),
        ("1m30s", Some(MS(90_000))),
        ("1m 30s", Some(MS(90_000))),
        (" 2 hours ", Some(MS(7_200_000))),
        ("1.5s", Some(MS(1500))),
        ("0.25m", Some(MS(15_000))),
        ("1d", Some(MS(86_400_000))),
        ("5µs", Some(Duration::from_micros(5))),
        ("0", Some(MS(0))),
        ("18446744073709551615.999999999s", Some(Duration::MAX)),
        ("", None),
        ("soon", None),
        ("1500", None),
        ("1M", None),
        ("1 month", None),
        ("1y", None),
        ("1w", None),
        ("1,5s", None),
        (".5s", None),
        ("1.s", None),
        ("1e3s", None),
        ("-1s", None),
        ("+1s", None),
        ("1 0s", None),
        ("0.1ns", None),
        ("18446744073709551616s", None),
        ("18446744073709551615s 1000ms", None),
    ];
    for (text, expected) in table {
        assert_eq!(attribute::parse(text).ok(), expected, "attribute: {text:?}");
        let policy: Option<Policy> = serde_json::from_value(json!({ "fixed": text })).ok();
        let fixed = expected.map(|delay| Policy::new().fixed(delay));
        assert_eq!(policy, fixed, "policy in a file: {text:?}");
        let breaker: Result<CircuitBreaker, _> =
            serde_json::from_value(json!({ "break_time": text }));
        let allowed = expected.is_some_and(|time| time >= MS(1));
        assert_eq!(breaker.is_ok(), allowed, "breaker in a file: {text:?}");
        let line = format!("3 attempts, fixed {text}").parse::<Policy>();
        assert_eq!(line.ok(), fixed, "policy as text: {text:?}");
    }
}

/// The attribute with this value; that it compiles says that the value is taken.
macro_rules! taken {
    ($($name:ident = $value:tt),*) => {{
        #[retry($($name = $value),*)]
        fn call() -> Option<()> {
            Some(())
        }
        call()
    }};
}

#[test]
fn a_file_takes_what_the_attribute_takes_and_writes_it_back() {
    let table = [
        (taken!(max_attempts = 5), json!({ "max_attempts": 5 })),
        (
            taken!(max_attempts = unlimited),
            json!({ "max_attempts": "unlimited" }),
        ),
        (taken!(fixed_ms = 1500), json!({ "fixed_ms": 1500 })),
        (taken!(fixed = "1.5s"), json!({ "fixed": "1.5s" })),
        (
            taken!(exp_multiplier_ms = 1, exp_base = 3),
            json!({ "exp_multiplier_ms": 1, "exp_base": 3 }),
        ),
        (
            taken!(incr_start_ms = 1, incr_step_ms = 1),
            json!({ "incr_start_ms": 1, "incr_step_ms": 1 }),
        ),
        (
            taken!(random_min_ms = 1, random_max_ms = 2),
            json!({ "random_min_ms": 1, "random_max_ms": 2 }),
        ),
        (
            taken!(fib_multiplier_ms = 1),
            json!({ "fib_multiplier_ms": 1 }),
        ),
        (
            taken!(max_elapsed_ms = 1, max_delay_ms = 100, max_hint_ms = 1),
            json!({ "max_elapsed_ms": 1, "max_delay_ms": 100, "max_hint_ms": 1 }),
        ),
        (taken!(jitter = none), json!({ "jitter": "none" })),
        (taken!(jitter = full), json!({ "jitter": "full" })),
        (taken!(jitter = equal), json!({ "jitter": "equal" })),
        (
            taken!(jitter = decorrelated),
            json!({ "jitter": "decorrelated" }),
        ),
        (taken!(jitter = 0.25), json!({ "jitter": 0.25 })),
        (taken!(jitter = 1.0), json!({ "jitter": 1.0 })),
    ];
    for (called, file) in table {
        let policy: Result<Policy, _> = serde_json::from_value(file.clone());
        assert!(called.is_some() && policy.is_ok(), "{file}: {policy:?}");
        let written = serde_json::to_value(policy.as_ref().unwrap()).unwrap();
        let read = serde_json::from_value(written.clone());
        assert_eq!(read.ok(), policy.ok(), "{file} is written as {written}");
    }
    let policy: Policy = serde_json::from_value(json!({ "fixed_ms": 1500 })).unwrap();
    assert_eq!(policy, Policy::new().fixed(MS(1500)));
    let policy: Policy = serde_json::from_value(json!({ "jitter": 1.0 })).unwrap();
    assert_eq!(policy, Policy::new().jitter(Jitter::Fraction(1.0)));
}

/// The messages of the attribute to each of these stand in `tests/ui`.
#[test]
fn a_file_refuses_what_the_attribute_refuses() {
    let table: [(Value, &str); 16] = [
        (json!({ "max_attempts": 0 }), "`max_attempts`"),
        (json!({ "max_attempts": 3.0 }), "`max_attempts`"),
        (json!({ "max_attempts": true }), "`max_attempts`"),
        (json!({ "fixed": 1500 }), "write `fixed_ms = 1500`"),
        (json!({ "fixed": 0.5 }), "`fixed`"),
        (json!({ "fixed_ms": "1s" }), "`fixed_ms`"),
        (json!({ "max_attempts": "3" }), "`max_attempts`"),
        (json!({ "fixed_ms": "3" }), "`fixed_ms`"),
        (json!({ "exp_base": "3" }), "`exp_base`"),
        (json!({ "jitter": "0.25" }), "`jitter`"),
        (json!({ "jitter": "1e0" }), "`jitter`"),
        (json!({ "jitter": "00.5" }), "`jitter`"),
        (json!({ "jitter": "no" }), "`jitter`"),
        (json!({ "jitter": 1 }), "`jitter`"),
        (
            json!({ "fixed": "1s", "exp_base": 2 }),
            "`exp_base` and `fixed`",
        ),
        (json!({ "max_attempts_ms": 5 }), "`max_attempts_ms`"),
    ];
    for (file, named) in table {
        let error = serde_json::from_value::<Policy>(file.clone()).unwrap_err();
        assert!(error.to_string().contains(named), "{file}: {error}");
    }
}

#[test]
fn a_policy_as_text_has_the_words_of_the_attribute() {
    let table = [
        (taken!(jitter = none), "none", Jitter::None),
        (taken!(jitter = full), "full", Jitter::Full),
        (taken!(jitter = equal), "equal", Jitter::Equal),
        (
            taken!(jitter = decorrelated),
            "decorrelated",
            Jitter::Decorrelated,
        ),
        (taken!(jitter = 0.25), "0.25", Jitter::Fraction(0.25)),
        (taken!(jitter = 1e-7), "1e-7", Jitter::Fraction(1e-7)),
    ];
    let policy = Policy::new().exp_base(3.0);
    for (called, word, jitter) in table {
        assert!(called.is_some());
        let policy = policy.jitter(jitter);
        let printed = policy.to_string();
        assert!(printed.contains(word), "{printed}");
        let read = printed.parse::<Policy>().unwrap();
        assert_eq!(read.to_string(), printed);
        let line = format!("3 attempts, exponential 100ms x 3 up to 20s, jitter {word}");
        assert_eq!(line.parse::<Policy>(), Ok(read), "{line}");
    }
}
