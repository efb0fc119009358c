//! What single providers say in the bodies of their errors: bodies as they send them, and what becomes of each.

mod aws;
mod github;
mod google;

use std::time::Duration;

use retry_core::Verdict;
use retry_http::{Classifier, ResponseExt, reqwest};

use Verdict::{Permanent, Retry};

/// What `classifier` says of a call that must not run twice, and of one that may.
async fn judge(
    preset: fn(Classifier) -> Classifier,
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> (Verdict, Verdict) {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let response = reqwest::Response::from(response.body(body.into()).unwrap());
    let outcome: Result<(), _> = Err(response.check().await.unwrap_err());
    (
        preset(Classifier::unprocessed()).classify(&outcome),
        preset(Classifier::transient()).classify(&outcome),
    )
}

const fn after(millis: u64) -> Verdict {
    Verdict::RetryAfter(Duration::from_millis(millis))
}

/// Nothing was done: any call may be repeated.
const REFUSED: (Verdict, Verdict) = (Retry, Retry);
const TRANSIENT: (Verdict, Verdict) = (Permanent, Retry);
const FINAL: (Verdict, Verdict) = (Permanent, Permanent);

/// A body is at most 64 KiB when it comes here, and whoever sent it may mean harm.
#[tokio::test]
async fn hostile_bodies_say_nothing() {
    let size = 1 << 20;
    let presets: [fn(Classifier) -> Classifier; 3] =
        [Classifier::aws, Classifier::google, Classifier::github];
    for body in [
        vec![b'['; size],
        b"{\"error\":".repeat(size / 9),
        b"<Error><Code>".repeat(size / 13),
        vec![0xff; size],
        b"<Error><Code>\xff\xfe</Code>".to_vec(),
        [b"{\"message\":\"".to_vec(), vec![b'a'; size]].concat(),
    ] {
        for preset in presets {
            assert_eq!(judge(preset, 403, &[], body.clone()).await, FINAL);
        }
    }
}
