//! An attempt that took too long may have been acted upon, and a status that arrived is known.

use std::time::Duration;

use retry_core::retry;
use retry_http::{ResponseExt, reqwest};
use tokio::time::Instant;

use crate::http_wire::{Reply, Server, client};

#[retry(max_attempts = 3, fixed_ms = 0, attempt_timeout_ms = 300, when = retry_http::unprocessed)]
async fn order(
    client: &reqwest::Client,
    url: &str,
) -> Result<reqwest::Response, retry_http::Error> {
    client
        .post(url)
        .body("one of these")
        .send()
        .await?
        .check()
        .await
}

#[tokio::test]
async fn a_post_that_was_not_answered_in_time_is_sent_once() {
    let server = Server::start(|_| Reply::Stall(vec![])).await;
    let error = order(&client(), &server.url("/")).await.unwrap_err();
    assert_eq!(server.count(), 1);
    assert!(error.to_string().contains("took too long"), "{error}");
}

#[tokio::test]
async fn a_status_is_not_lost_to_its_body() {
    let part = b"HTTP/1.1 400 X\r\ncontent-length: 9\r\n\r\npart";
    let server = Server::start(|_| Reply::Stall(part.to_vec())).await;
    let error = order(&client(), &server.url("/")).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!((error.body(), server.count()), (&b"part"[..], 1));
}

#[tokio::test]
async fn a_server_that_is_silent_is_given_up() {
    let server = Server::start(|number| match number {
        0 => Reply::status(200, "", "done"),
        _ => Reply::Stall(vec![]),
    })
    .await;
    let client = client();
    client.get(server.url("/")).send().await.unwrap();
    // On a connection that is there already the paused clock has nothing to wait for but the silence.
    tokio::time::pause();
    let begin = Instant::now();
    let minutes = Duration::from_secs(290);
    let sent = tokio::time::timeout(minutes, client.get(server.url("/")).send()).await;
    let error = sent.expect("the client has a limit").unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(begin.elapsed().as_secs(), 30);
}
