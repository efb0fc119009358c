//! Faults of the transport, provoked on loopback and judged as reqwest shows them.

#[path = "../http_wire/mod.rs"]
mod http_wire;

mod alert;
mod built;
mod h2;
mod socks;
mod tls;

use std::time::Duration;

use http::Method;
use http_wire::{Reply, Server, client, listen};
use retry_core::Verdict;
use retry_http::{Classifier, reqwest};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// What may be repeated after a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    Any,
    Repeatable,
    Nothing,
}

#[track_caller]
fn assert_repeat(error: &reqwest::Error, expected: Repeat, what: &str) {
    let verdict = |classifier: Classifier, method| classifier.error(&method, error);
    let found = (
        verdict(Classifier::by_method(), Method::GET),
        verdict(Classifier::by_method(), Method::POST),
    );
    let expected = match expected {
        Repeat::Any => (Verdict::Retry, Verdict::Retry),
        Repeat::Repeatable => (Verdict::Retry, Verdict::Permanent),
        Repeat::Nothing => (Verdict::Permanent, Verdict::Permanent),
    };
    assert_eq!(found, expected, "{what}: {error:?}");
    assert_eq!(
        verdict(Classifier::keyed(), Method::POST),
        expected.0,
        "{what}"
    );
    assert_eq!(
        verdict(Classifier::unprocessed(), Method::GET),
        expected.1,
        "{what}"
    );
}

async fn get(client: &reqwest::Client, url: &str) -> Result<Vec<u8>, reqwest::Error> {
    let response = client.get(url).send().await?;
    Ok(response.bytes().await?.to_vec())
}

/// A port that was free a moment ago, and to which nobody listens.
async fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_refused_connection_was_never_used() {
    let url = format!("http://127.0.0.1:{}/", nobody().await);
    assert_repeat(
        &get(&client(), &url).await.unwrap_err(),
        Repeat::Any,
        "refused",
    );
}

#[tokio::test]
async fn a_name_that_does_not_resolve_was_never_reached() {
    struct Nowhere;
    impl reqwest::dns::Resolve for Nowhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err("no such host".into()) })
        }
    }
    let client = reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(Nowhere)
        .build()
        .unwrap();
    let error = get(&client, "http://nowhere.invalid/").await.unwrap_err();
    assert_repeat(&error, Repeat::Any, "dns");
}

#[tokio::test]
async fn what_ends_without_an_answer_may_have_been_acted_upon() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-le".to_vec();
    for reply in [
        Reply::Close(vec![]),
        Reply::Reset(vec![]),
        Reply::Close(head.clone()),
        Reply::Reset(head),
    ] {
        let script = reply.clone();
        let server = Server::start(move |_| script.clone()).await;
        let error = get(&client(), &server.url("/")).await.unwrap_err();
        assert_repeat(&error, Repeat::Repeatable, &format!("{reply:?}"));
    }
}

#[tokio::test]
async fn a_body_that_is_cut_off_may_be_asked_for_again() {
    let length = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n".to_vec();
    for reply in [
        Reply::Close(length.clone()),
        Reply::Reset(length),
        Reply::Close(chunked),
    ] {
        let script = reply.clone();
        let server = Server::start(move |_| script.clone()).await;
        let error = get(&client(), &server.url("/")).await.unwrap_err();
        assert_repeat(&error, Repeat::Repeatable, &format!("{reply:?}"));
    }
}

#[tokio::test]
async fn what_is_not_http_is_not_asked_for_again() {
    for answer in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!",
    ] {
        let server = Server::start(move |_| Reply::Close(answer.into())).await;
        let error = get(&client(), &server.url("/")).await.unwrap_err();
        assert_repeat(&error, Repeat::Nothing, answer);
    }
}

#[tokio::test]
async fn a_banner_before_the_request_is_not_http() {
    let port = listen(|mut stream| async move {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    })
    .await;
    let error = get(&client(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_repeat(&error, Repeat::Nothing, "banner");
}

#[tokio::test]
async fn json_that_is_wrong_stays_wrong() {
    let server = Server::start(|_| Reply::status(200, "", "<html>")).await;
    let response = client().get(server.url("/")).send().await.unwrap();
    let error = response.json::<Vec<u8>>().await.unwrap_err();
    assert_repeat(&error, Repeat::Nothing, "json");
}

#[tokio::test]
async fn silence_may_hide_that_the_server_acted() {
    let server = Server::start(|_| Reply::Stall(vec![])).await;
    let stalled = Server::start(|_| {
        Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc".to_vec())
    })
    .await;
    let limit = Duration::from_millis(200);
    for client in [
        reqwest::Client::builder()
            .no_proxy()
            .timeout(limit)
            .build()
            .unwrap(),
        reqwest::Client::builder()
            .no_proxy()
            .read_timeout(limit)
            .build()
            .unwrap(),
    ] {
        let error = get(&client, &server.url("/")).await.unwrap_err();
        assert_repeat(&error, Repeat::Repeatable, "no answer in time");
        let error = get(&client, &stalled.url("/")).await.unwrap_err();
        assert_repeat(&error, Repeat::Repeatable, "no whole body in time");
    }
}

#[tokio::test]
async fn only_a_connect_timeout_proves_that_nothing_was_sent() {
    let port = listen(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let url = format!("https://127.0.0.1:{port}/");
    let limit = Duration::from_millis(200);
    let client = reqwest::Client::builder()
        .no_proxy()
        .connect_timeout(limit)
        .build()
        .unwrap();
    assert_repeat(
        &get(&client, &url).await.unwrap_err(),
        Repeat::Any,
        "connect timeout",
    );
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(limit)
        .build()
        .unwrap();
    assert_repeat(
        &get(&client, &url).await.unwrap_err(),
        Repeat::Repeatable,
        "total timeout",
    );
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_will_want_them_again() {
    for (status, expected) in [
        (407, Repeat::Nothing),
        // All but 407 look the same.
        (403, Repeat::Any),
        (502, Repeat::Any),
        (503, Repeat::Any),
    ] {
        let proxy = Server::start(move |_| Reply::status(status, "", "")).await;
        let through = reqwest::Proxy::all(proxy.url("")).unwrap();
        let client = reqwest::Client::builder().proxy(through).build().unwrap();
        let error = get(&client, "https://127.0.0.1:1/").await.unwrap_err();
        assert_repeat(&error, expected, &format!("proxy {status}"));
    }
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_permanent() {
    // A redirect is remembered by its URL, and the port may become another test's, which asks for "/".
    let server = Server::start(|_| Reply::status(302, "location: /loop\r\n", "")).await;
    let error = get(&client(), &server.url("/loop")).await.unwrap_err();
    assert!(error.is_redirect());
    assert_repeat(&error, Repeat::Nothing, "redirect loop");
    assert_eq!(server.count(), 11);
    let server = Server::start(|_| Reply::status(302, "location: ftp://127.0.0.1/\r\n", "")).await;
    assert_repeat(
        &get(&client(), &server.url("/away")).await.unwrap_err(),
        Repeat::Nothing,
        "ftp",
    );
}

#[tokio::test]
async fn a_failure_of_the_callers_own_stream_is_not_the_networks() {
    let server = Server::start(|_| Reply::status(200, "", "")).await;
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let chunks = futures_util::stream::iter([Ok("x"), Err(broken)]);
    let request = client()
        .post(server.url("/"))
        .body(reqwest::Body::wrap_stream(chunks));
    assert_repeat(
        &request.send().await.unwrap_err(),
        Repeat::Nothing,
        "stream",
    );
}
