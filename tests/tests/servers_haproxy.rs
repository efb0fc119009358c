//! haproxy: the first attempts fail, rates, and connections that end without an answer.

mod http_wire;
mod servers_process;

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http_wire::{Reply, Server};
use reqwest::{Method, Response};
use retry_core::{Policy, RetryEvent};
use retry_http::{RequestBuilderExt, reqwest};
use servers_process::{Process, configuration, find, free_port};

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(Duration::from_millis(1));

struct Haproxy {
    _process: Process,
    port: u16,
    slow: Server,
    garbage: Server,
    client: reqwest::Client,
}

impl Haproxy {
    /// `None` where haproxy is not installed.
    async fn start() -> Option<Self> {
        let binary = find("haproxy")?;
        let slow = Server::start(|_| Reply::Stall(vec![])).await;
        let garbage = Server::start(|_| Reply::Close(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
        let port = free_port();
        let process = Process::start(&binary, &[port], |directory| {
            let text = configuration(
                "haproxy.cfg",
                &[
                    ("PORT", &port.to_string()),
                    ("SLOW", &slow.port().to_string()),
                    ("GARBAGE", &garbage.port().to_string()),
                ],
            );
            let file = directory.join("haproxy.cfg");
            fs::write(&file, text).unwrap();
            vec![
                "-f".to_owned(),
                file.display().to_string(),
                "-db".to_owned(),
            ]
        });
        let limit = Duration::from_millis(1500);
        let client = retry_http::client_builder()
            .no_proxy()
            .timeout(limit)
            .build()
            .unwrap();
        Some(Self {
            _process: process,
            port,
            slow,
            garbage,
            client,
        })
    }

    /// Sends with [`POLICY`]; the outcome, and how many attempts it took.
    async fn call(&self, method: Method, path: &str) -> (reqwest::Result<Response>, u32) {
        let retries = AtomicU32::new(0);
        let count = |_: &RetryEvent<'_, reqwest::Result<Response>>| {
            retries.fetch_add(1, Ordering::Relaxed);
        };
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let request = self
            .client
            .request(method.clone(), url)
            .header("x-test-id", format!("{method}{path}"));
        let outcome = request.send_with(POLICY.on_retry(count)).await;
        (outcome, 1 + retries.into_inner())
    }

    async fn status(&self, method: Method, path: &str) -> (u16, u32) {
        let (outcome, attempts) = self.call(method, path).await;
        (outcome.unwrap().status().as_u16(), attempts)
    }
}

#[tokio::test]
async fn the_third_attempt_succeeds_where_the_first_two_are_refused() {
    let Some(haproxy) = Haproxy::start().await else {
        return;
    };
    for method in [Method::GET, Method::POST] {
        let (outcome, attempts) = haproxy.call(method, "/flaky").await;
        let seen = outcome.unwrap().text().await.unwrap();
        assert_eq!(
            (seen.as_str(), attempts),
            ("3", 3),
            "503 with a hint is a refusal"
        );
    }
}

#[tokio::test]
async fn a_post_is_not_repeated_after_503_without_a_hint() {
    let Some(haproxy) = Haproxy::start().await else {
        return;
    };
    assert_eq!(haproxy.status(Method::GET, "/silent").await, (200, 3));
    assert_eq!(haproxy.status(Method::POST, "/silent").await, (503, 1));
}

#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    let Some(haproxy) = Haproxy::start().await else {
        return;
    };
    assert_eq!(haproxy.status(Method::POST, "/rate").await, (200, 2));
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_is_tried_again_by_get_alone() {
    let Some(haproxy) = Haproxy::start().await else {
        return;
    };
    for path in ["/reject", "/drop"] {
        let (outcome, attempts) = haproxy.call(Method::GET, path).await;
        assert!(outcome.is_err() && attempts == 3, "{path}: {attempts}");
        let (outcome, attempts) = haproxy.call(Method::POST, path).await;
        assert!(outcome.is_err() && attempts == 1, "{path}: {attempts}");
    }
}

#[tokio::test]
async fn a_backend_that_is_down_slow_or_mad_is_asked_again_by_get_alone() {
    let Some(haproxy) = Haproxy::start().await else {
        return;
    };
    for (path, status) in [("/down", 503), ("/slow", 504), ("/garbage", 502)] {
        assert_eq!(
            haproxy.status(Method::GET, path).await,
            (status, 3),
            "{path}"
        );
        assert_eq!(
            haproxy.status(Method::POST, path).await,
            (status, 1),
            "{path}"
        );
    }
    assert_eq!((haproxy.slow.count(), haproxy.garbage.count()), (4, 4));
}
