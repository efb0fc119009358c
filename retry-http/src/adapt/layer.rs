//! `RetryLayer`: a layer for tower.

use core::error::Error;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use retry_core::Retries;

use crate::adapt::adapter::Adapter;
use crate::adapt::no_response::NoResponse;
use crate::resend::replay::Replay;
use crate::resend::reply::Reply;

type BoxError = Box<dyn Error + Send + Sync>;

/// Retries the requests of a tower service, with a policy or a policy with behaviour attached.
///
/// It goes over every service that answers `http::Request<B>`, where `B: Clone`, by `http::Response`, such as
/// hyper-util's client with a `Full<Bytes>`, and over `reqwest::Client`. The bodies that tonic generates cannot be
/// cloned: annotate such a call instead.
///
/// As [`Classifier::by_method`](crate::Classifier::by_method) has it, the method decides. A response that is followed by
/// another attempt is read while the call waits, 64 KiB at most, so that its connection can be used again.
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
pub type RetryLayer<R> = Adapter<R>;

impl<S, R: Clone> Layer<S> for Adapter<R> {
    type Service = RetryService<S, R>;

    fn layer(&self, inner: S) -> RetryService<S, R> {
        RetryService {
            inner,
            adapter: self.clone(),
        }
    }
}

/// A service that retries; made by [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct RetryService<S, R> {
    inner: S,
    adapter: Adapter<R>,
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
        let adapter = self.adapter.clone();
        Box::pin(async move {
            request.prepare();
            adapter
                .run(request, |request| send(service(), request))
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
