//! Frames of HTTP/2 by the byte, and a server that answers with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::listen;

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

pub(crate) fn goaway(last: u32, code: u32) -> Vec<u8> {
    frame(7, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat())
}

/// Answers every request with `frames`, and closes; counts the requests.
pub(crate) async fn answering(frames: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let port = listen(move |mut stream| {
        let (frames, count) = (frames.clone(), Arc::clone(&count));
        async move {
            let _ = stream.write_all(&frame(4, 0, 0, &[])).await;
            if request(&mut stream).await.is_some() {
                count.fetch_add(1, Ordering::Relaxed);
                let _ = stream.write_all(&frames).await;
                let _ = stream.shutdown().await;
                // Unread bytes would turn the FIN into a RST.
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        }
    })
    .await;
    (format!("http://127.0.0.1:{port}/"), requests)
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
