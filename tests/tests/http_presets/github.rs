//! GitHub: the limits that name no time.

use retry_core::Verdict;
use retry_http::Classifier;

use crate::{FINAL, after, judge};

const MINUTE: (Verdict, Verdict) = (after(60_000), after(60_000));

#[tokio::test]
async fn github_waits_a_minute_where_a_limit_names_no_time() {
    let left = ("x-ratelimit-remaining", "4990");
    let none = ("x-ratelimit-remaining", "0");
    let rows = [
        (
            403,
            vec![left],
            r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID 8D1E:1F4D.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits","status":"403"}"#,
            MINUTE,
        ),
        (
            403,
            vec![left],
            r#"{"message":"You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.","documentation_url":"https://developer.github.com/v3/#abuse-rate-limits"}"#,
            MINUTE,
        ),
        (
            403,
            vec![],
            r#"{"message":"Was submitted too quickly","documentation_url":"https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"}"#,
            MINUTE,
        ),
        (
            403,
            vec![],
            r#"{"message":"API rate limit exceeded for 203.0.113.7. (But here's the good news: Authenticated requests get a higher rate limit.)"}"#,
            MINUTE,
        ),
        (429, vec![left], "", MINUTE),
        (403, vec![none], "", MINUTE),
        (
            403,
            vec![left, ("retry-after", "5")],
            r#"{"message":"You have exceeded a secondary rate limit."}"#,
            (after(5000), after(5000)),
        ),
        (
            403,
            vec![left],
            r#"{"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest/issues/comments#create-an-issue-comment"}"#,
            FINAL,
        ),
        (403, vec![left], r#"{"message":7}"#, FINAL),
        (403, vec![left], "rate limit", FINAL),
        (
            404,
            vec![left],
            r#"{"message":"secondary rate limit"}"#,
            FINAL,
        ),
    ];
    for (status, headers, body, expected) in rows {
        let found = judge(Classifier::github, status, &headers, body).await;
        assert_eq!(found, expected, "{status} {headers:?} {body}");
    }
}
