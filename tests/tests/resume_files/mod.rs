//! A server of one large file on the loopback interface, honest unless told otherwise. Its bytes are computed, not kept.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod proxy;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A prime, so that bytes which slip are seen.
const BLOCK: usize = 1_048_573;

/// The bytes that a version of the file repeats.
pub(crate) fn block(version: u64) -> Arc<[u8]> {
    static BLOCKS: Mutex<BTreeMap<u64, Arc<[u8]>>> = Mutex::new(BTreeMap::new());
    let mut blocks = BLOCKS.lock().unwrap();
    let random = || {
        let mut random = fastrand::Rng::with_seed(version);
        (0..BLOCK).map(|_| random.u8(..)).collect()
    };
    Arc::clone(blocks.entry(version).or_insert_with(random))
}

pub(crate) fn content(version: u64, length: u64) -> Vec<u8> {
    let block = block(version);
    let length = usize::try_from(length).unwrap();
    block.iter().copied().cycle().take(length).collect()
}

/// Whether a file is that version, whole.
pub(crate) fn holds(path: &Path, version: u64, length: u64) -> bool {
    let block = block(version);
    let mut file = std::fs::File::open(path).unwrap();
    let mut left = usize::try_from(length).unwrap();
    let mut read = vec![0; BLOCK];
    while left > 0 {
        let part = left.min(BLOCK);
        if file.read_exact(&mut read[..part]).is_err() || read[..part] != block[..part] {
            return false;
        }
        left -= part;
    }
    file.read(&mut read).unwrap() == 0
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Counted from 0.
    pub(crate) number: usize,
    pub(crate) path: String,
    pub(crate) range: Option<u64>,
    pub(crate) if_range: Option<String>,
    pub(crate) accept_encoding: Option<String>,
}

/// An answer, and what becomes of its connection.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) version: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Closes the connection after so many bytes of the body.
    pub(crate) cut: Option<u64>,
    /// Says no more after so many.
    pub(crate) stall: Option<u64>,
}

impl Answer {
    /// By RFC 9110, of a version whose strong `ETag` is its number.
    pub(crate) fn honest(asked: &Asked, version: u64, length: u64) -> Self {
        let etag = format!("\"{version}\"");
        let range = asked
            .range
            .filter(|_| asked.if_range.as_ref() == Some(&etag));
        let mut headers = vec![("etag", etag), ("accept-ranges", "bytes".to_owned())];
        let (status, from, to) = match range {
            None => (200, 0, length),
            Some(first) if first >= length => {
                headers.push(("content-range", format!("bytes */{length}")));
                (416, 0, 0)
            }
            Some(first) => {
                headers.push((
                    "content-range",
                    format!("bytes {first}-{}/{length}", length - 1),
                ));
                (206, first, length)
            }
        };
        headers.push(("content-length", (to - from).to_string()));
        Self {
            status,
            headers,
            version,
            from,
            to,
            cut: None,
            stall: None,
        }
    }

    pub(crate) fn cut(mut self, after: u64) -> Self {
        self.cut = Some(after);
        self
    }

    pub(crate) fn stall(mut self, after: u64) -> Self {
        self.stall = Some(after);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }
}

/// Runs until the process ends, on threads of its own.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Files {
    pub(crate) fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let files = Self {
            address: listener.local_addr().unwrap(),
            asked: Arc::default(),
        };
        let (script, asked) = (Arc::new(script), Arc::clone(&files.asked));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let (script, asked) = (Arc::clone(&script), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &*script, &asked));
            }
        });
        files
    }

    /// Honest, and cuts every answer after so many bytes.
    pub(crate) fn cutting(length: u64, every: u64) -> Self {
        Self::start(move |asked| Answer::honest(asked, 1, length).cut(every))
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/file", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn serve(mut stream: TcpStream, script: &dyn Fn(&Asked) -> Answer, asked: &Mutex<Vec<Asked>>) {
    let mut unread = Vec::new();
    while let Some(head) = next_head(&mut stream, &mut unread) {
        let answer = {
            let mut asked = asked.lock().unwrap();
            let request = parse(asked.len(), &head);
            asked.push(request.clone());
            drop(asked);
            script(&request)
        };
        if write(&mut stream, &answer, &block(answer.version)).is_none() {
            return;
        }
    }
}

fn parse(number: usize, head: &str) -> Asked {
    let find = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    };
    let range = find("range").map(|range| {
        let first = range.strip_prefix("bytes=").unwrap().strip_suffix('-');
        first.unwrap().parse().unwrap()
    });
    Asked {
        number,
        path: head.split(' ').nth(1).unwrap().to_owned(),
        range,
        if_range: find("if-range"),
        accept_encoding: find("accept-encoding"),
    }
}

fn next_head(stream: &mut TcpStream, unread: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = unread.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = unread.split_off(end + 4);
            let head = String::from_utf8_lossy(unread).into_owned();
            *unread = rest;
            return Some(head);
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => unread.extend_from_slice(&chunk[..read]),
        }
    }
}

/// `None` where the connection is over.
fn write(stream: &mut TcpStream, answer: &Answer, block: &[u8]) -> Option<()> {
    let mut head = format!("HTTP/1.1 {} X\r\n", answer.status);
    for (name, value) in &answer.headers {
        write!(head, "{name}: {value}\r\n").ok()?;
    }
    let has = |name| answer.headers.iter().any(|(other, _)| *other == name);
    let closes = !has("content-length");
    if closes {
        head += "connection: close\r\n";
    }
    // One chunk, and no end.
    let chunk = format!("{:x}\r\n", answer.to - answer.from);
    let chunk = if has("transfer-encoding") {
        &*chunk
    } else {
        ""
    };
    stream
        .write_all(format!("{head}\r\n{chunk}").as_bytes())
        .ok()?;
    let stop = answer.cut.or(answer.stall).unwrap_or(u64::MAX);
    let to = answer.to.min(answer.from.saturating_add(stop));
    let mut at = answer.from;
    while at < to {
        let start = usize::try_from(at % BLOCK as u64).unwrap();
        let part = (BLOCK - start).min(usize::try_from(to - at).unwrap_or(BLOCK));
        stream.write_all(&block[start..start + part]).ok()?;
        at += part as u64;
    }
    if answer.stall.is_some() && to < answer.to {
        // Until the client has had enough.
        let _ = stream.read(&mut [0; 1]);
        return None;
    }
    (!closes && answer.cut.is_none_or(|cut| cut >= answer.to - answer.from)).then_some(())
}

/// A folder that is removed with the test.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("retry-resume-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names in it, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One that notices a stall at once.
pub(crate) fn client() -> retry_http::reqwest::Client {
    let builder = retry_http::client_builder().no_proxy();
    builder
        .read_timeout(Duration::from_millis(300))
        .build()
        .unwrap()
}
