//! Google: reasons, statuses and details in JSON.

use retry_core::Verdict::Retry;
use retry_http::Classifier;

use crate::{FINAL, REFUSED, TRANSIENT, after, judge};

const QUOTA: &str = r#"{"error":{"code":403,"message":"m","errors":[{"domain":"usageLimits","reason":"REASON","message":"m"}]}}"#;

#[tokio::test]
async fn googles_reasons_decide_whatever_the_status() {
    for (status, reason, expected) in [
        (403, "rateLimitExceeded", REFUSED),
        (403, "userRateLimitExceeded", REFUSED),
        (403, "dailyLimitExceeded", FINAL),
        (429, "dailyLimitExceeded", FINAL),
        (403, "quotaExceeded", FINAL),
        (429, "quotaExceeded", FINAL),
        (403, "forbidden", FINAL),
        (400, "backendError", TRANSIENT),
    ] {
        let found = judge(
            Classifier::google,
            status,
            &[],
            QUOTA.replace("REASON", reason),
        )
        .await;
        assert_eq!(found, expected, "{status} {reason}");
        let without = judge(|plain| plain, status, &[], QUOTA.replace("REASON", reason)).await;
        assert!(status == 429 || without == FINAL, "{reason}");
    }
}

#[tokio::test]
async fn google_says_in_details_why_and_until_when() {
    let rows = [
        // Gemini.
        (
            429,
            r#"{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Learn more","url":"https://ai.google.dev/gemini-api/docs/rate-limits"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.074824224s"}]}}"#,
            (after(34_075), after(34_075)),
        ),
        // Its stream, which is an array.
        (
            429,
            r#"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2s"}]}}]"#,
            (after(2000), after(2000)),
        ),
        // Workspace, with both forms of the reason.
        (
            403,
            r#"{"error":{"code":403,"message":"Quota exceeded for quota metric 'Queries'","errors":[{"message":"Quota exceeded","domain":"usageLimits","reason":"rateLimitExceeded"}],"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"googleapis.com","metadata":{"service":"gmail.googleapis.com","quota_unit":"1/min/{project}/{user}"}}]}}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Rate limit","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"googleapis.com"}]}}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Drive API has not been used in project 1 before or it is disabled.","errors":[{"domain":"usageLimits","reason":"accessNotConfigured"}],"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED","domain":"googleapis.com"}]}}"#,
            FINAL,
        ),
        (
            429,
            r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RESOURCE_QUOTA_EXCEEDED","domain":"googleapis.com"}]}}"#,
            FINAL,
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"The service is currently unavailable.","status":"UNAVAILABLE"}}"#,
            TRANSIENT,
        ),
        (
            503,
            r#"{"error":{"code":503,"status":"UNAVAILABLE","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.5s"}]}}"#,
            (after(500), after(500)),
        ),
        // What is missing, null or of another type is as good as absent.
        (
            403,
            r#"{"error":{"code":403,"status":"RESOURCE_EXHAUSTED"}}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"error":{"status":"RESOURCE_EXHAUSTED","errors":null,"details":null}}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"error":{"status":"RESOURCE_EXHAUSTED","errors":7,"details":[null,{},{"@type":7}]}}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"error":{"errors":[null,{"reason":null},{"reason":"rateLimitExceeded"}]}}"#,
            REFUSED,
        ),
        // A delay says when, not whether.
        (
            403,
            r#"{"error":{"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"}]}}"#,
            FINAL,
        ),
        (
            429,
            r#"{"error":{"details":[{"@type":"example.com/RetryInfo","retryDelay":"1s"}]}}"#,
            REFUSED,
        ),
        (403, r#"{"error":"flat"}"#, FINAL),
        (429, r#"{"error":"flat"}"#, REFUSED),
        (403, "[]", FINAL),
        (403, "not json", FINAL),
        (429, "", REFUSED),
    ];
    for (status, body, expected) in rows {
        let found = judge(Classifier::google, status, &[], body).await;
        assert_eq!(found, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn a_retry_delay_is_a_plain_number_of_seconds() {
    for (delay, expected) in [
        ("3s", after(3000)),
        ("1.5s", after(1500)),
        ("0s", after(0)),
        ("-1s", Retry),
        ("3", Retry),
        ("3m", Retry),
        ("infs", Retry),
        ("s", Retry),
        ("", Retry),
        ("99999999999999999999s", after((1 << 31) * 1000)),
    ] {
        let info = r#"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"DELAY"}"#;
        let body = format!(
            r#"{{"error":{{"details":[{}]}}}}"#,
            info.replace("DELAY", delay)
        );
        let found = judge(Classifier::google, 429, &[], body).await;
        assert_eq!(found, (expected, expected), "{delay:?}");
    }
}
