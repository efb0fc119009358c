//! Reading a body so that its connection can be used again, within bounds that no server can stretch.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

/// More than this costs more than a new connection.
const MOST_BYTES: usize = 64 * 1024;

/// A body that takes longer is not worth the wait.
const MOST_TIME: Duration = Duration::from_secs(1);

/// How reading within the bounds ended.
enum End<E> {
    Whole,
    Unread,
    Broken(E),
}

async fn read<B>(body: &mut B) -> (BytesMut, End<B::Error>)
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut read = BytesMut::new();
    let mut end = End::Unread;
    let reading = async {
        while read.len() < MOST_BYTES {
            match body.frame().await {
                None => end = End::Whole,
                Some(Err(error)) => end = End::Broken(error),
                Some(Ok(frame)) => {
                    read.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
                    continue;
                }
            }
            break;
        }
    };
    // Running out of time is no error here: what came is kept.
    let _ = tokio::time::timeout(MOST_TIME, reading).await;
    (read, end)
}

/// The first 64 KiB of a body, or as much of it as comes within a second.
#[cfg(feature = "reqwest")]
pub(crate) async fn beginning<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Bytes {
    let (mut read, _) = read(&mut body).await;
    read.truncate(MOST_BYTES);
    read.freeze()
}

/// A response body of which the beginning may have been read, so that its connection is free again.
///
/// It gives the same bytes as the body it was made from. Trailers of a body that was read to its end are dropped.
#[cfg_attr(
    not(feature = "tower"),
    allow(unreachable_pub, reason = "tower's layer shows it")
)]
#[derive(Debug)]
pub struct Held<B: Body> {
    read: Bytes,
    rest: Option<Result<B, B::Error>>,
}

impl<B: Body<Data = Bytes> + Unpin> Held<B> {
    /// A body as it came.
    #[cfg(feature = "tower")]
    pub(crate) fn untouched(body: B) -> Self {
        Self {
            read: Bytes::new(),
            rest: Some(Ok(body)),
        }
    }

    /// Reads the body, within bounds; what is beyond them stays to be read by whoever wants it.
    pub(crate) async fn drained(mut body: B) -> Self {
        let (read, end) = read(&mut body).await;
        Self {
            read: read.freeze(),
            rest: match end {
                End::Whole => None,
                End::Unread => Some(Ok(body)),
                End::Broken(error) => Some(Err(error)),
            },
        }
    }
}

impl<B> Body for Held<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if !self.read.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(core::mem::take(&mut self.read)))));
        }
        match self.rest.take() {
            None => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            Some(Ok(mut body)) => {
                let frame = Pin::new(&mut body).poll_frame(context);
                self.rest = Some(Ok(body));
                frame
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty()
            && match &self.rest {
                None => true,
                Some(Ok(body)) => body.is_end_stream(),
                Some(Err(_)) => false,
            }
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.read.len() as u64;
        let rest = match &self.rest {
            None => SizeHint::with_exact(0),
            Some(Ok(body)) => body.size_hint(),
            Some(Err(_)) => SizeHint::default(),
        };
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}
