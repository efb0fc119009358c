//! Reading a body so that its connection can be used again, within bounds that no server can stretch.

#[cfg(feature = "reqwest")]
use core::future::poll_fn;
use core::pin::pin;
#[cfg(feature = "reqwest")]
use core::task::Poll;
#[cfg(feature = "reqwest")]
use core::time::Duration;

use bytes::Bytes;
#[cfg(feature = "reqwest")]
use bytes::BytesMut;
use http_body::Body;
use http_body_util::BodyExt;

/// More than this costs more than a new connection.
const MOST_BYTES: usize = 64 * 1024;

/// A body that takes longer is not worth the wait.
#[cfg(feature = "reqwest")]
const MOST_TIME: Duration = Duration::from_secs(1);

/// Reads on until the body ends, breaks, or is longer than it is worth.
async fn read<B: Body<Data = Bytes>>(body: B, mut keep: impl FnMut(&Bytes)) {
    let mut body = pin!(body);
    let mut read = 0;
    while read < MOST_BYTES {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        if let Some(data) = frame.data_ref() {
            read += data.len();
            keep(data);
        }
    }
}

/// The first 64 KiB of a body, or as much of it as comes within a second and within the attempt.
///
/// The status is known by then, and must not be lost to the rest: an attempt that is out of time ends here.
#[cfg(feature = "reqwest")]
pub(crate) async fn beginning<B: Body<Data = Bytes>>(body: B) -> Bytes {
    let mut bytes = BytesMut::new();
    {
        let reading = read(body, |data| bytes.extend_from_slice(data));
        let mut reading = pin!(tokio::time::timeout(MOST_TIME, reading));
        poll_fn(|cx| match reading.as_mut().poll(cx) {
            // Running out of time is no error here: what came is kept.
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending if retry_core::out_of_time() => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        })
        .await;
    }
    bytes.truncate(MOST_BYTES);
    bytes.freeze()
}

/// Reads a body of which nobody wants to know anything, for as long as somebody polls this.
pub(crate) async fn away<B: Body<Data = Bytes>>(body: B) {
    read(body, |_| ()).await;
}
