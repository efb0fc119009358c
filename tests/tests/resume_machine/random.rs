//! A million random servers, honest, lying and changing: no output ever mixes two entities.
//!
//! `RANDOM_SERVERS=1000000 cargo test -p tests --test resume_machine random` runs all of them.

use http::{HeaderMap, StatusCode};
use retry_http::{Next, Resume};

use super::headers;

/// Where nobody says how many.
const SERVERS: u64 = 20_000;

/// The bytes of one version: each tells its version and its place.
fn byte(version: u8, at: u64) -> u8 {
    let [place, ..] = at.wrapping_mul(0x9e37_79b9).rotate_left(7).to_le_bytes();
    (version << 5) ^ (place & 0x1f)
}

fn bytes(version: u8, from: u64, to: u64) -> Vec<u8> {
    (from..to).map(|at| byte(version, at)).collect()
}

/// A server with up to three versions of a file, of which the later ones replace the earlier.
struct Server {
    random: fastrand::Rng,
    lengths: [u64; 3],
    version: u8,
    /// What tells versions apart.
    mark: Mark,
    lies: bool,
    changes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    ETag,
    Weak,
    Date,
    Nothing,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Server {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let length = random.u64(1..60);
        // Versions of one length are the hardest to tell apart.
        let mut another = || {
            if random.bool() {
                length
            } else {
                random.u64(1..60)
            }
        };
        let lengths = [length, another(), another()];
        let mark = [
            Mark::ETag,
            Mark::ETag,
            Mark::Weak,
            Mark::Date,
            Mark::Nothing,
        ];
        Self {
            mark: mark[random.usize(..mark.len())],
            lies: random.bool(),
            changes: random.bool(),
            lengths,
            version: 0,
            random,
        }
    }

    fn mark(&self, version: u8) -> Vec<(&'static str, String)> {
        match self.mark {
            Mark::ETag => vec![("etag", format!("\"{version}\""))],
            Mark::Weak => vec![("etag", format!("W/\"{version}\""))],
            Mark::Date => {
                let date = |second| format!("Sun, 06 Nov 1994 08:49:{second:02} GMT");
                vec![
                    ("last-modified", date(version)),
                    ("date", date(version + 1)),
                ]
            }
            Mark::Nothing => vec![],
        }
    }

    /// Answers truly, by RFC 9110.
    fn truth(&mut self, asked: &HeaderMap) -> Answer {
        let version = self.version;
        let length = self.lengths[usize::from(version)];
        let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap());
        let mut head = self.mark(version);
        let current = head.first().map(|(_, value)| value.clone());
        let range = text("range").filter(|_| text("if-range").map(str::to_owned) == current);
        let first: Option<u64> = range.map(|range| {
            let first = range.strip_prefix("bytes=").unwrap();
            first.strip_suffix('-').unwrap().parse().unwrap()
        });
        let (status, from, to) = match first {
            None => (200, 0, length),
            Some(first) if first >= length => {
                head.push(("content-range", format!("bytes */{length}")));
                (416, 0, 0)
            }
            Some(first) => {
                // It may send less than was asked for.
                let end = if self.random.u8(..4) == 0 {
                    self.random.u64(first + 1..=length)
                } else {
                    length
                };
                head.push((
                    "content-range",
                    format!("bytes {first}-{}/{length}", end - 1),
                ));
                (206, first, end)
            }
        };
        if self.random.u8(..8) > 0 {
            head.push(("content-length", (to - from).to_string()));
        }
        let pairs: Vec<_> = head.iter().map(|(name, value)| (*name, &**value)).collect();
        Answer {
            status,
            headers: headers(&pairs),
            body: bytes(version, from, to),
        }
    }

    /// Changes one thing about a true answer. The one lie that no client can see without a digest is left out: to give
    /// other bytes the same strong validator.
    fn lie(&mut self, answer: &mut Answer) {
        let number = self.random.u64(..70);
        let range = format!(
            "bytes {number}-{}/{}",
            number + self.random.u64(..9),
            self.random.u64(..70)
        );
        let set = |answer: &mut Answer, name: &'static str, value: &str| {
            answer.headers.insert(name, value.parse().unwrap());
        };
        match self.random.u8(..12) {
            0 => answer.status = [200, 206, 416, 204, 304, 203][self.random.usize(..6)],
            1 => set(answer, "content-range", &range),
            2 => drop(answer.headers.remove("content-range")),
            3 => drop(answer.headers.remove("etag")),
            4 => set(answer, "etag", "W/\"0\""),
            5 => set(answer, "content-length", &number.to_string()),
            6 => drop(answer.headers.remove("last-modified")),
            7 => set(answer, "content-range", "bytes */10"),
            8 => set(answer, "accept-ranges", "none"),
            9 => set(answer, "content-encoding", "gzip"),
            10 => answer.body.push(0xff),
            // A part where the whole was asked for, or the other way round.
            _ => {
                let version = self.version;
                let length = self.lengths[usize::from(version)];
                let from = self.random.u64(..length);
                answer.body = bytes(version, from, length);
                answer.status = 206;
                set(
                    answer,
                    "content-range",
                    &format!("bytes {from}-{}/{length}", length - 1),
                );
                set(answer, "content-length", &(length - from).to_string());
            }
        }
    }

    fn answer(&mut self, asked: &HeaderMap) -> Answer {
        let mut answer = self.truth(asked);
        if self.lies && self.random.bool() {
            self.lie(&mut answer);
        }
        if self.changes && self.version < 2 && self.random.u8(..3) == 0 {
            self.version += 1;
        }
        answer
    }
}

