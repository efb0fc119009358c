//! Everything that sends a request several times.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream;
use retry_core::{Policy, retry};
use retry_http::{RequestBuilderExt as _, ResponseExt as _, RetryLayer, RetryMiddleware, reqwest};
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::faults::Fault;

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(50);

static POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Put,
    Post,
    PostWithKey,
}

impl Method {
    pub(crate) const ALL: [Self; 4] = [Self::Get, Self::Put, Self::Post, Self::PostWithKey];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Bytes,
    Stream,
}

/// Clients are dear to build, and these are shared: as they come, in a hurry, and with HTTP/2 alone.
pub(crate) struct Clients {
    usual: reqwest::Client,
    hurried: reqwest::Client,
    http2: reqwest::Client,
}

impl Clients {
    pub(crate) fn new() -> Self {
        let builder = || retry_http::client_builder().no_proxy();
        Self {
            usual: builder().build().unwrap(),
            hurried: builder().timeout(SHORT).build().unwrap(),
            http2: builder().http2_prior_knowledge().build().unwrap(),
        }
    }

    fn of(&self, fault: Fault) -> reqwest::Client {
        match fault {
            Fault::StallClient => self.hurried.clone(),
            Fault::GoAway => self.http2.clone(),
            _ => self.usual.clone(),
        }
    }
}

/// A request, and the client that sends it.
pub(crate) struct Job {
    client: reqwest::Client,
    url: String,
    method: Method,
    body: Body,
    attempt_timeout: Duration,
}

impl Job {
    pub(crate) fn new(
        url: String,
        clients: &Clients,
        fault: Fault,
        method: Method,
        body: Body,
    ) -> Self {
        let stalls = matches!(fault, Fault::StallAttempt | Fault::StallBody);
        Self {
            client: clients.of(fault),
            url,
            method,
            body,
            attempt_timeout: if stalls { SHORT } else { LONG },
        }
    }

    fn request(&self) -> reqwest::RequestBuilder {
        let request = match self.method {
            Method::Get => self.client.get(&self.url),
            Method::Put => self.client.put(&self.url),
            Method::Post => self.client.post(&self.url),
            Method::PostWithKey => {
                let request = self.client.post(&self.url);
                request.header("idempotency-key", "\"8e03978e\"")
            }
        };
        request.body(match self.body {
            Body::Bytes => reqwest::Body::from("one of these"),
            Body::Stream => {
                let chunks = ["one ", "of ", "these"].map(Ok::<_, Infallible>);
                reqwest::Body::wrap_stream(stream::iter(chunks))
            }
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Transient,
    Unprocessed,
    Keyed,
    SendWith,
    Middleware,
    Tower,
}

impl Caller {
    pub(crate) const ALL: [Self; 6] = [
        Self::Transient,
        Self::Unprocessed,
        Self::Keyed,
        Self::SendWith,
        Self::Middleware,
        Self::Tower,
    ];

    pub(crate) const HEAD: &str =
        "   transient unprocessed       keyed   send_with  middleware       tower";

    /// Makes the call, which fails. What it gives is of no interest here: what the server saw is.
    pub(crate) async fn call(self, job: &Job) {
        let retry = POLICY.attempt_timeout(job.attempt_timeout);
        match self {
            Self::Transient => drop(transient(job).await),
            Self::Unprocessed => drop(unprocessed(job).await),
            Self::Keyed => drop(keyed(job).await),
            Self::SendWith => drop(job.request().send_with(retry).check().await),
            Self::Middleware => {
                let client = reqwest_middleware::ClientBuilder::new(job.client.clone())
                    .with(RetryMiddleware::new(retry))
                    .build();
                drop(client.execute(job.request().build().unwrap()).await);
            }
            Self::Tower => {
                let mut service = RetryLayer::new(retry).layer(job.client.clone());
                drop(service.call(job.request().build().unwrap()).await);
            }
        }
    }
}

#[retry(policy = POLICY, attempt_timeout = job.attempt_timeout, when = retry_http::transient)]
async fn transient(job: &Job) -> Result<reqwest::Response, retry_http::Error> {
    job.request().send().await?.check().await
}

#[retry(policy = POLICY, attempt_timeout = job.attempt_timeout, when = retry_http::unprocessed)]
async fn unprocessed(job: &Job) -> Result<reqwest::Response, retry_http::Error> {
    job.request().send().await?.check().await
}

#[retry(policy = POLICY, attempt_timeout = job.attempt_timeout, when = retry_http::keyed)]
async fn keyed(job: &Job) -> Result<reqwest::Response, retry_http::Error> {
    job.request().send().await?.check().await
}
