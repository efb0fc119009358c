//! A layer for tower.

use core::error::Error;
use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::Body;
use retry_core::{Rejected, Runner, TimedOut};
use tower_layer::Layer;
use tower_service::Service;

use crate::answer::Answer;
use crate::classifier::Classifier;
use crate::drain::Held;
use crate::key::{self, KeyStyle};
use crate::replay::Replay;
use crate::resend;
use crate::telemetry::Span;

type BoxError = Box<dyn Error + Send + Sync>;

/// Why a [`RetryService`] has no response: the error of the service below, or of a limit of `retry_core`.
#[derive(Debug)]
pub struct NoResponse(BoxError);

impl NoResponse {
    /// The error itself.
    #[must_use]
    pub fn into_inner(self) -> BoxError {
        self.0
    }
}

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no response")
    }
}

impl Error for NoResponse {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

/// What `attempt_timeout` needs.
impl From<TimedOut> for NoResponse {
    fn from(error: TimedOut) -> Self {
        Self(error.into())
    }
}

/// What `breaker` needs.
impl From<Rejected> for NoResponse {
    fn from(error: Rejected) -> Self {
        Self(error.into())
    }
}

/// Retries the requests of a tower service, with a policy or a policy with behaviour attached.
///
/// It goes over every service that answers `http::Request<B>`, where `B: Clone`, by `http::Response`, such as
/// hyper-util's client with a `Full<Bytes>`, and over `reqwest::Client`. The bodies that tonic generates cannot be
/// cloned: annotate such a call instead.
///
/// As [`Classifier::by_method`] has it, the method decides. A response that is followed by another attempt is read
/// first, 64 KiB and a second at most, so that its connection can be used again.
///
/// ```
/// use http_body_util::Full;
/// use hyper_util::{client::legacy::Client, rt::TokioExecutor};
/// use retry_core::Policy;
/// use retry_http::RetryLayer;
/// use tower_layer::Layer;
///
/// type Body = Full<hyper::body::Bytes>;
/// let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
/// let service = RetryLayer::new(Policy::new()).layer(client);
///
/// let reqwest = RetryLayer::new(Policy::new()).layer(retry_http::reqwest::Client::new());
/// ```
#[derive(Clone, Debug)]
pub struct RetryLayer<R> {
    retry: R,
    classifier: Classifier,
    keys: Option<KeyStyle>,
}

impl<R> RetryLayer<R> {
    /// Retries with `retry`, which is cloned for each call: a `Policy`, a reference to one, or a `Retry`.
    pub const fn new(retry: R) -> Self {
        Self {
            retry,
            classifier: Classifier::by_method(),
            keys: None,
        }
    }

    /// Judges by this classifier in place of [`Classifier::by_method`].
    #[must_use]
    pub fn classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// Gives every call whose method is not idempotent a key of its own, unless it has one.
    #[must_use]
    pub fn idempotency_keys(mut self, style: KeyStyle) -> Self {
        self.keys = Some(style);
        self
    }
}

impl<S, R: Clone> Layer<S> for RetryLayer<R> {
    type Service = RetryService<S, R>;

    fn layer(&self, inner: S) -> RetryService<S, R> {
        RetryService {
            inner,
            layer: self.clone(),
        }
    }
}

/// A service that retries; made by [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct RetryService<S, R> {
    inner: S,
    layer: RetryLayer<R>,
}

impl<S, R, Q> Service<Q> for RetryService<S, R>
where
    Q: Replay + Send + 'static,
    S: Service<Q, Response: Reply, Error: Into<BoxError>, Future: Send> + Clone + Send + 'static,
    R: Runner<Result<<S::Response as Reply>::Held, NoResponse>> + Clone + Send + 'static,
{
    type Response = <S::Response as Reply>::Held;
    type Error = NoResponse;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NoResponse>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NoResponse>> {
        let ready = self.inner.poll_ready(context);
        ready.map_err(|error| NoResponse(error.into()))
    }

    fn call(&mut self, mut request: Q) -> Self::Future {
        // The service that `poll_ready` made ready is this one, not its clone.
        let spare = self.inner.clone();
        let mut ready = Some(core::mem::replace(&mut self.inner, spare.clone()));
        let mut service = move || ready.take().unwrap_or_else(|| spare.clone());
        if let Some(style) = &self.layer.keys {
            key::add(&style.key(), &mut request);
        }
        let (retry, classifier) = (self.layer.retry.clone(), self.layer.classifier);
        let standing = resend::standing(&classifier, &request);
        Box::pin(async move {
            let judge = |outcome: &Result<Self::Response, NoResponse>| match outcome {
                Ok(held) => classifier.answer(standing, Answer::now(S::Response::held_parts(held))),
                Err(error) => classifier.chain(standing, error.0.as_ref()),
            };
            resend::run(retry, request, judge, |request, turn| {
                let span = Span::of(&request, turn);
                let attempt = attempt(service(), request);
                span.clone().around(async move {
                    let response = attempt
                        .await
                        .inspect_err(|error| span.failed(error.0.as_ref()))?;
                    span.answered(response.parts().0);
                    let verdict = classifier.answer(standing, Answer::now(response.parts()));
                    Ok(if verdict.is_retry() && !turn.is_last {
                        response.drained().await
                    } else {
                        response.untouched()
                    })
                })
            })
            .await
        })
    }
}

async fn attempt<S, Q>(mut service: S, request: Q) -> Result<S::Response, NoResponse>
where
    S: Service<Q, Error: Into<BoxError>>,
{
    let ready = poll_fn(|context| service.poll_ready(context)).await;
    ready.map_err(|error| NoResponse(error.into()))?;
    let outcome = service.call(request).await;
    outcome.map_err(|error| NoResponse(error.into()))
}

/// A response that can be read and kept: `http::Response` and `reqwest::Response`.
pub trait Reply: Send + Sized {
    /// The response whose body may have been read.
    type Held: Send;

    #[doc(hidden)]
    fn parts(&self) -> (StatusCode, &HeaderMap);

    #[doc(hidden)]
    fn held_parts(held: &Self::Held) -> (StatusCode, &HeaderMap);

    #[doc(hidden)]
    fn untouched(self) -> Self::Held;

    #[doc(hidden)]
    fn drained(self) -> impl Future<Output = Self::Held> + Send;
}

impl<B> Reply for http::Response<B>
where
    B: Body<Data = Bytes, Error: Unpin + Send> + Unpin + Send,
{
    type Held = http::Response<Held<B>>;

    fn parts(&self) -> (StatusCode, &HeaderMap) {
        (self.status(), self.headers())
    }

    fn held_parts(held: &Self::Held) -> (StatusCode, &HeaderMap) {
        (held.status(), held.headers())
    }

    fn untouched(self) -> Self::Held {
        self.map(Held::untouched)
    }

    async fn drained(self) -> Self::Held {
        let (head, body) = self.into_parts();
        http::Response::from_parts(head, Held::drained(body).await)
    }
}

#[cfg(feature = "reqwest")]
impl Reply for reqwest::Response {
    type Held = Self;

    fn parts(&self) -> (StatusCode, &HeaderMap) {
        (self.status(), self.headers())
    }

    fn held_parts(held: &Self) -> (StatusCode, &HeaderMap) {
        held.parts()
    }

    fn untouched(self) -> Self {
        self
    }

    async fn drained(self) -> Self {
        crate::send::drained(self).await
    }
}
