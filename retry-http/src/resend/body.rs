//! `FreshBody`, a body that a function makes anew, and the request that goes with it.

use core::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method};
use reqwest::{Body, Request, Url};

use crate::resend::gather::gather;
use crate::resend::replay::Replay;

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

    fn authority(&self) -> String {
        self.request.authority()
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
    fn address(&self) -> (String, String, Option<u16>) {
        self.request.address()
    }
}

fn with_body(mut request: Request, body: Option<&FreshBody>) -> Request {
    if let Some(FreshBody(make)) = body {
        *request.body_mut() = Some(make());
    }
    request
}
