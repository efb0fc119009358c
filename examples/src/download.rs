//! Files that come in parts, slowly, and mostly break off.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::time::sleep;

/// How much is sent at a time.
const PIECE: usize = 32 * 1024;

/// The file of a name, the same in every process: 1 byte to 2 MiB.
#[must_use]
pub fn file(name: &str) -> Vec<u8> {
    let seed = |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte));
    let mut random = fastrand::Rng::with_seed(name.bytes().fold(1, seed));
    let length = random.usize(1..=2 * 1024 * 1024);
    let mut bytes = vec![0; length];
    random.fill(&mut bytes);
    bytes
}

pub(crate) async fn download(
    State(random): State<Arc<Mutex<fastrand::Rng>>>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Response {
    let bytes = Bytes::from(file(&name));
    let length = bytes.len();
    let etag = format!("\"{length}\"");
    let first = part(&asked, &etag).filter(|first| *first < length);
    let rest = bytes.slice(first.unwrap_or(0)..);
    let stops = {
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        // What is nearly there comes, or a file could end for want of luck.
        (random.u8(..3) > 0 && rest.len() > 2 * PIECE).then(|| random.usize(..rest.len()))
    };
    let headers = [(ETAG, etag), (CONTENT_LENGTH, rest.len().to_string())];
    let body = Body::from_stream(slowly(rest, stops));
    match first {
        None => (headers, body).into_response(),
        Some(first) => {
            let range = format!("bytes {first}-{}/{length}", length - 1);
            let part = [(CONTENT_RANGE, range)];
            (StatusCode::PARTIAL_CONTENT, headers, part, body).into_response()
        }
    }
}

/// The first byte that is asked for, if it is still the same file.
fn part(asked: &HeaderMap, etag: &str) -> Option<usize> {
    if asked.get(IF_RANGE)? != etag {
        return None;
    }
    let range = asked.get(RANGE)?.to_str().ok()?;
    range
        .strip_prefix("bytes=")?
        .strip_suffix('-')?
        .parse()
        .ok()
}

/// Piece by piece; breaks off after so many bytes.
fn slowly(
    bytes: Bytes,
    stops: Option<usize>,
) -> impl futures_util::Stream<Item = Result<Bytes, &'static str>> {
    stream::unfold((bytes, stops), |(mut bytes, stops)| async move {
        sleep(Duration::from_millis(2)).await;
        if bytes.is_empty() {
            return None;
        }
        let most = PIECE.min(bytes.len()).min(stops.unwrap_or(usize::MAX));
        if most == 0 {
            return Some((Err("cut off on purpose"), (Bytes::new(), None)));
        }
        let piece = bytes.split_to(most);
        Some((Ok(piece), (bytes, stops.map(|stops| stops - most))))
    })
}
