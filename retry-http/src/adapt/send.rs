//! `send_with`: a request that is sent until its outcome stands.

use core::marker::PhantomData;
use core::pin::Pin;

use bytes::Bytes;
use reqwest::{Client, Request, RequestBuilder, Response};
use retry_core::{Attempt, Retries, Verdict};
use serde::de::DeserializeOwned;

use crate::adapt::check::checked;
use crate::facts::error::Error;
use crate::judge::classifier::Classifier;
use crate::resend::body::{FreshBody, Original};
use crate::resend::call::{self, Judge};
use crate::resend::key::IdempotencyKey;
use crate::resend::reply;
use crate::resend::telemetry::Span;

/// What this crate adds to `reqwest::RequestBuilder`.
pub trait RequestBuilderExt {
    /// Sends the request with a policy, or with a policy that has behaviour attached.
    ///
    /// Unless the builder names a classifier of its own, the method decides: an idempotent one, or a request with an
    /// idempotency key, is repeated after every transient failure, any other only where the server did not act on it.
    /// A body that is a stream cannot be repeated, and is sent once, unless it is in memory all along and less than a
    /// mebibyte, as a multipart form of texts is, or comes from [`body_with`](SendWith::body_with). Where it is sent once,
    /// a failure that would have been retried ends the call with `StopReason::NotRepeatable`.
    ///
    /// A client has retries of its own: make it with [`client_builder`](crate::client_builder), or each attempt here
    /// may be several there.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), retry_http::Error> {
    /// use retry_core::Policy;
    /// use retry_http::{RequestBuilderExt, reqwest};
    ///
    /// const POLICY: Policy = Policy::new().max_attempts(4);
    /// let client = retry_http::client_builder().build()?;
    ///
    /// let response = client.get("http://127.0.0.1:8080/").send_with(POLICY).await?;
    /// let text = client.get("http://127.0.0.1:8080/").send_with(&POLICY).text().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn send_with<'r, R: 'r>(self, retry: R) -> SendWith<'r, R>;
}

impl RequestBuilderExt for RequestBuilder {
    fn send_with<'r, R: 'r>(self, retry: R) -> SendWith<'r, R> {
        SendWith {
            request: self,
            retry,
            classifier: Classifier::by_method(),
            key: None,
            body: None,
            hedge_repeatable: false,
            life: PhantomData,
        }
    }
}

/// A request that is sent until its outcome stands; made by [`RequestBuilderExt::send_with`].
///
/// Awaited, it gives the last response, whatever its status. A response that is followed by another attempt is read while
/// the call waits, 64 KiB at most, so that its connection can be used again.
#[derive(Debug)]
#[must_use = "nothing is sent until this is awaited"]
pub struct SendWith<'r, R> {
    request: RequestBuilder,
    retry: R,
    classifier: Classifier,
    key: Option<IdempotencyKey>,
    body: Option<FreshBody>,
    hedge_repeatable: bool,
    life: PhantomData<&'r ()>,
}

