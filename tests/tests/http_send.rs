//! `send_with`: how often a request is sent, and what comes back.

mod http_wire;

use std::time::Duration;

use http_wire::{Reply, Server, client};
use retry_core::{Budget, CircuitBreaker, Policy};
use retry_http::{Classifier, IdempotencyKey, KeyStyle, RequestBuilderExt, reqwest};

/// No waiting of our own.
const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);

fn always(code: u16, headers: &'static str) -> impl Fn(usize) -> Reply + Send + Sync {
    move |_| Reply::status(code, headers, "later")
}

/// Fails twice, then answers.
fn third_time(failure: Reply) -> impl Fn(usize) -> Reply + Send + Sync {
    move |number| match number {
        0 | 1 => failure.clone(),
        _ => Reply::status(200, "", "[1, 2]"),
    }
}

#[tokio::test]
async fn a_get_is_sent_until_it_succeeds() {
    let server = Server::start(third_time(Reply::status(503, "", "later"))).await;
    let response = client()
        .get(server.url("/"))
        .send_with(POLICY)
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (200, 3));
}

#[tokio::test]
async fn the_last_response_comes_back_as_it_is() {
    let server = Server::start(always(503, "x-a: b\r\n")).await;
    let url = server.url("/a?b=c");
    let response = client().get(&url).send_with(&POLICY).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.url().as_str(), url);
    assert_eq!(response.headers()["x-a"], "b");
    assert_eq!(response.text().await.unwrap(), "later");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_post_without_a_key_is_sent_once_when_the_server_may_have_acted() {
    for reply in [
        Reply::status(503, "", ""),
        Reply::status(500, "", ""),
        Reply::Close(vec![]),
        Reply::Reset(vec![]),
        Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()),
    ] {
        let script = reply.clone();
        let server = Server::start(move |_| script.clone()).await;
        let _ = client()
            .post(server.url("/"))
            .body("x")
            .send_with(POLICY)
            .await;
        assert_eq!(server.count(), 1, "by method: {reply:?}");
        let unprocessed = POLICY.when(retry_http::unprocessed);
        let _ = client()
            .post(server.url("/"))
            .body("x")
            .send_with(unprocessed)
            .await;
        assert_eq!(server.count(), 2, "unprocessed: {reply:?}");
    }
}

#[tokio::test]
async fn a_post_that_was_refused_is_sent_again() {
    for reply in [
        Reply::status(429, "", ""),
        Reply::status(425, "", ""),
        Reply::status(503, "retry-after: 0\r\n", ""),
        Reply::status(413, "retry-after-ms: 1\r\n", ""),
    ] {
        let server = Server::start(third_time(reply.clone())).await;
        let response = client()
            .post(server.url("/"))
            .body("x")
            .send_with(POLICY)
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), server.count()),
            (200, 3),
            "{reply:?}"
        );
    }
}

#[tokio::test]
async fn a_key_is_the_same_on_every_attempt_and_another_on_every_call() {
    let server = Server::start(always(500, "")).await;
    let client = client();
    for key in [IdempotencyKey::new(), IdempotencyKey::new()] {
        let request = client.post(server.url("/")).send_with(POLICY);
        request.idempotency_key(&key).await.unwrap();
    }
    let keys: Vec<String> = server
        .requests()
        .iter()
        .map(|request| key_in(request))
        .collect();
    assert_eq!(keys.len(), 6);
    assert!(keys[..3].iter().all(|key| *key == keys[0]) && keys[0].len() == 38);
    assert!(
        keys[3..]
            .iter()
            .all(|key| *key == keys[3] && *key != keys[0])
    );
}

fn key_in(request: &str) -> String {
    let keys: Vec<_> = request
        .lines()
        .filter_map(|line| line.strip_prefix("idempotency-key: "))
        .collect();
    assert_eq!(keys.len(), 1, "{request}");
    keys[0].to_owned()
}

#[tokio::test]
async fn the_callers_own_key_stays() {
    let server = Server::start(always(409, "")).await;
    let request = client()
        .post(server.url("/"))
        .header("idempotency-key", "mine");
    request
        .send_with(POLICY)
        .idempotency_key(&KeyStyle::new().key())
        .await
        .unwrap();
    assert_eq!(server.count(), 3, "409 is retried with a key");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| key_in(request) == "mine")
    );
}

