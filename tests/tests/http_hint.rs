//! Hints: what headers ask for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use retry_core::{Policy, Verdict};
use retry_http::{Hint, Hints, ResetUnit};
use serde_json::Value;

fn headers(row: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in row["headers"].as_array().unwrap() {
        let name: HeaderName = pair[0].as_str().unwrap().parse().unwrap();
        // One row stands for a byte that JSON cannot say.
        let value = match row["id"].as_str().unwrap() {
            "delta-superscript" => vec![0xb2],
            _ => pair[1].as_str().unwrap().as_bytes().to_vec(),
        };
        headers.append(name, HeaderValue::from_bytes(&value).unwrap());
    }
    headers
}

fn expected(answer: &Value) -> Hint {
    let delay = answer["ms"].as_u64().map(Duration::from_millis);
    match answer["hint"].as_str().unwrap() {
        "none" => Hint::None,
        "forbid" => Hint::Forbid,
        "force" => Hint::Force(delay),
        "delay" => Hint::After(delay.unwrap()),
        other => panic!("unknown hint {other:?}"),
    }
}

fn read(profile: &str, headers: &HeaderMap, now: SystemTime) -> Hint {
    let standard = Hints::standard();
    match profile {
        "default" => Hint::read(headers, now),
        "aws" => standard.aws().read(headers, now),
        "envoy" => standard.envoy().read(headers, now),
        "ratelimit-ietf" | "x-ratelimit" => standard.rate_limit(ResetUnit::Auto).read(headers, now),
        "grpc" => Hint::pushback(headers),
        other => panic!("unknown profile {other:?}"),
    }
}

#[test]
fn every_vector_is_read_as_expected() {
    let file: Value = serde_json::from_str(include_str!("../vectors/retry_after.json")).unwrap();
    let rows = file["vectors"].as_array().unwrap();
    let mut run = 0;
    for row in rows {
        let now = UNIX_EPOCH + Duration::from_secs(row["now_unix"].as_u64().unwrap());
        let found = read(row["profile"].as_str().unwrap(), &headers(row), now);
        let mut allowed = vec![expected(&row["expect"])];
        if let Some(others) = row["also_acceptable"].as_array() {
            allowed.extend(others.iter().map(expected));
        }
        assert!(
            allowed.contains(&found),
            "{}: {found:?}, not {allowed:?}",
            row["id"]
        );
        run += 1;
    }
    assert_eq!(run, rows.len());
}

/// The rows about what a policy does with a hint.
#[test]
fn every_policy_vector_is_obeyed() {
    let file: Value = serde_json::from_str(include_str!("../vectors/retry_after.json")).unwrap();
    let rows = file["policy_vectors"].as_array().unwrap();
    for row in rows {
        let millis = |name: &str| row[name].as_u64().map(Duration::from_millis);
        let mut policy = Policy::new()
            .max_attempts(2)
            .exp_multiplier(millis("backoff_ms").unwrap())
            .max_hint(millis("cap_ms").unwrap());
        if let Some(left) = millis("remaining_budget_ms") {
            policy = policy.max_elapsed(left);
        }
        for seed in 0..200 {
            let hint = millis("hint_ms").unwrap();
            let mut waited = None;
            // A hint that is too long stops the call; any other is waited for, in virtual time.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(
                policy
                    .when(|()| Verdict::RetryAfter(hint))
                    .seed(seed)
                    .on_retry(|event| waited = Some(event.delay()))
                    .retry(async || ()),
            );
            match row["expect"]["action"].as_str().unwrap() {
                "give_up" => assert_eq!(waited, None, "{}", row["id"]),
                "sleep" => {
                    let delay = waited.unwrap();
                    let most = Duration::from_millis(row["expect"]["max_ms"].as_u64().unwrap());
                    assert!(hint <= delay && delay <= most, "{}: {delay:?}", row["id"]);
                }
                other => panic!("unknown action {other:?}"),
            }
        }
    }
    assert_eq!(rows.len(), 7);
}