impl<'r, R: Send + 'r> SendWith<'r, R> {
    /// Judges by this classifier in place of [`Classifier::by_method`].
    ///
    /// One of [`transient`](Classifier::transient) or [`keyed`](Classifier::keyed) declares that the request may run twice,
    /// whatever its method: begin with `by_method()` where the method is to decide.
    pub fn classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// Sends this key with every attempt, unless the method is idempotent or the request has a key already.
    pub fn idempotency_key(mut self, key: &IdempotencyKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Sends the body that `make` returns, made anew for each attempt, in place of a body that the request has.
    ///
    /// So a body that is a stream can be repeated: a file that is opened again, or parts that are put together again.
    /// `Content-Type` and, where it is known, `Content-Length` are the caller's to set.
    ///
    /// ```no_run
    /// # async fn run(client: retry_http::reqwest::Client) -> Result<(), retry_http::reqwest::Error> {
    /// use retry_core::Policy;
    /// use retry_http::{RequestBuilderExt, reqwest};
    ///
    /// let upload = client.put("http://127.0.0.1:8080/upload").send_with(Policy::new());
    /// let response = upload.body_with(|| reqwest::Body::from("a stream, here")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn body_with<B: Into<reqwest::Body>>(
        mut self,
        make: impl Fn() -> B + Send + Sync + 'static,
    ) -> Self {
        self.body = Some(FreshBody::new(make));
        self
    }

    /// Lets a [hedge](retry_core::Retry::hedge) of the policy send the request a second time although its method is not safe:
    /// a `PUT` or `DELETE`, or one with an idempotency key, where the server lets the second of two at once wait for the
    /// first. What must not run twice is never hedged.
    pub fn hedge_repeatable(mut self) -> Self {
        self.hedge_repeatable = true;
        self
    }

    /// The response, as [`ResponseExt::check`](crate::ResponseExt::check) gives it.
    ///
    /// # Errors
    ///
    /// The last attempt's error status or transport fault.
    pub async fn check(self) -> Result<Response, Error>
    where
        R: Retries<Result<Response, Error>>,
    {
        self.read(|response| async { Ok(response) }).await
    }

    /// The body as text. Reading it is part of the attempt, so a body that is cut off is asked for again.
    ///
    /// # Errors
    ///
    /// The last attempt's error status or transport fault.
    pub async fn text(self) -> Result<String, Error>
    where
        R: Retries<Result<String, Error>>,
    {
        self.read(|response| async { Ok(response.text().await?) })
            .await
    }

    /// The body. Reading it is part of the attempt, so a body that is cut off is asked for again.
    ///
    /// # Errors
    ///
    /// The last attempt's error status or transport fault.
    pub async fn bytes(self) -> Result<Bytes, Error>
    where
        R: Retries<Result<Bytes, Error>>,
    {
        self.read(|response| async { Ok(response.bytes().await?) })
            .await
    }

    /// The body, read as JSON. Reading it is part of the attempt, so a body that is cut off is asked for again; one
    /// that is whole and not the JSON asked for is not.
    ///
    /// # Errors
    ///
    /// The last attempt's error status, transport fault or error of JSON.
    pub async fn json<T: DeserializeOwned + Send>(self) -> Result<T, Error>
    where
        R: Retries<Result<T, Error>>,
    {
        self.read(|response| async {
            let url = response.url().clone();
            let body = response.bytes().await?;
            serde_json::from_slice(&body).map_err(|error| Error::json(url, error))
        })
        .await
    }
}

impl<'r, R: Send + 'r> SendWith<'r, R> {
    /// Sends, checks and reads, each time anew.
    async fn read<T, Fut>(
        self,
        read: impl Fn(Response) -> Fut + Copy + Send + Sync,
    ) -> Result<T, Error>
    where
        R: Retries<Result<T, Error>>,
        T: Send,
        Fut: Future<Output = Result<T, Error>> + Send,
    {
        let (retry, client, request, judge) = self.call()?;
        let retry = judge.retries(retry, &request);
        let verdict = |outcome: &Result<T, Error>| match outcome {
            Ok(_) => Verdict::Done,
            Err(error) => judge.error(error),
        };
        let judge = &judge;
        let send = |request, attempt| {
            let sent = send(&client, request, attempt);
            async move {
                let response = sent.await?;
                let redirected = judge.was_left_for(response.url());
                read(checked(response, redirected).await?).await
            }
        };
        // `checked` has read what there is to read.
        let tidy = |_| core::future::ready(());
        call::run(retry, request, verdict, tidy, send).await
    }

    async fn last_response(self) -> Result<Response, reqwest::Error>
    where
        R: Retries<Result<Response, reqwest::Error>>,
    {
        let (retry, client, request, judge) = self.call()?;
        let retry = judge.retries(retry, &request);
        let send = |request, attempt| send(&client, request, attempt);
        call::run(retry, request, judge, reply::tidy, send).await
    }

    pub(super) fn call(self) -> Result<(R, Client, Original, Judge), reqwest::Error> {
        let (client, request) = self.request.build_split();
        let mut request = Original::new(request?, self.body);
        let judge = Judge::of(
            &mut request,
            self.classifier,
            self.key.as_ref(),
            self.hedge_repeatable,
        );
        Ok((self.retry, client, request, judge))
    }
}

impl<'r, R> IntoFuture for SendWith<'r, R>
where
    R: Retries<Result<Response, reqwest::Error>> + Send + 'r,
{
    type Output = Result<Response, reqwest::Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'r>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.last_response())
    }
}

/// One attempt, in a span of its own.
pub(super) fn send(
    client: &Client,
    request: Request,
    attempt: Attempt,
) -> impl Future<Output = Result<Response, reqwest::Error>> + Send + use<> {
    let span = Span::of(&request, attempt);
    span.around(client.execute(request))
}
