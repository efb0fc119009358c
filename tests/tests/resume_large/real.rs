//! Servers that others wrote: nginx, and hyper with a handler of a few lines.

use std::convert::Infallible;
use std::fs;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::resume_files::{block, content};
use crate::servers_process::{Process, configuration, find, free_port};

/// nginx with version 1 of `/file`; `None` where it is not installed.
pub(crate) fn nginx(length: u64) -> Option<(Process, u16)> {
    let binary = find("nginx")?;
    let port = free_port();
    let process = Process::start(&binary, &[port], |directory| {
        let root = directory.join("files");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("file"), content(1, length)).unwrap();
        let directory = directory.display().to_string();
        let places = [("PORT", &*port.to_string()), ("DIR", &*directory)];
        let file = format!("{directory}/nginx.conf");
        fs::write(&file, configuration("nginx-files.conf", &places)).unwrap();
        ["-p", &directory, "-e", "error.log", "-c", &file]
            .map(str::to_owned)
            .into()
    });
    Some((process, port))
}

/// hyper, on a thread of its own until the process ends.
pub(crate) fn hyper(length: u64) -> u16 {
    let (told, port) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            told.send(listener.local_addr().unwrap().port()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let serve = hyper::service::service_fn(move |request: Request<_>| {
                    let answer = answer(request.headers(), length);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), serve);
                tokio::spawn(connection);
            }
        });
    });
    port.recv().unwrap()
}

/// By `Last-Modified`, for a change.
fn answer(
    asked: &HeaderMap,
    length: u64,
) -> Response<StreamBody<impl futures_util::Stream<Item = Result<Frame<Bytes>, Infallible>> + use<>>>
{
    const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap());
    let range = text("range").filter(|_| text("if-range") == Some(MODIFIED));
    let first = range.map_or(0, |range| {
        let range = range.trim_start_matches("bytes=").trim_end_matches('-');
        range.parse().unwrap()
    });
    let mut head = Response::builder()
        .header("last-modified", MODIFIED)
        .header("content-length", length - first);
    if range.is_some() {
        let range = format!("bytes {first}-{}/{length}", length - 1);
        head = head.status(206).header("content-range", range);
    }
    let all = Bytes::from_owner(block(1));
    let frames = futures_util::stream::unfold(first, move |at| {
        let all = all.clone();
        async move {
            let start = usize::try_from(at % all.len() as u64).unwrap();
            let left = usize::try_from(length - at).unwrap();
            let piece = all.slice(start..all.len().min(start + left.min(64 * 1024)));
            let next = at + piece.len() as u64;
            (left > 0).then(|| (Ok(Frame::data(piece)), next))
        }
    });
    head.body(StreamBody::new(frames)).unwrap()
}
