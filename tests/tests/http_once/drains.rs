//! Who is read away before the next attempt: what the decision says, and nothing else.

use std::time::Duration;

use retry_core::Policy;
use retry_http::{NoResponse, RequestBuilderExt, RetryMiddleware, reqwest};

use crate::http_wire::{Reply, Server, client};

static POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(Duration::from_millis(20));

#[tokio::test]
async fn a_response_that_the_users_own_classifier_retries_leaves_its_connection() {
    let server = Server::start(|_| Reply::status(404, "", "not yet")).await;
    let missing = |outcome: &Result<reqwest::Response, reqwest::Error>| {
        outcome
            .as_ref()
            .is_ok_and(|response| response.status() == 404)
    };
    let sent = client()
        .get(server.url("/"))
        .send_with(POLICY.when(missing))
        .await;
    assert_eq!(sent.unwrap().text().await.unwrap(), "not yet");
    assert_eq!((server.count(), server.connections()), (3, 1));

    let missing = |outcome: &Result<reqwest::Response, NoResponse>| {
        outcome
            .as_ref()
            .is_ok_and(|response| response.status() == 404)
    };
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(POLICY.when(missing)))
        .build();
    client.get(server.url("/")).send().await.unwrap();
    assert_eq!((server.count(), server.connections()), (6, 2));
}

#[tokio::test]
async fn a_response_that_is_given_back_is_not_read() {
    let part = b"HTTP/1.1 503 X\r\ncontent-length: 9\r\n\r\npart";
    let server = Server::start(|_| Reply::Stall(part.to_vec())).await;
    let refuse = |_: &Result<reqwest::Response, reqwest::Error>| retry_core::Verdict::Permanent;
    let sent = client()
        .get(server.url("/"))
        .send_with(POLICY.when(refuse))
        .await;
    let mut response = sent.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "part");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_body_that_stalls_does_not_hold_up_the_next_attempt() {
    let part = b"HTTP/1.1 503 X\r\ncontent-length: 9\r\n\r\npart";
    let server = Server::start(|_| Reply::Stall(part.to_vec())).await;
    client()
        .get(server.url("/"))
        .send_with(POLICY)
        .await
        .unwrap();
    assert_eq!((server.count(), server.connections()), (3, 3));
}

/// More than its connection is worth is not read.
#[tokio::test]
async fn a_body_without_end_is_not_read_away() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static SENT: AtomicUsize = AtomicUsize::new(0);
    let port = crate::http_wire::listen(|mut stream| async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 503 X\r\n\r\n").await;
        while stream.write_all(&[b'x'; 16 * 1024]).await.is_ok() {
            SENT.fetch_add(16 * 1024, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    })
    .await;
    let policy = POLICY.max_attempts(2).fixed(Duration::from_secs(1));
    let sent = client()
        .get(format!("http://127.0.0.1:{port}/"))
        .send_with(policy);
    assert_eq!(sent.await.unwrap().status(), 503);
    // What the buffers of both sides hold is on its way, too.
    let sent = SENT.load(Ordering::Relaxed);
    assert!(sent < 64 * 1024 * 1024, "{sent} bytes");
}
