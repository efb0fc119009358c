//! Request bodies that can be sent again: bytes, what is in memory all along, and what a function makes anew.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use http_body::{Body as _, Frame, SizeHint};
use reqwest::{Body, Request, Url};

#[cfg(feature = "tracing")]
use crate::replay::Address;
use crate::replay::Replay;

/// A body that comes as a stream is gathered up to this length.
const MOST_GATHERED: u64 = 1024 * 1024;

/// A request body that is made anew for each attempt, such as a file that is opened again.
///
/// [`SendWith::body_with`](crate::SendWith::body_with) takes the function itself. In a client of reqwest-middleware this
/// goes along with the request, in place of its body:
///
/// ```
/// # #[cfg(feature = "middleware")]
/// # fn request(client: &reqwest_middleware::ClientWithMiddleware) -> reqwest_middleware::RequestBuilder {
/// use retry_http::{FreshBody, reqwest};
///
/// let upload = FreshBody::new(|| reqwest::Body::from("read from a file each time"));
/// client.put("http://127.0.0.1:8080/upload").with_extension(upload)
/// # }
/// ```
#[derive(Clone)]
pub struct FreshBody(Arc<dyn Fn() -> Body + Send + Sync>);

impl FreshBody {
    /// The body that `make` returns, called once for each attempt.
    pub fn new<B: Into<Body>>(make: impl Fn() -> B + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || make().into()))
    }
}

impl fmt::Debug for FreshBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshBody(..)")
    }
}

/// A request together with the way to its body.
#[derive(Debug)]
pub(crate) struct Original {
    request: Request,
    body: Option<FreshBody>,
}

impl Original {
    pub(crate) fn new(mut request: Request, body: Option<FreshBody>) -> Self {
        match body {
            Some(_) => *request.body_mut() = None,
            None => gather(&mut request),
        }
        Self { request, body }
    }
}

impl Replay for Original {
    type Sent = Request;

    fn method(&self) -> &Method {
        self.request.method()
    }

    fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    fn url(&self) -> Option<&Url> {
        Some(self.request.url())
    }

    fn replay(&self) -> Option<Request> {
        Some(with_body(self.request.try_clone()?, self.body.as_ref()))
    }

    fn can_replay(&self) -> bool {
        self.request.can_replay()
    }

    fn into_sent(self) -> Request {
        with_body(self.request, self.body.as_ref())
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> Address {
        self.request.address()
    }
}

fn with_body(mut request: Request, body: Option<&FreshBody>) -> Request {
    if let Some(FreshBody(make)) = body {
        *request.body_mut() = Some(make());
    }
    request
}

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
