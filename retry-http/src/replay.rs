//! Sending one request several times: what the adapters have in common.

use retry_core::{Classify, Runner};

use crate::classifier::{Classifier, Standing};
use crate::key;
#[cfg(feature = "tracing")]
use crate::telemetry::Address;

/// A request that adapters send: `http::Request<B>` where `B: Clone`, and `reqwest::Request`.
#[cfg_attr(
    not(feature = "tower"),
    allow(unreachable_pub, reason = "tower's layer shows it")
)]
pub trait Replay: Sized {
    #[doc(hidden)]
    fn method(&self) -> &http::Method;

    #[doc(hidden)]
    fn headers(&self) -> &http::HeaderMap;

    #[doc(hidden)]
    fn headers_mut(&mut self) -> &mut http::HeaderMap;

    /// The same request once more; `None` where its body is a stream.
    #[doc(hidden)]
    fn replay(&self) -> Option<Self>;

    #[doc(hidden)]
    fn can_replay(&self) -> bool;

    #[doc(hidden)]
    #[cfg(feature = "tracing")]
    fn address(&self) -> Address;
}

impl<B: Clone> Replay for http::Request<B> {
    fn method(&self) -> &http::Method {
        self.method()
    }

    fn headers(&self) -> &http::HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut http::HeaderMap {
        self.headers_mut()
    }

    fn replay(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn can_replay(&self) -> bool {
        true
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> Address {
        let uri = self.uri();
        let port = uri.port_u16();
        let host = uri.host().unwrap_or_default().to_owned();
        let mut url = String::new();
        if let Some(scheme) = uri.scheme_str() {
            let at = port.map_or_else(String::new, |port| format!(":{port}"));
            url = format!("{scheme}://{host}{at}");
        }
        url += uri.path();
        Address { url, host, port }
    }
}

#[cfg(feature = "reqwest")]
impl Replay for reqwest::Request {
    fn method(&self) -> &http::Method {
        self.method()
    }

    fn headers(&self) -> &http::HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut http::HeaderMap {
        self.headers_mut()
    }

    fn replay(&self) -> Option<Self> {
        self.try_clone()
    }

    fn can_replay(&self) -> bool {
        self.body().is_none_or(|body| body.as_bytes().is_some())
    }

    #[cfg(feature = "tracing")]
    fn address(&self) -> Address {
        let url = crate::error::without_secrets(self.url().clone());
        Address {
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
            url: url.into(),
        }
    }
}

/// Which of its attempts a request is sent for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Of the attempt, from 1.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "spans tell it"))]
    pub(crate) number: u32,
    /// Whether another attempt may follow.
    pub(crate) is_last: bool,
}

/// What a classifier makes of a call with this request.
pub(crate) fn standing(classifier: &Classifier, request: &impl Replay) -> Standing {
    let has_key = key::is_in(request.headers());
    classifier.standing(Some(request.method()), has_key)
}

/// Sends a request until an outcome stands.
///
/// It is cloned only where another attempt may follow; a stream, which cannot be, is sent once.
pub(crate) async fn run<R, Q, O, Fut>(
    retry: R,
    request: Q,
    judge: impl Classify<O> + Send,
    mut send: impl FnMut(Q, Turn) -> Fut + Send,
) -> O
where
    R: Runner<O>,
    Q: Replay + Send,
    Fut: Future<Output = O> + Send,
{
    if !request.can_replay() {
        let turn = Turn {
            number: 1,
            is_last: true,
        };
        return send(request, turn).await;
    }
    let mut request = Some(request);
    retry
        .run(judge, |attempt| {
            let turn = Turn {
                number: attempt.number(),
                is_last: attempt.is_last(),
            };
            let next = match &request {
                Some(request) if !turn.is_last => request.replay(),
                _ => request.take(),
            };
            let Some(next) = next else {
                unreachable!("an attempt after the last one");
            };
            send(next, turn)
        })
        .await
}