/// How a body came out.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Whole,
    Error,
    /// The test gave up.
    Endless,
}

/// Fetches as a driver does, and breaks the connection at random.
fn fetch(server: &mut Server, rewinds: bool) -> (End, Vec<u8>) {
    let mut body = Resume::new();
    if rewinds {
        body = body.rewinds();
    }
    let mut out: Vec<u8> = Vec::new();
    for _ in 0..40 {
        // Now and then the process is killed, and another one goes on.
        if rewinds && server.random.u8(..8) == 0 {
            let left = Resume::from_note(&body.note(), out.len() as u64);
            if let Some(earlier) = left.filter(|_| !out.is_empty()) {
                body = earlier.rewinds();
            } else {
                body = Resume::new().rewinds();
                out.clear();
            }
        }
        if body.is_whole() {
            return (End::Whole, out);
        }
        let mut asked = HeaderMap::new();
        body.ask(&mut asked);
        let answer = server.answer(&asked);
        let status = StatusCode::from_u16(answer.status).unwrap();
        match body.answer(status, &answer.headers) {
            Ok(Next::Read) => assert_eq!(body.position(), out.len() as u64),
            Ok(Next::StartAgain | Next::AskAgain) => {
                assert!(rewinds, "nothing that a stream gave can be taken back");
                out.clear();
            }
            Err(_) => return (End::Error, out),
        }
        if asked.is_empty() || body.position() != out.len() as u64 {
            unreachable!("the machine and its driver differ");
        }
        let cut = server.random.usize(..=2 * answer.body.len().max(1));
        let came = &answer.body[..cut.min(answer.body.len())];
        for piece in came.chunks(7) {
            if body.take(piece).is_err() {
                return (End::Error, out);
            }
            out.extend_from_slice(piece);
        }
        let over = if cut < answer.body.len() {
            body.broke()
        } else {
            body.end()
        };
        match over {
            Ok(()) if body.is_whole() => return (End::Whole, out),
            Err(error) if !error.is_transient() => return (End::Error, out),
            _ => {}
        }
    }
    (End::Endless, out)
}

#[test]
fn no_output_ever_mixes_two_entities() {
    let asked = std::env::var("RANDOM_SERVERS").ok();
    let servers = asked.map_or(SERVERS, |count| count.parse().expect("a number"));
    let mut ends = [0_u64; 3];
    for seed in 0..servers {
        let mut server = Server::new(seed);
        let (lies, marks) = (server.lies, matches!(server.mark, Mark::ETag | Mark::Date));
        let (end, out) = fetch(&mut server, seed % 2 == 0);
        // Whatever came out, also before an error, is the beginning of one version.
        let of_one = (0..3).any(|version| out == bytes(version, 0, out.len() as u64));
        // Only a body without a length that is longer than the file may end in the byte that is of none.
        let told = lies && out.last() == Some(&0xff);
        assert!(of_one || told, "server {seed}: {end:?} {out:?}");
        if end == End::Whole && !lies {
            let whole = (0..3)
                .any(|version| out == bytes(version, 0, server.lengths[usize::from(version)]));
            assert!(whole, "server {seed}: {out:?}");
        }
        // An honest server that does not change, and can be resumed, is never given up.
        if !lies && !server.changes && marks && seed % 2 == 0 {
            assert_ne!(end, End::Error, "server {seed}");
        }
        ends[end as usize] += 1;
    }
    println!("{servers} servers: {ends:?} whole, given up, endless");
    assert!(ends[0] > servers / 4 && ends[1] > servers / 8, "{ends:?}");
    assert!(ends[2] < servers / 20, "{ends:?}");
}
