//! A client without TLS.
#![cfg(not(feature = "native-tls"))]

use http::Method;
use retry_core::{Policy, Verdict};
use retry_http::{Classifier, Error, RequestBuilderExt};

/// Nothing listens there, and nothing has to.
const URL: &str = "https://127.0.0.1:1/";

fn client() -> reqwest::Client {
    retry_http::client_builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn https_without_tls_is_permanent_and_the_message_names_the_feature() {
    let error = client().get(URL).send().await.unwrap_err();
    for classifier in [Classifier::transient(), Classifier::unprocessed()] {
        assert_eq!(classifier.error(&Method::GET, &error), Verdict::Permanent);
    }
    let error = Error::from(error);
    assert!(!error.is_transport());
    assert_eq!(
        error.to_string(),
        "https://127.0.0.1:1/: this client has no TLS for `https`: turn on reqwest's feature `rustls` or `native-tls`"
    );
}

#[tokio::test]
async fn https_without_tls_is_tried_once() {
    let policy = Policy::new()
        .max_attempts(5)
        .fixed(std::time::Duration::ZERO);
    let mut retries = 0;
    let retry = policy.on_retry(|_| retries += 1);
    client()
        .get(URL)
        .send_with(retry)
        .check()
        .await
        .unwrap_err();
    assert_eq!(retries, 0);
}
