//! `RetryMiddleware`: a middleware for `reqwest-middleware`.

use std::sync::{Mutex, PoisonError};

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use retry_core::Retries;

use crate::adapt::adapter::Adapter;
use crate::adapt::no_response::NoResponse;
use crate::resend::body::Original;

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
pub type RetryMiddleware<R> = Adapter<R>;

#[async_trait::async_trait]
impl<R> Middleware for Adapter<R>
where
    R: Retries<Result<Response, NoResponse>> + Clone + Send + Sync + 'static,
{
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response, Error> {
        let request = Original::new(request, extensions.get().cloned());
        // Each attempt has extensions of its own, as several legs of one may run at once; those of the last one stay.
        let extensions = Mutex::new(extensions);
        let shared = || extensions.lock().unwrap_or_else(PoisonError::into_inner);
        let send = |request| {
            let (next, mut own) = (next.clone(), shared().clone());
            async move {
                let outcome = next.run(request, &mut own).await;
                **shared() = own;
                outcome.map_err(NoResponse::new)
            }
        };
        self.clone().run(request, send).await.map_err(restored)
    }
}

/// The error as it came from below; one of a limit of `retry_core` as that of a middleware.
fn restored(error: NoResponse) -> Error {
    match error.into_inner().downcast() {
        Ok(error) => *error,
        Err(other) => Error::middleware(NoResponse::new(other)),
    }
}
