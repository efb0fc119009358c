//! A proxy that cuts connections, and stalls some.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs until the process ends.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    /// Ends each connection after so many bytes of answers; those of these numbers say no more in place of that.
    pub(crate) fn start(to: u16, cut: u64, stalls: &'static [usize]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
        };
        let connections = Arc::clone(&proxy.connections);
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let number = connections.fetch_add(1, Ordering::Relaxed);
                let stalls = stalls.contains(&number);
                std::thread::spawn(move || {
                    let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
                    pass(&client, &server, cut, stalls);
                });
            }
        });
        proxy
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

fn pass(client: &TcpStream, server: &TcpStream, cut: u64, stalls: bool) {
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let requests = std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    let (mut from, mut to) = (server, client);
    let mut buffer = vec![0; 64 * 1024];
    let mut left = cut;
    while left > 0 {
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        match from.read(&mut buffer[..most]) {
            Ok(read) if read > 0 && to.write_all(&buffer[..read]).is_ok() => left -= read as u64,
            _ => break,
        }
    }
    if stalls && left == 0 {
        // Until the client goes away.
        let _ = requests.join();
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
