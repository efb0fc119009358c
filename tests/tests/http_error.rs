//! `check()` and the `Error` that it gives.

use std::error::Error as StdError;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use retry_core::Verdict;
use retry_http::{Classifier, ResponseExt, reqwest};

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

const QUOTA: &str = r#"{"error":{"code":403,"message":"m","errors":[{"domain":"usageLimits","reason":"REASON","message":"m"}]}}"#;

#[tokio::test]
async fn googles_reasons_decide_whatever_the_status() {
    let google = Classifier::unprocessed().google();
    let judge = async |classifier: Classifier, status, body: String| {
        let outcome: Result<(), _> = Err(response(status, &[], body).check().await.unwrap_err());
        classifier.classify(&outcome)
    };
    let by_reason = async |classifier, status, reason| {
        judge(classifier, status, QUOTA.replace("REASON", reason)).await
    };
    for reason in ["rateLimitExceeded", "userRateLimitExceeded"] {
        assert_eq!(by_reason(google, 403, reason).await, Verdict::Retry);
        assert_eq!(
            by_reason(Classifier::transient(), 403, reason).await,
            Verdict::Permanent
        );
    }
    for reason in ["dailyLimitExceeded", "quotaExceeded"] {
        assert_eq!(by_reason(google, 403, reason).await, Verdict::Permanent);
        assert_eq!(by_reason(google, 429, reason).await, Verdict::Permanent);
    }
    assert_eq!(
        by_reason(google, 403, "forbidden").await,
        Verdict::Permanent
    );
    assert_eq!(
        by_reason(google, 400, "backendError").await,
        Verdict::Permanent
    );
    assert_eq!(
        by_reason(Classifier::transient().google(), 400, "backendError").await,
        Verdict::Retry
    );
    let exhausted = r#"{"error":{"code":403,"status":"RESOURCE_EXHAUSTED"}}"#;
    assert_eq!(judge(google, 403, exhausted.into()).await, Verdict::Retry);
    for body in [
        "",
        "not json",
        "{}",
        r#"{"error":"flat"}"#,
        r#"{"error":{"errors":7}}"#,
    ] {
        assert_eq!(
            judge(google, 403, body.into()).await,
            Verdict::Permanent,
            "{body}"
        );
        assert_eq!(
            judge(google, 429, body.into()).await,
            Verdict::Retry,
            "{body}"
        );
    }
}
