//! Limits that others set: an attempt that took too long may pass the next time, and may have been acted upon.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_core::{Policy, Verdict, retry};
use retry_http::{Fault, RetryLayer, reqwest};
use tower::ServiceExt as _;
use tower_layer::Layer as _;

use crate::http_wire::{Reply, Server, client};

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);
const SHORT: Duration = Duration::from_millis(200);

async fn silent() -> Server {
    Server::start(|_| Reply::Stall(vec![])).await
}

#[retry(policy = POLICY, when = retry_http::transient)]
async fn with_anyhow(client: &reqwest::Client, url: &str) -> anyhow::Result<reqwest::Response> {
    Ok(tokio::time::timeout(SHORT, client.get(url).send()).await??)
}

#[derive(Debug, thiserror::Error)]
enum ShopError {
    #[error("the shop")]
    Http(#[from] reqwest::Error),
    #[error("took too long")]
    Late(#[from] tokio::time::error::Elapsed),
}

impl Fault for ShopError {
    fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self)
    }
}

#[retry(policy = POLICY, when = retry_http::transient)]
async fn with_thiserror(
    client: &reqwest::Client,
    url: &str,
) -> Result<reqwest::Response, ShopError> {
    Ok(tokio::time::timeout(SHORT, client.get(url).send()).await??)
}

#[retry(policy = POLICY, when = retry_http::unprocessed)]
async fn order(client: &reqwest::Client, url: &str) -> anyhow::Result<reqwest::Response> {
    Ok(tokio::time::timeout(SHORT, client.post(url).send()).await??)
}

#[tokio::test]
async fn tokios_timeout_is_a_timeout() {
    let (server, client) = (silent().await, client());
    with_anyhow(&client, &server.url("/")).await.unwrap_err();
    assert_eq!(server.count(), 3);
    with_thiserror(&client, &server.url("/")).await.unwrap_err();
    assert_eq!(server.count(), 6);
    order(&client, &server.url("/")).await.unwrap_err();
    assert_eq!(server.count(), 7);
}

#[tokio::test]
async fn towers_timeout_is_a_timeout() {
    let server = silent().await;
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let limited = tower::timeout::Timeout::new(client, SHORT);
    for (method, requests) in [(http::Method::GET, 3), (http::Method::POST, 4)] {
        let request = http::Request::builder().method(method).uri(server.url("/"));
        let request = request.body(Full::default()).unwrap();
        let service = RetryLayer::new(POLICY).layer(limited.clone());
        service.oneshot(request).await.unwrap_err();
        assert_eq!(server.count(), requests);
    }
}

/// `Endpoint::timeout` fails with this error, which tonic then turns into a status.
#[test]
fn tonics_timeout_is_a_timeout() {
    let status = tonic::Status::from_error(tonic::TimeoutExpired(()).into());
    let outcome: Result<(), _> = Err(status);
    assert_eq!(retry_http::transient(&outcome), Verdict::Retry);
    assert_eq!(retry_http::grpc::transient(&outcome), Verdict::Retry);
    assert_eq!(retry_http::grpc::unprocessed(&outcome), Verdict::Permanent);
    let cancelled: Result<(), _> = Err(tonic::Status::cancelled("by the caller"));
    assert_eq!(retry_http::transient(&cancelled), Verdict::Permanent);
}
