//! A middleware for `reqwest-middleware`.

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};
use retry_core::Runner;

use crate::answer::Answer;
use crate::classifier::Classifier;
use crate::key::{self, KeyStyle};
use crate::resend;
use crate::send::drained;
use crate::telemetry::Span;

/// Retries every request of a `reqwest_middleware` client, with a policy or a policy with behaviour attached.
///
/// As [`send_with`](crate::RequestBuilderExt::send_with): the method decides, a stream is sent once, and a response
/// that is followed by another attempt is read first.
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
    R: Runner<Result<Response, Error>> + Clone + Send + Sync + 'static,
{
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response, Error> {
        if let Some(style) = &self.keys {
            key::add(&style.key(), &mut request);
        }
        let standing = resend::standing(&self.classifier, &request);
        let judge = |outcome: &Result<Response, Error>| match outcome {
            Ok(response) => self.classifier.answer(standing, Answer::of(response)),
            Err(error) => self.classifier.chain(standing, error),
        };
        // Each attempt borrows the extensions in turn; an operation cannot lend them out by itself.
        let extensions = tokio::sync::Mutex::new(extensions);
        resend::run(self.retry.clone(), request, judge, |request, turn| {
            let span = Span::of(&request, turn);
            let (next, extensions) = (next.clone(), &extensions);
            span.clone().around(async move {
                let mut extensions = extensions.lock().await;
                let outcome = next.run(request, &mut extensions).await;
                let response = outcome.inspect_err(|error| span.failed(error))?;
                span.answered(response.status());
                let verdict = self.classifier.answer(standing, Answer::of(&response));
                let again = !turn.is_last && verdict.is_retry();
                Ok(if again {
                    drained(response).await
                } else {
                    response
                })
            })
        })
        .await
    }
}
