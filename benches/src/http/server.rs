//! A server that answers 200, or 503 to a fixed share of the requests, from a thread of its own.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running server. It ends with this value.
pub(super) struct Unreliable {
    address: SocketAddr,
    failures: Arc<Failures>,
    _stop: oneshot::Sender<()>,
}

/// Which requests fail: always the same ones of a sequence.
#[derive(Default)]
struct Failures {
    percent: AtomicU32,
    requests: AtomicU32,
}

impl Failures {
    fn next(&self) -> StatusCode {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        // Fibonacci hashing: evenly spread, not periodic.
        let roll = request.wrapping_mul(0x9e37_79b9) >> 16;
        if roll % 100 < self.percent.load(Ordering::Relaxed) {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        }
    }
}

impl Unreliable {
    pub(super) fn start() -> std::io::Result<Self> {
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let failures = Arc::new(Failures::default());
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&failures);
        thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(socket, shared) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            address,
            failures,
            _stop: stop,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Starts the sequence of answers anew.
    pub(super) fn fail(&self, percent: u32) {
        self.failures.percent.store(percent, Ordering::Relaxed);
        self.failures.requests.store(0, Ordering::Relaxed);
    }
}

async fn serve(socket: std::net::TcpListener, failures: Arc<Failures>) -> std::io::Result<()> {
    let listener = TcpListener::from_std(socket)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let failures = Arc::clone(&failures);
        let answer = service_fn(move |_: Request<Incoming>| {
            let status = failures.next();
            async move {
                let body = Full::new(Bytes::from_static(b"hello"));
                let mut response = Response::new(body);
                *response.status_mut() = status;
                Ok::<_, Infallible>(response)
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(connection);
    }
}