fn map(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

const NOON: u64 = 1_772_366_400;

fn at_noon(hints: Hints, pairs: &[(&'static str, &str)]) -> Hint {
    hints.read(&map(pairs), UNIX_EPOCH + Duration::from_secs(NOON))
}

#[test]
fn a_declared_unit_is_taken_at_its_word() {
    let reset = |unit, value: &'static str| {
        let pairs = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", value)];
        at_noon(Hints::standard().rate_limit(unit), &pairs)
    };
    let minute = Hint::After(Duration::from_mins(1));
    assert_eq!(reset(ResetUnit::Seconds, "60"), minute);
    assert_eq!(reset(ResetUnit::Millis, "60000"), minute);
    assert_eq!(reset(ResetUnit::EpochSeconds, "1772366460"), minute);
    assert_eq!(reset(ResetUnit::EpochMillis, "1772366460000"), minute);
    assert_eq!(
        reset(ResetUnit::EpochSeconds, "60"),
        Hint::After(Duration::ZERO)
    );
    assert_eq!(reset(ResetUnit::Seconds, "6m0s"), Hint::None);
}

#[test]
fn an_epoch_is_measured_by_the_servers_clock() {
    let pairs = [
        ("date", "Sun, 01 Mar 2026 13:00:00 GMT"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1772370060"),
    ];
    let hints = Hints::standard().rate_limit(ResetUnit::EpochSeconds);
    assert_eq!(at_noon(hints, &pairs), Hint::After(Duration::from_mins(1)));
}

#[test]
fn a_rate_limit_from_a_cache_says_nothing_about_now() {
    let hints = Hints::standard().rate_limit(ResetUnit::Auto);
    let fresh = [("ratelimit", "\"a\";r=0;t=9")];
    let stale = [("ratelimit", "\"a\";r=0;t=9"), ("age", "1")];
    assert_eq!(at_noon(hints, &fresh), Hint::After(Duration::from_secs(9)));
    assert_eq!(at_noon(hints, &stale), Hint::None);
}

/// RFC 9110 (10.2.3): a number of seconds counts from when the response was received.
#[test]
fn the_age_of_a_response_shortens_no_seconds() {
    let old = ("age", "3600");
    let hint = |value| at_noon(Hints::standard(), &[("retry-after", value), old]);
    assert_eq!(hint("120"), Hint::After(Duration::from_mins(2)));
    assert_eq!(hint("1.5"), Hint::After(Duration::from_millis(1500)));
    assert_eq!(hint("2, 3"), Hint::After(Duration::from_secs(3)));
}

#[test]
fn a_number_with_its_thousands_apart_is_neither_a_number_nor_a_list() {
    let hint = |value| at_noon(Hints::standard(), &[("retry-after", value)]);
    assert_eq!(hint("1,000"), Hint::None);
    assert_eq!(hint("120, 300"), Hint::After(Duration::from_mins(5)));
}

#[test]
fn retry_after_goes_before_rate_limits() {
    let hints = Hints::standard().rate_limit(ResetUnit::Auto).aws();
    let pairs = [
        ("ratelimit", "\"a\";r=0;t=9"),
        ("retry-after", "4"),
        ("x-amz-retry-after", "1"),
    ];
    assert_eq!(at_noon(hints, &pairs), Hint::After(Duration::from_secs(4)));
}

const FAR: Duration = Duration::from_secs(1 << 40);

/// Values that a server should not send, or sends to do harm.
#[test]
fn hostile_values_cost_nothing_and_never_panic() {
    let digits = "9".repeat(1 << 20);
    let seconds = ":60 ".repeat(1 << 18);
    let list = "1,".repeat(1 << 19);
    for value in [
        &digits,
        &seconds,
        &list,
        "",
        ",",
        "Sunday, --",
        "\u{ff}",
        "-",
        "1 Jan",
        "Sun, 01 Mar 99999 12:00:00 GMT",
    ] {
        for name in [
            "retry-after",
            "retry-after-ms",
            "x-ms-retry-after-ms",
            "x-amz-retry-after",
            "date",
            "age",
            "ratelimit",
            "ratelimit-reset",
            "x-ratelimit-reset",
            "x-ratelimit-reset-after",
            "x-should-retry",
            "grpc-retry-pushback-ms",
        ] {
            let pairs = [
                (name, value),
                ("x-ratelimit-remaining", "0"),
                ("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT"),
            ];
            let hints = Hints::standard().aws().envoy();
            for unit in [ResetUnit::Millis, ResetUnit::EpochSeconds, ResetUnit::Auto] {
                at_noon(hints.rate_limit(unit), &pairs);
            }
            for now in [UNIX_EPOCH - FAR, UNIX_EPOCH + FAR] {
                assert_ne!(hints.read(&map(&pairs), now), Hint::Force(None));
            }
            assert_ne!(Hint::pushback(&map(&pairs)), Hint::Force(None));
        }
    }
    let long = at_noon(Hints::standard(), &[("retry-after", &digits)]);
    assert_eq!(long, Hint::After(Duration::from_secs(1 << 31)));
}
