//! A server that speaks HTTP/1.1 by the byte, so that it can break it anywhere.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod h2;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers, and waits for the next request.
    Keep(Vec<u8>),
    /// Answers, perhaps with nothing, and closes.
    Close(Vec<u8>),
    /// Answers, perhaps with nothing, and resets the connection.
    Reset(Vec<u8>),
    /// Answers, perhaps with nothing, and says no more.
    Stall(Vec<u8>),
    /// Answers after a while, and waits for the next request.
    Late(Duration, Vec<u8>),
}

impl Reply {
    /// A whole answer.
    pub(crate) fn status(code: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Keep(
            format!("HTTP/1.1 {code} X\r\n{headers}content-length: {length}\r\n\r\n{body}").into(),
        )
    }
}

#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<String>,
}

/// Listens on a free port of 127.0.0.1 until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    accepting: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    /// Answers the n-th request, counted from 0 over all connections, by `script`.
    pub(crate) async fn start(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::scripted(move |number, _| script(number)).await
    }

    /// Answers each request by its text.
    pub(crate) async fn start_by_request(
        script: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::scripted(move |_, request| script(request)).await
    }

    async fn scripted(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, told) = (Arc::new(script), Arc::clone(&seen));
        let accepting = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                told.lock().unwrap().connections += 1;
                open.spawn(serve(stream, Arc::clone(&script), Arc::clone(&told)));
            }
        });
        Self {
            address,
            seen,
            accepting,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Heads and bodies as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().requests.len()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<impl Fn(usize, &str) -> Reply>,
    seen: Arc<Mutex<Seen>>,
) {
    let mut unread = Vec::new();
    while let Some(request) = next_request(&mut stream, &mut unread).await {
        let reply = {
            let mut seen = seen.lock().unwrap();
            let reply = script(seen.requests.len(), &request);
            seen.requests.push(request);
            reply
        };
        match reply {
            Reply::Keep(answer) => {
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
            Reply::Late(after, answer) => {
                tokio::time::sleep(after).await;
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
            Reply::Close(answer) => {
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reply::Reset(answer) => {
                let _ = stream.write_all(&answer).await;
                reset(stream).await;
                return;
            }
            Reply::Stall(answer) => {
                let _ = stream.write_all(&answer).await;
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Ends a connection by RST in place of FIN.
pub(crate) async fn reset(stream: TcpStream) {
    // Whatever was written leaves first.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let _ = stream.set_zero_linger();
    drop(stream);
}

async fn next_request(stream: &mut TcpStream, unread: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(length) = request_length(unread) {
            let rest = unread.split_off(length);
            let request = String::from_utf8_lossy(unread).into_owned();
            *unread = rest;
            return Some(request);
        }
        let mut chunk = vec![0; 16 * 1024];
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 {
            return None;
        }
        unread.extend_from_slice(&chunk[..read]);
    }
}

fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    if text.contains("transfer-encoding: chunked") {
        let end = bytes[head..]
            .windows(5)
            .position(|window| window == b"0\r\n\r\n")?;
        return Some(head + end + 5);
    }
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let whole = head + length.map_or(0, |length| length.trim().parse().unwrap());
    (bytes.len() >= whole).then_some(whole)
}

/// A client without proxies, pools and retries of its own: what it does is what a test asked for.
pub(crate) fn client() -> retry_http::reqwest::Client {
    retry_http::client_builder().no_proxy().build().unwrap()
}

/// Hands every connection to `serve`, on a free port.
pub(crate) async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
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
