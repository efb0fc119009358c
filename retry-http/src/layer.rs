//! A layer for tower.

use core::error::Error;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use retry_core::Retries;
use tower_layer::Layer;
use tower_service::Service;

use crate::classifier::Classifier;
use crate::key::{self, KeyStyle};
use crate::no_response::NoResponse;
use crate::replay::Replay;
use crate::reply::{self, Reply};
use crate::resend::{self, Judge};
use crate::telemetry::Span;

type BoxError = Box<dyn Error + Send + Sync>;

/// Retries the requests of a tower service, with a policy or a policy with behaviour attached.
///
/// It goes over every service that answers `http::Request<B>`, where `B: Clone`, by `http::Response`, such as
/// hyper-util's client with a `Full<Bytes>`, and over `reqwest::Client`. The bodies that tonic generates cannot be
/// cloned: annotate such a call instead.
///
/// As [`Classifier::by_method`] has it, the method decides. A response that is followed by another attempt is read while
/// the call waits, 64 KiB at most, so that its connection can be used again.
///
/// A layer that follows redirects belongs above this one: below, it would hide which request an outcome is of.
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
    Q: Replay<Sent = Q> + Send + 'static,
    S: Service<Q, Response: Reply, Error: Into<BoxError>, Future: Send> + Clone + Send + 'static,
    R: Retries<Result<S::Response, NoResponse>> + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = NoResponse;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, NoResponse>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NoResponse>> {
        self.inner.poll_ready(context).map_err(NoResponse::new)
    }

    fn call(&mut self, mut request: Q) -> Self::Future {
        // The service that `poll_ready` made ready is this one, not its clone.
        let spare = self.inner.clone();
        let mut ready = Some(core::mem::replace(&mut self.inner, spare.clone()));
        let mut service = move || ready.take().unwrap_or_else(|| spare.clone());
        let RetryLayer {
            retry,
            classifier,
            keys,
        } = self.layer.clone();
        Box::pin(async move {
            request.prepare();
            if let Some(style) = &keys {
                key::add(&style.key(), &mut request);
            }
            let judge = Judge::of(&request, classifier, keys.as_ref().map(KeyStyle::header));
            let verdict = |outcome: &Result<S::Response, NoResponse>| match outcome {
                Ok(response) => judge.response(response),
                Err(error) => judge.error(error),
            };
            resend::run(retry, request, verdict, reply::tidy, |request, attempt| {
                let span = Span::of(&request, attempt);
                let sent = send(service(), request);
                span.clone().around(async move {
                    let outcome = sent.await;
                    match &outcome {
                        Ok(response) => span.answered(response.status()),
                        Err(error) => span.failed(error),
                    }
                    outcome
                })
            })
            .await
        })
    }
}

async fn send<S, Q>(mut service: S, request: Q) -> Result<S::Response, NoResponse>
where
    S: Service<Q, Error: Into<BoxError>>,
{
    let ready = poll_fn(|context| service.poll_ready(context)).await;
    ready.map_err(NoResponse::new)?;
    service.call(request).await.map_err(NoResponse::new)
}
