//! Faults of the transport, provoked on loopback and judged as reqwest shows them.

mod http_wire;

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http_wire::{Reply, Server, client, reset};
use retry_core::Verdict;
use retry_http::{Classifier, reqwest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

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

/// Hands every connection to `serve`, on a free port.
async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
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

/// A server whose certificate is signed by itself.
async fn tls_server(names: &[&str], expired: bool) -> (u16, reqwest::Certificate) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = rcgen::CertificateParams::new(names).unwrap();
    if expired {
        parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    }
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = listen(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    (
        port,
        reqwest::Certificate::from_der(certificate.der()).unwrap(),
    )
}

#[tokio::test]
async fn a_certificate_that_is_wrong_stays_wrong() {
    for (what, names, expired, trusted) in [
        ("unknown issuer", ["127.0.0.1"], false, false),
        ("another name", ["localhost"], false, true),
        ("expired", ["127.0.0.1"], true, true),
    ] {
        let (port, root) = tls_server(&names, expired).await;
        let mut builder = retry_http::client_builder().no_proxy();
        if trusted {
            builder = builder.tls_certs_only([root]);
        }
        let client = builder.build().unwrap();
        let error = get(&client, &format!("https://127.0.0.1:{port}/"))
            .await
            .unwrap_err();
        assert!(
            error.is_connect(),
            "reqwest shows it as a failed connection"
        );
        assert_repeat(&error, Repeat::Nothing, what);
        assert!(
            retry_http::Error::from(error)
                .to_string()
                .ends_with("certificate was refused"),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_certificate_that_is_right_is_accepted() {
    let (port, root) = tls_server(&["127.0.0.1"], false).await;
    let client = retry_http::client_builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .unwrap();
    assert_eq!(
        get(&client, &format!("https://127.0.0.1:{port}/"))
            .await
            .unwrap(),
        b"ok"
    );
}

/// Reads the client's hello, says `answer`, and closes.
async fn handshake(answer: &'static [u8], resets: bool) -> reqwest::Error {
    let port = listen(move |mut stream| async move {
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(answer).await;
        if resets {
            reset(stream).await;
        }
    })
    .await;
    get(&client(), &format!("https://127.0.0.1:{port}/"))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_handshake_that_breaks_off_may_pass_and_one_that_is_refused_will_not() {
    assert_repeat(&handshake(b"", false).await, Repeat::Any, "FIN");
    assert_repeat(&handshake(b"", true).await, Repeat::Any, "RST");
    assert_repeat(
        &handshake(&[21, 3, 3, 0, 2, 2, 80], false).await,
        Repeat::Any,
        "internal_error",
    );
    assert_repeat(
        &handshake(&[21, 3, 3, 0, 2, 2, 40], false).await,
        Repeat::Nothing,
        "handshake_failure",
    );
    assert_repeat(
        &handshake(&[21, 3, 3, 0, 2, 2, 48], false).await,
        Repeat::Nothing,
        "unknown_ca",
    );
    assert_repeat(
        &handshake(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await,
        Repeat::Nothing,
        "plain HTTP",
    );
    assert_repeat(
        &handshake(&[22, 3, 3, 0, 4, 9, 9, 9, 9], false).await,
        Repeat::Nothing,
        "garbage",
    );
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_will_want_them_again() {
    for (status, expected) in [
        (407, Repeat::Nothing),
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
    let server = Server::start(|_| Reply::status(302, "location: /\r\n", "")).await;
    let error = get(&client(), &server.url("/")).await.unwrap_err();
    assert!(error.is_redirect());
    assert_repeat(&error, Repeat::Nothing, "redirect loop");
    assert_eq!(server.count(), 11);
    let server = Server::start(|_| Reply::status(302, "location: ftp://127.0.0.1/\r\n", "")).await;
    assert_repeat(
        &get(&client(), &server.url("/")).await.unwrap_err(),
        Repeat::Nothing,
        "ftp",
    );
}

#[tokio::test]
async fn what_cannot_be_built_is_permanent() {
    for url in ["no url", "/relative", "ftp://127.0.0.1/", "http://[1::"] {
        assert_repeat(
            &get(&client(), url).await.unwrap_err(),
            Repeat::Nothing,
            url,
        );
    }
    let error = client()
        .get("http://127.0.0.1:1/")
        .header("a", "\n")
        .send()
        .await
        .unwrap_err();
    assert_repeat(&error, Repeat::Nothing, "header");
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

/// The frames of HTTP/2 that a server needs to say no.
mod h2 {
    use super::*;

    pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        frame
    }

    pub(super) fn rst_stream(code: u32) -> Vec<u8> {
        frame(3, 0, 1, &code.to_be_bytes())
    }

    pub(super) fn goaway(last: u32, code: u32) -> Vec<u8> {
        frame(7, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat())
    }

    /// Status 200, and a body to follow.
    pub(super) fn headers() -> Vec<u8> {
        frame(1, 4, 1, &[0x88])
    }

    /// Answers the first request with `frames`, and closes.
    pub(super) async fn error(frames: Vec<u8>) -> reqwest::Error {
        let port = listen(move |mut stream| {
            let frames = frames.clone();
            async move {
                let _ = stream.write_all(&frame(4, 0, 0, &[])).await;
                if request(&mut stream).await.is_some() {
                    let _ = stream.write_all(&frames).await;
                    let _ = stream.shutdown().await;
                    // Unread bytes would turn the FIN into a RST.
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            }
        })
        .await;
        let client = retry_http::client_builder()
            .no_proxy()
            .http2_prior_knowledge()
            .build()
            .unwrap();
        get(&client, &format!("http://127.0.0.1:{port}/"))
            .await
            .unwrap_err()
    }

    /// Reads up to the end of the first HEADERS frame.
    async fn request(stream: &mut TcpStream) -> Option<()> {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.ok()?;
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.ok()?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await.ok()?;
            if head[3] == 1 {
                return Some(());
            }
        }
    }
}

/// Codes of RFC 9113 (7) that say that the client's own way of speaking is not welcome.
const HOPELESS: [u32; 6] = [1, 3, 6, 9, 12, 13];

#[tokio::test]
async fn a_stream_that_was_reset_may_have_been_acted_upon_unless_it_was_refused() {
    for code in (0..=13).chain([0x77]) {
        let expected = match code {
            7 => Repeat::Any,
            code if HOPELESS.contains(&code) => Repeat::Nothing,
            _ => Repeat::Repeatable,
        };
        let error = h2::error(h2::rst_stream(code)).await;
        assert_repeat(&error, expected, &format!("RST_STREAM {code}"));
    }
}

#[tokio::test]
async fn a_stream_above_the_last_of_a_goaway_was_never_processed() {
    for code in (0..=13).chain([0x77]) {
        let hopeless = HOPELESS.contains(&code);
        let expected = if hopeless {
            Repeat::Nothing
        } else {
            Repeat::Any
        };
        let error = h2::error(h2::goaway(0, code)).await;
        assert_repeat(&error, expected, &format!("GOAWAY {code}"));
    }
}

#[tokio::test]
async fn a_stream_below_the_last_of_a_goaway_may_have_been_processed() {
    let error = h2::error(h2::goaway(1, 0)).await;
    assert_repeat(&error, Repeat::Repeatable, "GOAWAY that covers the stream");
    let error = h2::error(vec![]).await;
    assert_repeat(&error, Repeat::Repeatable, "FIN");
}

#[tokio::test]
async fn a_body_that_http2_cuts_off_may_be_asked_for_again() {
    for code in [2, 8] {
        let error = h2::error([h2::headers(), h2::rst_stream(code)].concat()).await;
        assert_repeat(
            &error,
            Repeat::Repeatable,
            &format!("RST_STREAM {code} in the body"),
        );
    }
    let part = h2::frame(0, 0, 1, b"part");
    let error = h2::error([h2::headers(), part].concat()).await;
    assert_repeat(&error, Repeat::Repeatable, "FIN in the body");
}

#[tokio::test]
async fn a_server_that_breaks_the_rules_of_http2_is_not_asked_again() {
    let error = h2::error(h2::frame(1, 4, 0, &[0x88])).await;
    assert_repeat(&error, Repeat::Nothing, "HEADERS on stream 0");
}
