//! `gather`: a body that came as a stream, and is in memory all along, becomes bytes, which can be sent again.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http_body::{Body as _, Frame, SizeHint};
use reqwest::{Body, Request};

/// A body that comes as a stream is gathered up to this length.
const MOST_GATHERED: u64 = 1024 * 1024;

/// Turns a body that came as a stream, and yet is there without waiting, into bytes: a multipart form of texts and bytes
/// is one.
///
/// One whose length is not known, or is more than 1 MiB, is not touched.
pub(crate) fn gather(request: &mut Request) {
    let Some(body) = request.body() else { return };
    let known = body.size_hint().exact().or_else(|| {
        let length = request.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    });
    if body.as_bytes().is_some() || known.is_none_or(|length| length > MOST_GATHERED) {
        return;
    }
    if let Some(body) = request.body_mut().take() {
        *request.body_mut() = Some(gathered(body));
    }
}

fn gathered(mut body: Body) -> Body {
    let mut read = BytesMut::new();
    // Whoever sends what is not there yet polls again, with a waker of its own.
    let mut cx = Context::from_waker(Waker::noop());
    while read.len() as u64 <= MOST_GATHERED {
        match Pin::new(&mut body).poll_frame(&mut cx) {
            Poll::Ready(None) => return read.freeze().into(),
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) => read.extend_from_slice(&data),
                Err(trailers) => return Begun::body(read, Some(Ok(trailers)), body),
            },
            Poll::Ready(Some(Err(error))) => return Begun::body(read, Some(Err(error)), body),
            Poll::Pending => break,
        }
    }
    Begun::body(read, None, body)
}

type Read<T> = Result<T, reqwest::Error>;

/// A body of which the beginning was read already: the bytes, what came after them, and the rest.
struct Begun {
    read: Bytes,
    next: Option<Read<Frame<Bytes>>>,
    rest: Body,
}

impl Begun {
    fn body(read: BytesMut, next: Option<Read<Frame<Bytes>>>, rest: Body) -> Body {
        let read = read.freeze();
        Body::wrap(Self { read, next, rest })
    }
}

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Read<Frame<Bytes>>>> {
        if !self.read.is_empty() {
            let read = core::mem::take(&mut self.read);
            return Poll::Ready(Some(Ok(Frame::data(read))));
        }
        match self.next.take() {
            Some(next) => Poll::Ready(Some(next)),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let (read, rest) = (self.read.len() as u64, self.rest.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}