#[tokio::test]
async fn an_idempotent_method_gets_no_key() {
    let server = Server::start(always(200, "")).await;
    let request = client().put(server.url("/")).send_with(POLICY);
    request
        .idempotency_key(&IdempotencyKey::new())
        .await
        .unwrap();
    assert!(!server.requests()[0].contains("idempotency-key"));
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let server = Server::start(always(503, "retry-after: 0\r\n")).await;
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("x")]);
    let request = client()
        .put(server.url("/"))
        .body(reqwest::Body::wrap_stream(chunks));
    let response = request.send_with(POLICY).await.unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (503, 1));
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_asked_for_again() {
    let cut = Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n[1".to_vec());
    let server = Server::start(third_time(cut)).await;
    let client = client();
    let get = || client.get(server.url("/")).send_with(POLICY);
    assert_eq!(get().json::<Vec<u8>>().await.unwrap(), [1, 2]);
    assert_eq!(server.count(), 3);
    assert_eq!(get().text().await.unwrap(), "[1, 2]");
    assert_eq!(get().bytes().await.unwrap(), "[1, 2]");
}

#[tokio::test]
async fn a_body_that_is_not_the_json_asked_for_is_not() {
    let server = Server::start(always(200, "")).await;
    let request = client()
        .get(server.url("/a?token=secret"))
        .send_with(POLICY);
    let error = request.json::<Vec<u8>>().await.unwrap_err();
    assert_eq!(server.count(), 1);
    let expected = format!(
        "{}: the response body is not the JSON asked for",
        server.url("/a")
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn an_error_status_is_an_error_where_the_body_is_read() {
    let server = Server::start(always(404, "")).await;
    let client = client();
    let error = client
        .get(server.url("/"))
        .send_with(POLICY)
        .text()
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.body()),
        (404, &b"later"[..])
    );
    let error = client
        .get(server.url("/"))
        .send_with(POLICY)
        .check()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 404);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_classifier_of_the_users_own_goes_before_the_method() {
    let server = Server::start(always(404, "")).await;
    let client = client();
    let named = Classifier::by_method().also(404);
    client
        .post(server.url("/"))
        .send_with(POLICY)
        .classifier(named)
        .await
        .unwrap();
    assert_eq!(server.count(), 3);
    let when = POLICY.when(|outcome: &Result<reqwest::Response, reqwest::Error>| {
        matches!(outcome, Ok(response) if response.status() == 404)
    });
    client.post(server.url("/")).send_with(when).await.unwrap();
    assert_eq!(server.count(), 6);
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_not_tried() {
    let policy = POLICY.when(|_: &Result<reqwest::Response, reqwest::Error>| true);
    let error = client().get("no url").send_with(policy).await.unwrap_err();
    assert!(error.is_builder());
}

#[tokio::test]
async fn budgets_and_breakers_bound_a_request_too() {
    let server = Server::start(always(503, "")).await;
    let client = client();
    let budget = Budget::new(0.0).reserve(1);
    let response = client
        .get(server.url("/"))
        .send_with(POLICY.budget(&budget))
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (503, 2));
    let breaker = CircuitBreaker::new();
    let error = client
        .get(server.url("/"))
        .send_with(POLICY.breaker(&breaker))
        .text()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
}

#[tokio::test]
async fn responses_that_are_retried_leave_their_connection() {
    for body in [20, 60_000] {
        let server = Server::start(move |_| Reply::status(503, "", &"x".repeat(body))).await;
        // They are read while the call waits.
        let response = client()
            .get(server.url("/"))
            .send_with(POLICY.fixed(Duration::from_millis(50)))
            .await
            .unwrap();
        assert_eq!(response.bytes().await.unwrap().len(), body);
        assert_eq!(
            (server.count(), server.connections()),
            (3, 1),
            "{body} bytes"
        );
    }
}

#[tokio::test]
async fn a_response_whose_body_never_ends_is_given_up_and_still_whole() {
    let head = b"HTTP/1.1 503 X\r\ncontent-length: 200000\r\n\r\n";
    let whole = [&head[..], &vec![b'x'; 200_000]].concat();
    let server = Server::start(move |_| Reply::Keep(whole.clone())).await;
    let budget = Budget::new(0.0).reserve(0);
    let response = client()
        .get(server.url("/"))
        .send_with(POLICY.budget(&budget))
        .await
        .unwrap();
    assert_eq!(server.count(), 1);
    assert_eq!(response.url().as_str(), server.url("/"));
    assert_eq!(response.remote_addr().unwrap().port(), server.port());
    assert_eq!(response.bytes().await.unwrap().len(), 200_000);
}

/// The client alone would send it three times at once.
#[tokio::test]
async fn the_client_that_is_built_here_has_no_retries_of_its_own() {
    let server = Server::start(|_| Reply::Close(vec![])).await;
    let _ = client().get(server.url("/")).send().await;
    assert_eq!(server.count(), 1);
}
