//! Hedged requests: which are sent twice, and what becomes of the slower one.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_core::{Budget, Hedge, Hedged, Policy, Retry};
use retry_http::reqwest::{Method, RequestBuilder};
use retry_http::{Adapter, IdempotencyKey, RequestBuilderExt, RetryLayer, RetryMiddleware};
use tower_layer::Layer;
use tower_service::Service;

use crate::http_wire::{Reply, Server, client};

/// The first request is answered after a second, the others at once.
async fn slow_at_first() -> Server {
    Server::start(|number| match number {
        0 => Reply::Late(
            Duration::from_secs(1),
            b"HTTP/1.1 200 X\r\ncontent-length: 4\r\n\r\nslow".into(),
        ),
        _ => Reply::status(200, "", "fast"),
    })
    .await
}

fn hedged() -> Hedged<'static, Retry> {
    Policy::new().hedge(Hedge::after(Duration::from_millis(50)))
}

async fn sent(
    method: Method,
    with: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> (String, usize) {
    let server = slow_at_first().await;
    let request = with(client().request(method, server.url("/")));
    let text = request.send_with(hedged()).text().await.unwrap();
    (text, server.count())
}

#[tokio::test]
async fn a_slow_get_is_sent_once_more_and_the_first_answer_counts() {
    assert_eq!(sent(Method::GET, |r| r).await, ("fast".into(), 2));
    assert_eq!(sent(Method::OPTIONS, |r| r).await, ("fast".into(), 2));
}

#[tokio::test]
async fn an_unsafe_method_is_not_hedged() {
    for method in [Method::PUT, Method::DELETE, Method::POST, Method::PATCH] {
        assert_eq!(sent(method, |r| r.body("x")).await, ("slow".into(), 1));
    }
    let keyed = |r: RequestBuilder| r.header("idempotency-key", "\"1\"").body("x");
    assert_eq!(sent(Method::POST, keyed).await, ("slow".into(), 1));
}

#[tokio::test]
async fn what_may_be_repeated_is_hedged_by_a_word_and_what_must_not_run_twice_never() {
    let key = IdempotencyKey::new();
    let table = [
        (Method::PUT, false, "fast", 2),
        (Method::DELETE, false, "fast", 2),
        (Method::POST, true, "fast", 2),
        (Method::POST, false, "slow", 1),
        (Method::PATCH, false, "slow", 1),
    ];
    for (method, keyed, text, requests) in table {
        let server = slow_at_first().await;
        let request = client().request(method.clone(), server.url("/")).body("x");
        let mut call = request.send_with(hedged()).hedge_repeatable();
        if keyed {
            call = call.idempotency_key(&key);
        }
        assert_eq!(call.text().await.unwrap(), text, "{method}");
        assert_eq!(server.count(), requests, "{method}");
        let keys = server.requests();
        assert_eq!(
            keys.iter()
                .filter(|r| r.contains("idempotency-key"))
                .count(),
            if keyed { 2 } else { 0 }
        );
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_sent_again_is_not_hedged() {
    let stream = || {
        let chunks = [Ok::<_, std::io::Error>("x".repeat(2 << 20))];
        retry_http::reqwest::Body::wrap_stream(futures_util::stream::iter(chunks))
    };
    let server = slow_at_first().await;
    let request = client().put(server.url("/")).body(stream());
    let call = request.send_with(hedged()).hedge_repeatable();
    assert_eq!(call.text().await.unwrap(), "slow");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_middleware_hedges() {
    let server = slow_at_first().await;
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(hedged()))
        .build();
    let response = client.get(server.url("/")).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "fast");
    assert_eq!(server.count(), 2);
    let server = slow_at_first().await;
    let response = client.post(server.url("/")).body("x").send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "slow");
}

#[tokio::test]
async fn the_layer_hedges() {
    for (method, adapter, text, requests) in [
        (Method::GET, RetryLayer::new(hedged()), "fast", 2),
        (Method::DELETE, Adapter::new(hedged()), "slow", 1),
        (
            Method::DELETE,
            Adapter::new(hedged()).hedge_repeatable(),
            "fast",
            2,
        ),
    ] {
        let server = slow_at_first().await;
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
        let request = http::Request::builder().method(method).uri(server.url("/"));
        let request = request.body(Full::new(bytes::Bytes::new())).unwrap();
        let response = adapter.layer(client).call(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!((&*body, server.count()), (text.as_bytes(), requests));
    }
}

#[tokio::test]
async fn a_budget_without_a_token_lets_the_first_request_run_on() {
    let budget = Budget::new(0.0).reserve(0);
    let server = slow_at_first().await;
    let retry = Policy::new()
        .budget(&budget)
        .hedge(Hedge::after(Duration::from_millis(50)));
    let text = client()
        .get(server.url("/"))
        .send_with(retry)
        .text()
        .await
        .unwrap();
    assert_eq!((&*text, server.count()), ("slow", 1));
}

/// A failure starts the hedge at once; the other leg's answer counts.
#[tokio::test]
async fn a_failure_of_one_leg_does_not_end_the_race() {
    let server = Server::start(|number| match number {
        0 => Reply::status(503, "", "busy"),
        _ => Reply::status(200, "", "fast"),
    })
    .await;
    let retry = Policy::new()
        .max_attempts(1)
        .hedge(Hedge::after(Duration::from_secs(60)));
    let text = client()
        .get(server.url("/"))
        .send_with(retry)
        .text()
        .await
        .unwrap();
    assert_eq!((&*text, server.count()), ("fast", 2));
}

/// The loser's connection is closed, or free again; nothing is left behind that waits for it.
#[tokio::test]
async fn the_slower_request_is_dropped_with_its_connection() {
    let server = slow_at_first().await;
    let client = client();
    let text = client
        .get(server.url("/"))
        .send_with(hedged())
        .text()
        .await
        .unwrap();
    assert_eq!(text, "fast");
    let again = client
        .get(server.url("/"))
        .send_with(hedged())
        .text()
        .await
        .unwrap();
    assert_eq!(
        (&*again, server.connections()),
        ("fast", 2),
        "the winner's connection is used again"
    );
}
