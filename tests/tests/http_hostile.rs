//! Servers that mean harm cost bounded time and memory, and never a panic.

mod http_wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_wire::{Reply, Server, client};
use retry_core::{Policy, StopReason};
use retry_http::{RequestBuilderExt, ResponseExt, reqwest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);

#[tokio::test]
async fn a_hint_of_years_ends_the_call_and_comes_back_with_it() {
    for value in [
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "315360000",
    ] {
        let head = format!("HTTP/1.1 503 X\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(move |_| Reply::Keep(head.clone().into())).await;
        let client = client();
        let fetch = async || client.get(server.url("/")).send().await?.check().await;
        let retry = POLICY.when(retry_http::transient::<reqwest::Response, retry_http::Error, _>);
        let (outcome, report) = retry.report(fetch).await;
        assert_eq!(report.stop_reason(), StopReason::HintTooLong, "{value}");
        assert!(
            outcome.unwrap_err().hint() > Some(Duration::from_hours(24)),
            "{value}"
        );
        assert_eq!(server.count(), 1, "{value}");
    }
}

#[tokio::test]
async fn a_hint_that_is_no_number_is_no_hint() {
    for value in ["NaN", "-1", "inf", "1e9", "-0", "soon", ""] {
        let head = format!("HTTP/1.1 503 X\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(move |_| Reply::Keep(head.clone().into())).await;
        let response = client()
            .get(server.url("/"))
            .send_with(POLICY)
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), server.count()),
            (503, 3),
            "{value:?}"
        );
        let response = client()
            .post(server.url("/"))
            .send_with(POLICY)
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), server.count()),
            (503, 4),
            "{value:?}"
        );
    }
}

/// hyper reads heads of 400 KB or so; a longer one is no HTTP to it.
#[tokio::test]
async fn a_hint_of_very_many_digits_is_long_or_no_answer_at_all() {
    for (digits, expected) in [(100_000, Some(503)), (1 << 20, None)] {
        let head = format!(
            "HTTP/1.1 503 X\r\nretry-after: {}\r\ncontent-length: 0\r\n\r\n",
            "9".repeat(digits)
        );
        let server = Server::start(move |_| Reply::Keep(head.clone().into())).await;
        let outcome = client().get(server.url("/")).send_with(POLICY).await;
        let status = outcome.ok().map(|response| response.status().as_u16());
        assert_eq!((status, server.count()), (expected, 1), "{digits} digits");
    }
}

/// Sends `chunk` for as long as anybody reads; counts the bytes that were taken.
async fn endless(chunk: &'static [u8], pause: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let head = b"HTTP/1.1 500 X\r\ntransfer-encoding: chunked\r\n\r\n";
                let mut written = stream.write_all(head).await;
                let frame = [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
                while written.is_ok() {
                    written = stream.write_all(&frame).await;
                    count.fetch_add(frame.len(), Ordering::Relaxed);
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    (url, taken)
}

/// What buffers of the two sides may hold beyond what was read.
const BUFFERED: usize = 16 << 20;

#[tokio::test]
async fn an_error_body_without_end_is_read_to_a_bound() {
    static CHUNK: [u8; 16 * 1024] = [b'x'; 16 * 1024];
    let (url, taken) = endless(&CHUNK, Duration::ZERO).await;
    let error = client()
        .get(&url)
        .send()
        .await
        .unwrap()
        .check()
        .await
        .unwrap_err();
    assert_eq!(error.body().len(), 64 * 1024);
    assert!(taken.load(Ordering::Relaxed) < BUFFERED);
    let response = client().get(&url).send_with(POLICY).await.unwrap();
    assert_eq!(response.status(), 500);
    drop(response);
    assert!(taken.load(Ordering::Relaxed) < 4 * BUFFERED);
}

#[tokio::test]
async fn an_error_body_that_trickles_without_end_is_left() {
    let (url, _) = endless(b"x", Duration::from_millis(20)).await;
    let error = client()
        .get(&url)
        .send()
        .await
        .unwrap()
        .check()
        .await
        .unwrap_err();
    assert!(error.body().len() < 200, "a second's worth");
    assert_eq!(error.status().unwrap(), 500);
}

#[tokio::test]
async fn an_error_body_that_never_begins_is_left() {
    let head = b"HTTP/1.1 500 X\r\ncontent-length: 10\r\n\r\n";
    let server = Server::start(|_| Reply::Stall(head.to_vec())).await;
    let response = client()
        .get(server.url("/"))
        .send_with(POLICY.max_attempts(2))
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (500, 2));
}

#[tokio::test]
async fn a_redirect_without_end_is_followed_once_to_its_bound() {
    let server = Server::start(|_| Reply::status(307, "location: /again\r\n", "")).await;
    let error = client()
        .get(server.url("/"))
        .send_with(POLICY)
        .await
        .unwrap_err();
    assert!(error.is_redirect());
    assert_eq!(server.count(), 11, "reqwest's ten, and no retry");
}
