//! Bodies that can be sent once, and those that can be made again.

use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::stream;
use retry_core::{Attempt, Budget, CircuitBreaker, Event, Observer, Policy, StopReason};
use retry_http::{FreshBody, RequestBuilderExt, RetryLayer, RetryMiddleware, reqwest};
use tower_layer::Layer;
use tower_service::Service;

use crate::http_wire::{Reply, Server, client};

static POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);

/// Comes a moment later, as from a disk.
fn slow_stream() -> reqwest::Body {
    let later = async {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>("streamed")
    };
    reqwest::Body::wrap_stream(stream::once(later))
}

/// Why calls ended.
#[derive(Debug, Default)]
struct Ends(Mutex<Vec<(u32, StopReason)>>);

impl Observer for Ends {
    fn observe(&self, attempt: &Attempt, event: Event) {
        if let Event::Stopped(reason) = event {
            self.0.lock().unwrap().push((attempt.number(), reason));
        }
    }
}

#[tokio::test]
async fn a_stream_is_a_call_of_one_attempt_with_everything_in_force() {
    static BUDGET: Budget = Budget::new(1.0).reserve(0).capacity(10);
    static BREAKER: CircuitBreaker = CircuitBreaker::new().min_calls(4);
    static ENDS: Ends = Ends(Mutex::new(Vec::new()));
    let retry = POLICY
        .budget(&BUDGET)
        .breaker(&BREAKER)
        .observer(&ENDS)
        .attempt_timeout(Duration::from_secs(50));
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let request = || client().put(server.url("/")).body(slow_stream());

    let outcome = request().send_with(retry.clone()).check().await;
    assert_eq!(outcome.unwrap_err().status().unwrap(), 503);
    let middleware = RetryMiddleware::new(retry.clone());
    let with = reqwest_middleware::ClientBuilder::new(client())
        .with(middleware)
        .build();
    let response = with.execute(request().build().unwrap()).await.unwrap();
    assert_eq!(response.status(), 503);
    let mut service = RetryLayer::new(retry.clone()).layer(client());
    let response = service.call(request().build().unwrap()).await.unwrap();
    assert_eq!(response.status(), 503);

    assert_eq!((server.count(), BUDGET.balance()), (3, 3));
    assert_eq!(*ENDS.0.lock().unwrap(), [(1, StopReason::NotRepeatable); 3]);
    request()
        .send_with(retry.clone())
        .check()
        .await
        .unwrap_err();
    let refused = request()
        .send_with(retry.clone())
        .check()
        .await
        .unwrap_err();
    assert_eq!(
        (refused.status(), server.count()),
        (None, 4),
        "the breaker is open"
    );
}

#[tokio::test]
async fn a_stream_obeys_the_attempt_timeout() {
    let server = Server::start(|_| Reply::Stall(vec![])).await;
    let request = client().put(server.url("/")).body(slow_stream());
    let retry = POLICY.attempt_timeout(Duration::from_millis(50));
    let error = request.send_with(retry).text().await.unwrap_err();
    assert!(error.to_string().contains("took too long"), "{error}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_body_that_is_made_again_is_repeated() {
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let request = client().put(server.url("/"));
    request
        .send_with(POLICY)
        .body_with(slow_stream)
        .await
        .unwrap();
    assert_eq!(server.count(), 3);

    let with = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(POLICY))
        .build();
    let request = with
        .put(server.url("/"))
        .with_extension(FreshBody::new(slow_stream));
    request.send().await.unwrap();
    assert_eq!(server.count(), 6);
    let whole = server.requests();
    assert!(whole.iter().all(|request| request.contains("streamed")));
}

#[tokio::test]
async fn a_file_is_opened_again() {
    let path = std::env::temp_dir().join(format!("retry-http-upload-{}", std::process::id()));
    std::fs::write(&path, "from a file").unwrap();
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let file = path.clone();
    let open = move || tokio::fs::File::from_std(std::fs::File::open(&file).unwrap());
    let request = client().put(server.url("/")).send_with(POLICY);
    request.body_with(open).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let uploads = server.requests();
    assert_eq!(uploads.len(), 3);
    assert!(
        uploads
            .iter()
            .all(|request| request.contains("from a file"))
    );
}

#[tokio::test]
async fn a_stream_that_is_in_memory_all_along_is_repeated() {
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let form = || {
        let part = reqwest::multipart::Part::bytes(vec![b'x'; 70_000]).file_name("x.bin");
        reqwest::multipart::Form::new()
            .text("name", "value")
            .part("file", part)
    };
    let request = || client().put(server.url("/")).multipart(form());
    request().send_with(POLICY).await.unwrap();
    assert_eq!(server.count(), 3);
    let with = reqwest_middleware::ClientBuilder::new(client())
        .with(RetryMiddleware::new(POLICY))
        .build();
    with.execute(request().build().unwrap()).await.unwrap();
    assert_eq!(server.count(), 6);
    let mut service = RetryLayer::new(POLICY).layer(client());
    service.call(request().build().unwrap()).await.unwrap();
    assert_eq!(server.count(), 9);
    let bodies = server.requests();
    for call in bodies.chunks(3) {
        assert!(call[0].len() > 70_000 && call.iter().all(|request| *request == call[0]));
    }
}

#[tokio::test]
async fn a_stream_that_is_not_there_yet_arrives_whole() {
    let server = Server::start(|_| Reply::status(200, "", "done")).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok::<_, Infallible>("later")
    };
    let stream = stream::select(stream::iter([Ok("at once, ")]), stream::once(later));
    let request = client()
        .post(server.url("/"))
        .header("content-length", "14")
        .body(reqwest::Body::wrap_stream(stream));
    request.send_with(POLICY).await.unwrap();
    assert!(server.requests()[0].ends_with("\r\n\r\nat once, later"));
}

/// What was read of it must not be taken for the whole.
#[tokio::test]
async fn a_stream_that_breaks_is_not_sent_as_if_it_were_whole() {
    let server = Server::start(|_| Reply::status(200, "", "done")).await;
    let broken = [Ok("begun, "), Err(std::io::Error::other("disk"))];
    let request = client()
        .post(server.url("/"))
        .header("content-length", "12")
        .body(reqwest::Body::wrap_stream(stream::iter(broken)));
    request.send_with(POLICY).await.unwrap_err();
    assert_eq!(server.count(), 0);
}

/// Nobody knows how much of it there is, so nobody reads ahead.
#[tokio::test]
async fn a_stream_of_unknown_length_is_left_alone() {
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let chunks = stream::iter([Ok::<_, Infallible>("all there")]);
    let request = client()
        .put(server.url("/"))
        .body(reqwest::Body::wrap_stream(chunks));
    request.send_with(POLICY).await.unwrap();
    assert_eq!(server.count(), 1);
}
