//! A TLS alert after the handshake, before the request is sent and after it, without a race.

use std::fmt;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use http::{Method, Uri};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use retry_core::Verdict;
use retry_http::Classifier;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

/// As rustls prints it.
#[derive(Debug)]
struct Alert(&'static str);

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "received fatal alert: {}", self.0)
    }
}

impl std::error::Error for Alert {}

/// A connection whose other end sends `alert`, before anything is written or right after.
struct Refused {
    alert: &'static str,
    first: bool,
    due: bool,
    reader: Option<Waker>,
}

impl AsyncRead for Refused {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.due {
            let alert = Alert(self.alert);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, alert)));
        }
        // hyper takes no request for a connection that fails when it is looked at for the first time.
        self.due = self.first;
        self.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

impl AsyncWrite for Refused {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.due = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Connection for Refused {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[derive(Clone)]
struct Connector {
    alert: &'static str,
    first: bool,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Refused>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(Ok(TokioIo::new(Refused {
            alert: self.alert,
            first: self.first,
            due: false,
            reader: None,
        })))
    }
}

/// Verdicts on a GET and on a POST.
async fn verdicts(alert: &'static str, first: bool) -> [Verdict; 2] {
    let connector = Connector { alert, first };
    let client: Client<_, Empty<bytes::Bytes>> =
        Client::builder(TokioExecutor::new()).build(connector);
    let request = client.get(Uri::from_static("http://127.0.0.1/"));
    let error = request.await.unwrap_err();
    [Method::GET, Method::POST].map(|method| Classifier::by_method().error(&method, &error))
}

#[tokio::test]
async fn whichever_of_alert_and_request_wins_the_verdict_is_the_same() {
    for alert in ["CertificateRequired", "AccessDenied", "UnknownCA"] {
        for first in [false, true] {
            assert_eq!(
                verdicts(alert, first).await,
                [Verdict::Permanent; 2],
                "{alert} {first}"
            );
        }
    }
}

#[tokio::test]
async fn trouble_at_the_server_may_pass() {
    let (unsent, perhaps_sent) = (
        verdicts("InternalError", true).await,
        verdicts("InternalError", false).await,
    );
    assert_eq!(unsent, [Verdict::Retry; 2]);
    assert_eq!(perhaps_sent, [Verdict::Retry, Verdict::Permanent]);
}
