//! Starting and stopping.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::connection::{Listener, Resetter};
use crate::record::Record;
use crate::routes;

/// A running server. It stops, with every connection it holds, when this is dropped.
#[derive(Debug)]
pub struct Flaky {
    address: SocketAddr,
    record: Arc<Record>,
    // Dropping the sender is the signal; both are `Some` until then.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A server about to be started.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "nothing listens until `start`"]
pub struct Builder {
    seed: Option<u64>,
}

impl Builder {
    /// Makes `/status` give the same answers in the same order each time.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Where the system refuses a socket or a thread.
    pub fn start(self) -> io::Result<Flaky> {
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            Listener::new(TcpListener::from_std(socket)?)
        };
        let record = Arc::new(Record::default());
        let random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let router = routes::router(random, Arc::clone(&record));
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("flaky".to_owned())
            .spawn(move || {
                // The runtime ends with this closure, and with it every connection: a graceful end would wait for
                // answers that are slow on purpose.
                runtime.block_on(serve(listener, router, stopped));
            })?;
        Ok(Flaky {
            address,
            record,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

async fn serve(listener: Listener, router: Router, stopped: oneshot::Receiver<()>) {
    let service = router.into_make_service_with_connect_info::<Resetter>();
    tokio::select! {
        _ = axum::serve(listener, service) => {}
        _ = stopped => {}
    }
}

impl Flaky {
    /// Starts a server with answers that differ from run to run.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A server about to be started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path, such as `/status/503?retry_after=2`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many requests came for a path, as it was sent, without its query.
    #[must_use]
    pub fn requests(&self, path: &str) -> usize {
        self.record.requests(path)
    }

    /// The `Idempotency-Key` of each request for a path, in the order they came.
    #[must_use]
    pub fn idempotency_keys(&self, path: &str) -> Vec<Option<String>> {
        self.record.idempotency_keys(path)
    }
}

impl Drop for Flaky {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there was printed over there.
            let _ = thread.join();
        }
    }
}
