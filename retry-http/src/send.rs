//! `send_with`: a request that is sent until its outcome stands.

use core::marker::PhantomData;
use core::pin::Pin;

use bytes::Bytes;
use reqwest::{Client, Request, RequestBuilder, Response, ResponseBuilderExt};
use retry_core::{Runner, Verdict};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::check::ResponseExt;
use crate::classifier::{Classifier, Standing};
use crate::drain::Held;
use crate::error::Error;
use crate::key::{self, IdempotencyKey};
use crate::replay::Turn;
use crate::resend;
use crate::telemetry::Span;

/// What this crate adds to `reqwest::RequestBuilder`.
pub trait RequestBuilderExt {
    /// Sends the request with a policy, or with a policy that has behaviour attached.
    ///
    /// Unless the builder names a classifier of its own, the method decides: an idempotent one, or a request with an
    /// idempotency key, is repeated after every transient failure, any other only where the server did not act on it.
    /// A body that is a stream cannot be repeated, and is sent once.
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
            life: PhantomData,
        }
    }
}

/// A request that is sent until its outcome stands; made by [`RequestBuilderExt::send_with`].
///
/// Awaited, it gives the last response, whatever its status. A response that is followed by another attempt is read
/// first, 64 KiB and a second at most, so that its connection can be used again.
#[derive(Debug)]
#[must_use = "nothing is sent until this is awaited"]
pub struct SendWith<'r, R> {
    request: RequestBuilder,
    retry: R,
    classifier: Classifier,
    key: Option<IdempotencyKey>,
    life: PhantomData<&'r ()>,
}

impl<'r, R: Send + 'r> SendWith<'r, R> {
    /// Judges by this classifier in place of [`Classifier::by_method`], and still by the request's own method.
    pub fn classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// Sends this key with every attempt, unless the method is idempotent or the request has a key already.
    pub fn idempotency_key(mut self, key: &IdempotencyKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// The response, as [`ResponseExt::check`] gives it.
    ///
    /// # Errors
    ///
    /// The last attempt's error status or transport fault.
    pub async fn check(self) -> Result<Response, Error>
    where
        R: Runner<Result<Response, Error>>,
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
        R: Runner<Result<String, Error>>,
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
        R: Runner<Result<Bytes, Error>>,
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
        R: Runner<Result<T, Error>>,
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
        R: Runner<Result<T, Error>>,
        T: Send,
        Fut: Future<Output = Result<T, Error>> + Send,
    {
        let Call {
            client,
            request,
            standing,
            classifier,
            retry,
        } = self.call()?;
        let judge = |outcome: &Result<T, Error>| match outcome {
            Ok(_) => Verdict::Done,
            Err(error) => classifier.chain(standing, error),
        };
        resend::run(retry, request, judge, |request, turn| {
            let sent = send(&client, request, turn);
            async move { read(sent.await?.check().await?).await }
        })
        .await
    }

    async fn last_response(self) -> Result<Response, reqwest::Error>
    where
        R: Runner<Result<Response, reqwest::Error>>,
    {
        let Call {
            client,
            request,
            standing,
            classifier,
            retry,
        } = self.call()?;
        let judge = |outcome: &Result<Response, reqwest::Error>| match outcome {
            Ok(response) => classifier.answer(standing, Answer::of(response)),
            Err(error) => classifier.chain(standing, error),
        };
        resend::run(retry, request, judge, |request, turn| {
            let sent = send(&client, request, turn);
            async move {
                let response = sent.await?;
                let again = !turn.is_last
                    && classifier
                        .answer(standing, Answer::of(&response))
                        .is_retry();
                Ok(if again {
                    drained(response).await
                } else {
                    response
                })
            }
        })
        .await
    }

    fn call(self) -> Result<Call<R>, reqwest::Error> {
        let (client, request) = self.request.build_split();
        let mut request = request?;
        if let Some(key) = &self.key {
            key::add(key, &mut request);
        }
        Ok(Call {
            standing: resend::standing(&self.classifier, &request),
            client,
            request,
            classifier: self.classifier,
            retry: self.retry,
        })
    }
}

/// A call that is ready to be made.
struct Call<R> {
    client: Client,
    request: Request,
    standing: Standing,
    classifier: Classifier,
    retry: R,
}

impl<'r, R> IntoFuture for SendWith<'r, R>
where
    R: Runner<Result<Response, reqwest::Error>> + Send + 'r,
{
    type Output = Result<Response, reqwest::Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'r>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.last_response())
    }
}

/// One attempt, in a span of its own.
fn send(
    client: &Client,
    request: Request,
    turn: Turn,
) -> impl Future<Output = Result<Response, reqwest::Error>> + Send + use<> {
    let span = Span::of(&request, turn);
    let sent = client.execute(request);
    span.clone().around(async move {
        let outcome = sent.await;
        match &outcome {
            Ok(response) => span.answered(response.status()),
            Err(error) => span.failed(error),
        }
        outcome
    })
}

/// The same response, its body read within bounds.
pub(crate) async fn drained(response: Response) -> Response {
    let mut with_url = http::Response::builder().url(response.url().clone());
    let (mut head, body) = http::Response::from(response).into_parts();
    // Where a response has its URL is private to reqwest, so it is moved there by reqwest's own setter.
    if let Some(url) = with_url.extensions_mut() {
        head.extensions.extend(core::mem::take(url));
    }
    let body = reqwest::Body::wrap(Held::drained(body).await);
    http::Response::from_parts(head, body).into()
}
