//! `check()` and the `Error` that it gives.

use std::error::Error as StdError;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use retry_core::Verdict;
use retry_http::{Classifier, Hints, ResetUnit, ResponseExt, reqwest};

fn response(
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> reqwest::Response {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap().into()
}

#[tokio::test]
async fn check_lets_everything_below_400_through() {
    for status in [200, 204, 301, 399] {
        assert!(response(status, &[], "x").check().await.is_ok());
    }
    for status in [400, 404, 500, 599, 600, 999] {
        let error = response(status, &[], "x").check().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(!error.is_transport());
    }
}

#[tokio::test]
async fn an_error_keeps_hint_headers_and_body() {
    let error = response(503, &[("retry-after", "7"), ("x-a", "b")], "later")
        .check()
        .await
        .unwrap_err();
    assert_eq!(error.hint(), Some(Duration::from_secs(7)));
    assert_eq!(error.headers()["x-a"], "b");
    assert_eq!(error.body(), b"later");
    let outcome: Result<(), _> = Err(error);
    assert_eq!(
        retry_http::unprocessed(&outcome),
        Verdict::RetryAfter(Duration::from_secs(7))
    );
}

#[tokio::test]
async fn a_date_is_counted_from_the_arrival_of_the_response() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(1));
    let error = response(503, &[("retry-after", &date)], "")
        .check()
        .await
        .unwrap_err();
    let hint = error.hint().unwrap().as_secs();
    assert!((3599..=3601).contains(&hint), "{hint}");
}

#[tokio::test]
async fn a_kept_body_is_bounded() {
    let error = response(500, &[], vec![b'x'; 1 << 20])
        .check()
        .await
        .unwrap_err();
    assert_eq!(error.body().len(), 64 * 1024);
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    use reqwest::ResponseBuilderExt;
    let url = "http://user:secret@127.0.0.1:1/path?token=secret#secret"
        .parse()
        .unwrap();
    let built = http::Response::builder()
        .status(401)
        .header("set-cookie", "secret")
        .url(url);
    let status = reqwest::Response::from(built.body("secret").unwrap())
        .check()
        .await
        .unwrap_err();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = client
        .get("http://user:secret@127.0.0.1:1/path?token=secret#secret")
        .send()
        .await;
    let transport = retry_http::Error::from(sent.unwrap_err());
    assert_eq!(
        status.to_string(),
        "http://127.0.0.1:1/path: 401 Unauthorized"
    );
    assert_eq!(
        transport.to_string(),
        "http://127.0.0.1:1/path: no connection could be made"
    );
    for error in [status, transport] {
        let mut printed = format!("{error:?} {:?}", error.url());
        let mut link: Option<&dyn StdError> = Some(&error);
        while let Some(error) = link {
            write!(printed, " {error} {error:?}").unwrap();
            link = error.source();
        }
        assert!(!printed.contains("secret"), "{printed}");
    }
}

/// The ways of single providers that no other uses; [`Classifier::hint`] asks for the rest.
#[tokio::test]
async fn an_error_tells_every_hint_that_means_one_thing_only() {
    let hint = async |headers: &[(&str, &str)], body: &'static str| {
        let error = response(403, headers, body).check().await.unwrap_err();
        error.hint()
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let limit = ("x-ratelimit-remaining", "0");
    let reset = ("x-ratelimit-reset", "30");
    let github = ("x-github-request-id", "8D1E:1F4D");
    let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
    assert_eq!(hint(&[("x-amz-retry-after", "2000")], "").await, seconds(2));
    assert_eq!(hint(&[], RETRY_INFO).await, seconds(34));
    assert_eq!(hint(&[("retry-after", "7")], RETRY_INFO).await, seconds(7));
    assert_eq!(hint(&[github], secondary).await, seconds(60));
    assert_eq!(hint(&[], secondary).await, None);
    assert_eq!(hint(&[limit, reset], "").await, None);
    assert_eq!(hint(&[("x-should-retry", "false")], RETRY_INFO).await, None);
}

const RETRY_INFO: &str = r#"{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#;

#[tokio::test]
async fn a_classifier_tells_the_hint_that_its_verdict_waits_for() {
    let limits = Hints::standard().rate_limit(ResetUnit::Seconds);
    for (classifier, headers, body) in [
        (Classifier::transient(), vec![("retry-after", "30")], ""),
        (
            Classifier::transient().aws(),
            vec![("x-amz-retry-after", "30000")],
            "",
        ),
        (Classifier::transient().google(), vec![], RETRY_INFO),
        (Classifier::transient().github(), vec![], ""),
        (
            Classifier::transient().hints(limits),
            vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")],
            "",
        ),
    ] {
        let error = response(429, &headers, body).check().await.unwrap_err();
        let told = classifier.hint(&error).unwrap();
        let error = anyhow::Error::new(error).context("loading");
        assert_eq!(classifier.hint(error.as_ref()), Some(told), "{classifier}");
        let outcome: Result<(), _> = Err(error);
        let verdict = classifier.classify(&outcome);
        assert_eq!(verdict, Verdict::RetryAfter(told), "{classifier}");
    }
    let none = Classifier::transient().hint(&std::fmt::Error);
    assert_eq!(none, None);
}
