//! What goes wrong, and a server for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::http_wire::{self, Reply, Server};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Status500,
    Status503,
    /// 503 with `Retry-After`.
    Busy,
    /// The connection is reset after the request.
    Reset,
    /// No answer within the client's own timeout.
    StallClient,
    /// No answer within `attempt_timeout`.
    StallAttempt,
    /// A 400 whose body never ends, under `attempt_timeout`.
    StallBody,
    /// A 303 that is followed, to a 429.
    Followed303,
    /// A 307 that is followed, to a 429.
    Followed307,
    /// A 303 that is followed, to where nobody listens.
    Refused303,
    GoAway,
    /// What answers is not TLS.
    Tls,
}

/// A server, and how to count what it was asked to do.
pub(crate) enum Counted {
    Requests(Server),
    Others(Arc<AtomicUsize>),
}

impl Counted {
    pub(crate) fn requests(&self) -> usize {
        match self {
            Self::Requests(server) => {
                let requests = server.requests();
                requests
                    .iter()
                    .filter(|head| head.contains(" /order HTTP/"))
                    .count()
            }
            Self::Others(count) => count.load(Ordering::Relaxed),
        }
    }
}

impl Fault {
    pub(crate) const ALL: [Self; 12] = [
        Self::Status500,
        Self::Status503,
        Self::Busy,
        Self::Reset,
        Self::StallClient,
        Self::StallAttempt,
        Self::StallBody,
        Self::Followed303,
        Self::Followed307,
        Self::Refused303,
        Self::GoAway,
        Self::Tls,
    ];

    /// A server that does it with every request for `/order`.
    pub(crate) async fn server(self) -> (Counted, String) {
        if self == Self::GoAway {
            let never = http_wire::h2::goaway(0, 0);
            let (url, count) = http_wire::h2::answering(never).await;
            return (Counted::Others(count), format!("{url}order"));
        }
        if self == Self::Tls {
            let (port, count) = plain().await;
            return (
                Counted::Others(count),
                format!("https://127.0.0.1:{port}/order"),
            );
        }
        let server = Server::start_by_request(move |request| self.reply(request)).await;
        let url = server.url("/order");
        (Counted::Requests(server), url)
    }

    fn reply(self, request: &str) -> Reply {
        if !request.contains(" /order HTTP/") {
            return Reply::status(429, "", "later");
        }
        match self {
            Self::Status500 => Reply::status(500, "", "broken"),
            Self::Status503 => Reply::status(503, "", "broken"),
            Self::Busy => Reply::status(503, "retry-after: 0\r\n", "busy"),
            Self::Reset => Reply::Reset(vec![]),
            Self::StallClient | Self::StallAttempt => Reply::Stall(vec![]),
            Self::StallBody => {
                Reply::Stall(b"HTTP/1.1 400 X\r\ncontent-length: 9\r\n\r\npart".to_vec())
            }
            Self::Followed303 => Reply::status(303, "location: /done\r\n", ""),
            Self::Followed307 => Reply::status(307, "location: /done\r\n", ""),
            // Port 1 is nobody's.
            Self::Refused303 => Reply::status(303, "location: http://127.0.0.1:1/done\r\n", ""),
            Self::GoAway | Self::Tls => Reply::Close(vec![]),
        }
    }
}

/// Does not speak TLS, and counts who thought so.
async fn plain() -> (u16, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let port = http_wire::listen(move |mut stream| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            let _ = stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").await;
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await;
    (port, connections)
}
