//! Handshakes that fail, and certificates that are wrong.

use std::sync::Arc;

use retry_http::reqwest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{WantsServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ConfigBuilder, RootCertStore, ServerConfig, SupportedProtocolVersion};

use crate::http_wire::{client, listen, reset};
use crate::{Repeat, assert_repeat, get};

/// A server whose certificate is signed by itself.
async fn tls_server(names: &[&str], expired: bool) -> (u16, reqwest::Certificate) {
    serve(names, expired, |_| {
        ServerConfig::builder().with_no_client_auth()
    })
    .await
}

/// A server that asks for a certificate which nobody has.
async fn choosy_server(version: &'static SupportedProtocolVersion) -> (u16, reqwest::Certificate) {
    serve(&["127.0.0.1"], false, |own| {
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
        ServerConfig::builder_with_protocol_versions(&[version])
            .with_client_cert_verifier(verifier.unwrap())
    })
    .await
}

async fn serve(
    names: &[&str],
    expired: bool,
    verify: impl Fn(&CertificateDer<'static>) -> ConfigBuilder<ServerConfig, WantsServerCert>,
) -> (u16, reqwest::Certificate) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = rcgen::CertificateParams::new(names).unwrap();
    if expired {
        parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    }
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let config = verify(certificate.der())
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = listen(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => stream,
                Err((_, mut refused)) => {
                    // Unread bytes would turn the FIN into a RST.
                    let _ = refused.shutdown().await;
                    let _ = refused.read_to_end(&mut Vec::new()).await;
                    return;
                }
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
        &handshake(&[21, 3, 3, 0, 2, 2, 90], false).await,
        Repeat::Any,
        "user_canceled",
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

/// In TLS 1.3 the client sends its request before the server has looked for a certificate. Request and alert race:
/// either may win, and where the connection ends first, nothing tells of the alert.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_asks_for_a_certificate_will_ask_again() {
    for version in [&TLS12, &TLS13] {
        let (port, root) = choosy_server(version).await;
        let builder = retry_http::client_builder().no_proxy();
        let client = builder.tls_certs_only([root]).build().unwrap();
        let url = format!("https://127.0.0.1:{port}/");
        let mut told = 0;
        for _ in 0..20 {
            let error = get(&client, &url).await.unwrap_err();
            if format!("{error:?}").to_ascii_lowercase().contains("alert") {
                assert_repeat(&error, Repeat::Nothing, "no certificate");
                told += 1;
            }
        }
        assert!(told > 0, "{version:?}");
    }
}
