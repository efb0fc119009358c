//! A flaky server on the loopback interface, for examples and tests.
//!
//! It fails as real servers fail: with statuses, with `Retry-After`, slowly, half-way and not at all.
//! It has a thread and a runtime of its own, so it serves blocking callers and is deaf to a paused clock.
//!
//! | path | answer |
//! | --- | --- |
//! | `/status/{codes}` | one of `200,404,503` at random, or by weight: `200:0.7,503:0.3` |
//! | `/sequence/{codes}?key=K` | the codes in turn, for each key; the last one from then on |
//! | `/delay/{ms}` | 200 after a wait; with `?before=body` the head comes at once and the body waits |
//! | `/truncated` | 200 that breaks off half-way through its body |
//! | `/reset` | the connection is reset before any answer |
//! | `/download/{name}` | a [`file()`] of random size, in parts if asked for, which mostly breaks off |
//!
//! The first two put a hint on 4xx and 5xx on request: `?retry_after=2` in seconds, `?retry_after_date=2` as a
//! date so many seconds from now, `?retry_after_ms=150` as `retry-after-ms`. `?reason=quotaExceeded` replaces the
//! reason in the error body.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! let server = flaky::Flaky::start()?;
//! let mut stream = TcpStream::connect(server.address())?;
//! stream.write_all(b"GET /status/503 HTTP/1.0\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//!
//! assert!(answer.contains("503 Service Unavailable"));
//! assert!(answer.contains(r#""reason":"backendError""#));
//! assert_eq!(server.requests("/status/503"), 1);
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod codes;
mod connection;
mod download;
mod record;
mod refused;
mod routes;
mod server;
mod wishes;

pub use download::file;
pub use server::{Builder, Flaky};
