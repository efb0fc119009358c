//! The status matrix: what each kind of call does with each status.

use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};
use retry_core::Verdict;
use retry_http::Classifier;
use serde_json::Value;

const NO_KEY: Classifier = Classifier::by_method();
const KEYED: Classifier = Classifier::keyed();

fn judge(classifier: Classifier, method: &Method, code: u16, hinted: bool) -> Verdict {
    let mut headers = HeaderMap::new();
    if hinted {
        headers.insert("retry-after", 7.into());
    }
    let status = StatusCode::from_u16(code).unwrap();
    classifier.response(method, status, &headers, SystemTime::now())
}

/// Whether a call is retried: without anything, with a hint, with a key, with both.
fn decisions(cell: &str) -> [bool; 4] {
    match cell {
        "yes" => [true; 4],
        "no" => [false; 4],
        "retry-after" => [false, true, false, true],
        "key" => [false, false, true, true],
        "key|retry-after" => [false, true, true, true],
        other => panic!("unknown cell {other:?}"),
    }
}

#[test]
fn every_row_of_the_matrix_holds() {
    let matrix: Value =
        serde_json::from_str(include_str!("../vectors/http_status_matrix.json")).unwrap();
    let statuses = matrix["statuses"].as_object().unwrap();
    let methods: [(&str, &[Method]); 3] = [
        (
            "safe",
            &[Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE],
        ),
        ("idempotent", &[Method::PUT, Method::DELETE]),
        (
            "non_idempotent",
            &[Method::POST, Method::PATCH, Method::CONNECT],
        ),
    ];
    let mut run = 0;
    for (code, row) in statuses {
        let code: u16 = code.parse().unwrap();
        for (class, methods) in methods {
            let expected = decisions(row["ours"][class].as_str().unwrap());
            for method in methods {
                let found = [
                    judge(NO_KEY, method, code, false),
                    judge(NO_KEY, method, code, true),
                    judge(KEYED, method, code, false),
                    judge(KEYED, method, code, true),
                ];
                assert_eq!(found.map(Verdict::is_retry), expected, "{code} {method}");
                let fine = found.map(|verdict| verdict == Verdict::Done);
                assert_eq!(fine, [code < 400; 4], "{code} {method}");
            }
        }
        run += 1;
    }
    assert_eq!(run, statuses.len());
}

#[test]
fn a_fixed_kind_of_call_ignores_the_method() {
    for code in 100..=999 {
        for hinted in [false, true] {
            let post = judge(NO_KEY, &Method::POST, code, hinted);
            let get = judge(NO_KEY, &Method::GET, code, hinted);
            for method in [Method::GET, Method::POST] {
                assert_eq!(
                    judge(Classifier::unprocessed(), &method, code, hinted),
                    post
                );
                assert_eq!(judge(Classifier::transient(), &method, code, hinted), get);
            }
        }
    }
}

#[test]
fn a_method_that_nobody_knows_is_not_repeated() {
    let method = Method::from_bytes(b"PROPFIND").unwrap();
    assert_eq!(judge(NO_KEY, &method, 502, false), Verdict::Permanent);
}

#[test]
fn named_statuses_go_before_the_table() {
    let classifier = Classifier::by_method()
        .also(404)
        .also(409)
        .never(500)
        .never(429);
    let verdict = |code| judge(classifier, &Method::POST, code, false);
    assert_eq!([404, 409].map(verdict), [Verdict::Retry; 2]);
    assert_eq!([500, 429].map(verdict), [Verdict::Permanent; 2]);
    assert_eq!(
        judge(Classifier::transient().also(202), &Method::GET, 202, false),
        Verdict::Retry
    );
    assert_eq!(
        judge(
            Classifier::transient().also(500).never(500),
            &Method::GET,
            500,
            true
        ),
        Verdict::Permanent
    );
    assert_eq!(
        judge(Classifier::transient().never(200), &Method::GET, 200, false),
        Verdict::Done
    );
}

#[test]
fn the_seed_preset_knows_five_statuses() {
    let retried: Vec<u16> = (100..=999)
        .filter(|code| judge(Classifier::transient().seed(), &Method::GET, *code, true).is_retry())
        .collect();
    assert_eq!(retried, [408, 500, 502, 503, 504]);
}

/// 1 March 2026.
const NOON: std::time::Duration = std::time::Duration::from_hours(492_324);

fn with_headers(
    classifier: Classifier,
    method: &Method,
    code: u16,
    headers: &[(&'static str, &str)],
) -> Verdict {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()))
        .collect::<HeaderMap>();
    let noon = SystemTime::UNIX_EPOCH + NOON;
    classifier.response(method, StatusCode::from_u16(code).unwrap(), &headers, noon)
}

fn after(seconds: u64) -> Verdict {
    Verdict::RetryAfter(std::time::Duration::from_secs(seconds))
}

