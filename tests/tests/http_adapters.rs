//! The middleware, the layer and the classifiers for tonic.

mod http_wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use http_wire::{Reply, Server, client};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_core::{Budget, CircuitBreaker, Policy, Verdict, retry};
use retry_http::{Classifier, KeyStyle, RetryLayer, RetryMiddleware, grpc, reqwest};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use tower_layer::Layer;
use tower_service::Service;

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);

fn third_time(code: u16, headers: &'static str) -> impl Fn(usize) -> Reply + Send + Sync {
    move |number| match number % 3 {
        0 | 1 => Reply::status(code, headers, "later"),
        _ => Reply::status(200, "", "done"),
    }
}

#[tokio::test]
async fn the_middleware_repeats_what_the_method_allows() {
    let server = Server::start(third_time(503, "")).await;
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(POLICY))
        .build();
    let response = client.get(server.url("/")).send().await.unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (200, 3));
    assert_eq!(
        server.connections(),
        1,
        "drained responses leave their connection"
    );
    let response = client.post(server.url("/")).body("x").send().await.unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (503, 4));
}

#[tokio::test]
async fn the_middleware_gives_each_call_a_key() {
    let server = Server::start(third_time(500, "")).await;
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(POLICY).idempotency_keys(KeyStyle::new().unquoted()))
        .build();
    for _ in 0..2 {
        let response = client.post(server.url("/")).body("x").send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let requests = server.requests();
    let key = |at: usize| {
        requests[at]
            .lines()
            .find(|line| line.starts_with("idempotency-key: "))
            .unwrap()
    };
    assert_eq!(
        (requests.len(), key(0).len()),
        (6, "idempotency-key: ".len() + 36)
    );
    assert!(key(0) == key(1) && key(1) == key(2) && key(2) != key(3) && key(3) == key(5));
}

#[tokio::test]
async fn the_middleware_looks_into_its_clients_errors_and_takes_behaviour() {
    static BUDGET: Budget = Budget::new(0.0).reserve(1);
    static TRIED: Policy = POLICY;
    let cut = Server::start(|_| Reply::Close(vec![])).await;
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(TRIED.budget(&BUDGET)))
        .build();
    let error = client.get(cut.url("/")).send().await.unwrap_err();
    assert_eq!(cut.count(), 2, "one retry is paid for");
    let outcome: Result<(), _> = Err(error);
    assert_eq!(retry_http::transient(&outcome), Verdict::Retry);
    assert_eq!(retry_http::unprocessed(&outcome), Verdict::Permanent);
}

#[tokio::test]
async fn the_layer_goes_over_hyper_utils_client() {
    let server = Server::start(third_time(503, "retry-after: 0\r\n")).await;
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut service = RetryLayer::new(POLICY).layer(client);
    let request = http::Request::get(server.url("/"))
        .body(Full::default())
        .unwrap();
    std::future::poll_fn(|context| service.poll_ready(context))
        .await
        .unwrap();
    let response = service.call(request).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            server.count(),
            server.connections()
        ),
        (200, 3, 1)
    );
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "done");
}

#[tokio::test]
async fn the_layer_goes_over_reqwests_client() {
    let server = Server::start(third_time(500, "")).await;
    let client = client();
    let mut service = RetryLayer::new(POLICY).layer(client.clone());
    for (method, status, requests) in [
        (reqwest::Method::GET, 200, 3),
        (reqwest::Method::POST, 500, 4),
    ] {
        let request = client.request(method, server.url("/")).build().unwrap();
        std::future::poll_fn(|context| {
            Service::<reqwest::Request>::poll_ready(&mut service, context)
        })
        .await
        .unwrap();
        let response = service.call(request).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), server.count()),
            (status, requests)
        );
    }
}

#[tokio::test]
async fn the_layer_looks_into_the_errors_below_and_takes_limits() {
    static BREAKER: CircuitBreaker = CircuitBreaker::new();
    static LIMITED: Policy = POLICY;
    let cut = Server::start(|_| Reply::Close(vec![])).await;
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let limited = LIMITED
        .breaker(&BREAKER)
        .attempt_timeout(Duration::from_secs(5));
    let mut service = RetryLayer::new(limited).layer(client);
    for (method, requests) in [(http::Method::GET, 3), (http::Method::POST, 4)] {
        let request = http::Request::builder().method(method).uri(cut.url("/"));
        let request = request.body(Full::default()).unwrap();
        let error = service.call(request).await.unwrap_err();
        assert_eq!(cut.count(), requests);
        assert_eq!(retry_http::transient(&Err::<(), _>(error)), Verdict::Retry);
    }
}

/// A body that counts how often it is cloned.
#[derive(Debug)]
struct Counted(Arc<AtomicU32>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

/// A service that fails without looking at the body.
#[derive(Clone)]
struct Failing;

impl Service<http::Request<Counted>> for Failing {
    type Response = http::Response<Full<Bytes>>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Counted>) -> Self::Future {
        let response = http::Response::builder().status(503);
        std::future::ready(Ok(response.body(Full::default()).unwrap()))
    }
}

