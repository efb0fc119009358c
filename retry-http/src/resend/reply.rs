//! `Reply`: a response as the adapters need it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::Body;

use crate::resend::drain;

/// A response that adapters judge, and read away before its request is sent again: `http::Response` and
/// `reqwest::Response`.
#[cfg_attr(
    not(feature = "tower"),
    allow(unreachable_pub, reason = "tower's layer shows it")
)]
pub trait Reply: Send + Sized {
    #[doc(hidden)]
    fn status(&self) -> StatusCode;

    #[doc(hidden)]
    fn headers(&self) -> &HeaderMap;

    /// The URL that answered, where the response tells.
    #[doc(hidden)]
    #[cfg(feature = "reqwest")]
    fn url(&self) -> Option<&reqwest::Url>;

    /// Reads the rest, so that the connection can be used again.
    #[doc(hidden)]
    fn read_away(self) -> impl Future<Output = ()> + Send;
}

impl<B: Body<Data = Bytes> + Send> Reply for http::Response<B> {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    #[cfg(feature = "reqwest")]
    fn url(&self) -> Option<&reqwest::Url> {
        None
    }

    fn read_away(self) -> impl Future<Output = ()> + Send {
        drain::away(self.into_body())
    }
}

#[cfg(feature = "reqwest")]
impl Reply for reqwest::Response {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn url(&self) -> Option<&reqwest::Url> {
        Some(self.url())
    }

    fn read_away(self) -> impl Future<Output = ()> + Send {
        drain::away(reqwest::Body::from(self))
    }
}

/// What the adapters do with an outcome that is followed by another attempt.
pub(crate) async fn tidy<T: Reply, E>(outcome: Result<T, E>) {
    if let Ok(response) = outcome {
        response.read_away().await;
    }
}