#[test]
fn the_servers_no_holds_everywhere_but_on_success() {
    let no = [("x-should-retry", "false"), ("retry-after", "1")];
    let classifier = Classifier::keyed().also(404);
    for code in [404, 429, 500, 503] {
        assert_eq!(
            with_headers(classifier, &Method::GET, code, &no),
            Verdict::Permanent
        );
    }
    assert_eq!(
        with_headers(classifier, &Method::GET, 200, &no),
        Verdict::Done
    );
}

#[test]
fn the_servers_yes_does_not_repeat_a_call_that_must_not_run_twice() {
    let yes = [("x-should-retry", "true"), ("retry-after", "2")];
    assert_eq!(with_headers(NO_KEY, &Method::GET, 400, &yes), after(2));
    assert_eq!(
        with_headers(NO_KEY, &Method::POST, 400, &yes),
        Verdict::Permanent
    );
    assert_eq!(with_headers(NO_KEY, &Method::GET, 200, &yes), Verdict::Done);
    let stripe = [("stripe-should-retry", "true")];
    for classifier in [NO_KEY, NO_KEY.stripe()] {
        for status in [400, 409, 500] {
            assert_eq!(
                with_headers(classifier, &Method::POST, status, &stripe),
                Verdict::Permanent
            );
        }
    }
    assert_eq!(
        with_headers(NO_KEY.stripe(), &Method::POST, 409, &[]),
        Verdict::Permanent
    );
    assert_eq!(
        with_headers(Classifier::keyed().stripe(), &Method::POST, 409, &[]),
        Verdict::Retry
    );
}

#[test]
fn a_hint_does_not_make_a_refusal_of_the_request_retryable() {
    for code in [202, 301, 400, 401, 403, 404] {
        let verdict = with_headers(
            Classifier::keyed(),
            &Method::GET,
            code,
            &[("retry-after", "1")],
        );
        assert!(!verdict.is_retry(), "{code}: {verdict:?}");
    }
}

#[test]
fn github_says_in_headers_when_its_limits_end() {
    let github = Classifier::by_method().github();
    let primary = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1772366460"),
    ];
    let left = [
        ("x-ratelimit-remaining", "9"),
        ("x-ratelimit-reset", "1772366460"),
    ];
    assert_eq!(
        with_headers(github, &Method::POST, 403, &primary),
        after(60)
    );
    assert_eq!(with_headers(github, &Method::GET, 429, &primary), after(60));
    assert_eq!(
        with_headers(github, &Method::GET, 403, &[("retry-after", "30")]),
        after(30)
    );
    assert_eq!(
        with_headers(github, &Method::GET, 403, &left),
        Verdict::Permanent
    );
    assert_eq!(
        with_headers(Classifier::by_method(), &Method::GET, 403, &primary),
        Verdict::Permanent
    );
}

#[test]
fn aws_says_in_a_header_what_went_wrong() {
    let aws = Classifier::by_method().aws();
    let throttled = [(
        "x-amzn-errortype",
        "com.amazonaws#ThrottlingException:http://x/y",
    )];
    let slow = [("x-amzn-errortype", "RequestTimeout")];
    let other = [("x-amzn-errortype", "ValidationException")];
    assert_eq!(
        with_headers(aws, &Method::POST, 400, &throttled),
        Verdict::Retry
    );
    assert_eq!(
        with_headers(aws, &Method::POST, 400, &slow),
        Verdict::Permanent
    );
    assert_eq!(with_headers(aws, &Method::GET, 400, &slow), Verdict::Retry);
    assert_eq!(
        with_headers(aws, &Method::GET, 400, &other),
        Verdict::Permanent
    );
    let hinted = [("x-amz-retry-after", "1500")];
    let millis = Verdict::RetryAfter(std::time::Duration::from_millis(1500));
    assert_eq!(with_headers(aws, &Method::GET, 503, &hinted), millis);
    assert_eq!(
        with_headers(NO_KEY, &Method::GET, 503, &hinted),
        Verdict::Retry
    );
}

#[test]
fn conflict_and_locked_name_one_status_each() {
    assert_eq!(
        judge(Classifier::transient().conflict(), &Method::GET, 409, false),
        Verdict::Retry
    );
    assert_eq!(
        judge(Classifier::transient().locked(), &Method::GET, 423, false),
        Verdict::Retry
    );
    assert_eq!(
        judge(Classifier::transient(), &Method::GET, 409, false),
        Verdict::Permanent
    );
    assert_eq!(
        judge(Classifier::transient(), &Method::GET, 423, false),
        Verdict::Permanent
    );
}

#[test]
fn a_classifier_prints_what_it_was_made_of() {
    let classifier = Classifier::unprocessed()
        .seed()
        .github()
        .also(409)
        .also(423)
        .never(500);
    let printed = "unprocessed, seed, github, also 409 and 423, never 500";
    assert_eq!(classifier.to_string(), printed);
    assert_eq!(format!("{classifier:?}"), format!("Classifier({printed})"));
}