#[tokio::test]
async fn a_body_is_cloned_only_where_another_attempt_may_follow() {
    for (attempts, expected) in [(1, 0), (2, 1), (3, 2)] {
        let clones = Arc::new(AtomicU32::new(0));
        let mut service = RetryLayer::new(POLICY.max_attempts(attempts)).layer(Failing);
        let request = http::Request::new(Counted(Arc::clone(&clones)));
        assert_eq!(service.call(request).await.unwrap().status(), 503);
        assert_eq!(
            clones.load(Ordering::Relaxed),
            expected,
            "{attempts} attempts"
        );
    }
}

/// Only an instance that was made ready may be called; its clone was not.
#[derive(Default)]
struct OnceReady {
    is_ready: bool,
}

impl Clone for OnceReady {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<http::Request<Full<Bytes>>> for OnceReady {
    type Response = http::Response<Full<Bytes>>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Full<Bytes>>) -> Self::Future {
        assert!(
            std::mem::take(&mut self.is_ready),
            "called without being ready"
        );
        let response = http::Response::builder().status(503);
        std::future::ready(Ok(response.body(Full::default()).unwrap()))
    }
}

#[tokio::test]
async fn each_attempt_calls_a_service_that_was_made_ready_for_it() {
    let mut service = RetryLayer::new(POLICY).layer(OnceReady::default());
    for _ in 0..2 {
        std::future::poll_fn(|context| {
            Service::<http::Request<Full<Bytes>>>::poll_ready(&mut service, context)
        })
        .await
        .unwrap();
        let request = http::Request::new(Full::default());
        assert_eq!(service.call(request).await.unwrap().status(), 503);
    }
}

fn verdicts(status: Status) -> (Verdict, Verdict) {
    let outcome: Result<(), Status> = Err(status);
    (grpc::transient(&outcome), grpc::unprocessed(&outcome))
}

#[test]
fn a_grpc_code_says_what_may_be_repeated() {
    use Verdict::{Permanent, Retry};
    assert_eq!(verdicts(Status::unavailable("")), (Retry, Permanent));
    for code in [
        Code::ResourceExhausted,
        Code::Aborted,
        Code::DeadlineExceeded,
        Code::Internal,
        Code::Unknown,
        Code::InvalidArgument,
        Code::Cancelled,
        Code::Unimplemented,
    ] {
        assert_eq!(
            verdicts(Status::new(code, "")),
            (Permanent, Permanent),
            "{code:?}"
        );
    }
    assert_eq!(grpc::transient(&Ok::<_, Status>(())), Verdict::Done);
}

#[test]
fn a_pushback_is_a_hint_or_a_no() {
    let pushed = |code, value: &'static str| {
        let mut status = Status::new(code, "");
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", value.parse().unwrap());
        verdicts(status)
    };
    let soon = Verdict::RetryAfter(Duration::from_millis(250));
    assert_eq!(pushed(Code::Unavailable, "250"), (soon, Verdict::Permanent));
    assert_eq!(pushed(Code::ResourceExhausted, "250"), (soon, soon));
    for no in ["-1", "", "soon", "2147483648", "+1"] {
        assert_eq!(
            pushed(Code::Unavailable, no).0,
            Verdict::Permanent,
            "{no:?}"
        );
    }
}

#[test]
fn a_retry_info_is_a_hint() {
    let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(3)));
    let status = Status::with_error_details(Code::ResourceExhausted, "", details);
    let told = Classifier::transient().hint(&status);
    assert_eq!(told, Some(Duration::from_secs(3)));
    let after = Verdict::RetryAfter(Duration::from_secs(3));
    assert_eq!(verdicts(status), (after, after));
}

/// tonic's own codes for faults differ with its features; what is below them does not.
#[tokio::test]
async fn a_fault_below_a_status_goes_before_its_code() {
    let refused = client()
        .get("http://127.0.0.1:1/")
        .send()
        .await
        .unwrap_err();
    let mut status = Status::unknown("transport error");
    status.set_source(Arc::new(refused));
    assert_eq!(verdicts(status), (Verdict::Retry, Verdict::Retry));
    let server = Server::start(|_| Reply::Close(vec![])).await;
    let mut status = Status::internal("transport error");
    status.set_source(Arc::new(
        client().get(server.url("/")).send().await.unwrap_err(),
    ));
    assert_eq!(verdicts(status), (Verdict::Retry, Verdict::Permanent));
}

#[retry(policy = POLICY, when = grpc::transient)]
async fn call(calls: &AtomicU32) -> Result<tonic::Response<()>, Status> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(Status::unavailable("restarting"))
}

#[tokio::test]
async fn the_attribute_takes_tonics_classifiers() {
    let calls = AtomicU32::new(0);
    call(&calls).await.unwrap_err();
    assert_eq!(calls.into_inner(), 3);
}
