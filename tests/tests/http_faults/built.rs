//! Requests that cannot be made.

use http::{Method, Uri};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_core::Verdict;
use retry_http::{Classifier, reqwest};

use crate::http_wire::client;
use crate::{Repeat, assert_repeat, get};

/// The message says what could not be built, behind the URL where there is one.
#[track_caller]
fn assert_message(error: reqwest::Error, what: &str) {
    let message = retry_http::Error::from(error).to_string();
    let expected = format!("the request could not be built: {what}");
    assert!(message.ends_with(&expected), "{message}");
}

#[tokio::test]
async fn what_cannot_be_built_is_permanent() {
    for (url, message) in [
        ("no url", "relative URL without a base"),
        ("/relative", "relative URL without a base"),
        ("ftp://127.0.0.1/", "URL scheme is not allowed"),
        ("http://[1::", "invalid IPv6 address"),
    ] {
        let error = get(&client(), url).await.unwrap_err();
        assert_repeat(&error, Repeat::Nothing, url);
        assert_message(error, message);
    }
    let request = client().get("http://127.0.0.1:1/").header("a", "\n");
    let error = request.send().await.unwrap_err();
    assert_repeat(&error, Repeat::Nothing, "header");
    assert_message(error, "failed to parse header value");
}

/// Here of hyper-util: the reqwest of this workspace has TLS.
#[tokio::test]
async fn https_without_tls_is_permanent() {
    let client: Client<_, Empty<bytes::Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let request = client.get(Uri::from_static("https://127.0.0.1:1/"));
    let error = request.await.unwrap_err();
    let verdict = Classifier::transient().error(&Method::GET, &error);
    assert_eq!(verdict, Verdict::Permanent, "{error:?}");
}
