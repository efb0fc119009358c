//! A middleware for `reqwest-middleware`.

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};
use retry_core::Retries;

use crate::body::Original;
use crate::classifier::Classifier;
use crate::key::{self, KeyStyle};
use crate::no_response::NoResponse;
use crate::reply;
use crate::resend::{self, Judge};
use crate::telemetry::Span;

/// Retries every request of a `reqwest_middleware` client, with a policy or a policy with behaviour attached.
///
/// As [`send_with`](crate::RequestBuilderExt::send_with): the method decides, a stream is sent once, and a response
/// that is followed by another attempt is read while the call waits. A [`FreshBody`](crate::FreshBody) among the
/// extensions of a request is made anew for each attempt.
///
/// A classifier of the policy's own judges `Result<Response, NoResponse>`; what comes out is the error from below,
/// unchanged.
///
/// ```
/// use retry_core::Policy;
/// use retry_http::RetryMiddleware;
/// use reqwest_middleware::ClientBuilder;
///
/// let client = retry_http::client_builder().build()?;
/// let client = ClientBuilder::new(client).with(RetryMiddleware::new(Policy::new())).build();
/// # Ok::<(), retry_http::reqwest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RetryMiddleware<R> {
    retry: R,
    classifier: Classifier,
    keys: Option<KeyStyle>,
}

impl<R> RetryMiddleware<R> {
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

#[async_trait::async_trait]
impl<R> Middleware for RetryMiddleware<R>
where
    R: Retries<Result<Response, NoResponse>> + Clone + Send + Sync + 'static,
{
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response, Error> {
        let mut request = Original::new(request, extensions.get().cloned());
        if let Some(style) = &self.keys {
            key::add(&style.key(), &mut request);
        }
        let key = self.keys.as_ref().map(KeyStyle::header);
        let judge = Judge::of(&request, self.classifier, key);
        let verdict = |outcome: &Result<Response, NoResponse>| match outcome {
            Ok(response) => judge.response(response),
            Err(error) => judge.error(error),
        };
        // Each attempt borrows the extensions in turn; an operation cannot lend them out by itself.
        let extensions = tokio::sync::Mutex::new(extensions);
        let send = |request: Request, attempt| {
            let span = Span::of(&request, attempt);
            let (next, extensions) = (next.clone(), &extensions);
            span.clone().around(async move {
                let outcome = next.run(request, *extensions.lock().await).await;
                match &outcome {
                    Ok(response) => span.answered(response.status()),
                    Err(error) => span.failed(error),
                }
                outcome.map_err(NoResponse::new)
            })
        };
        resend::run(self.retry.clone(), request, verdict, reply::tidy, send)
            .await
            .map_err(restored)
    }
}

/// The error as it came from below; one of a limit of `retry_core` as that of a middleware.
fn restored(error: NoResponse) -> Error {
    match error.into_inner().downcast() {
        Ok(error) => *error,
        Err(other) => Error::middleware(NoResponse::new(other)),
    }
}
