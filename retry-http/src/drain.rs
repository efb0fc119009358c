//! Reading a body so that its connection can be used again, within bounds that no server can stretch.

use core::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;

/// More than this costs more than a new connection.
pub(crate) const MOST_BYTES: usize = 64 * 1024;

/// A body that takes longer is not worth the wait.
pub(crate) const MOST_TIME: Duration = Duration::from_secs(1);

/// The first [`MOST_BYTES`] of a body, or as much of it as comes within [`MOST_TIME`].
pub(crate) async fn beginning(response: &mut Response) -> Bytes {
    let mut body = BytesMut::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = MOST_BYTES - body.len();
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if body.len() == MOST_BYTES {
                break;
            }
        }
    };
    // Running out of time is no error here: what came is kept.
    let _ = tokio::time::timeout(MOST_TIME, read).await;
    body.freeze()
}
