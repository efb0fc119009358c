//! What `cargo run --example service` answers.

#[cfg(unix)]
use std::io::Read;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use flaky::Flaky;
use reqwest::{Client, Response};
use serde_json::Value;

use crate::program;

/// A running service. It is killed when this is dropped.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    fn start(upstream: &str) -> Self {
        let mut command = Command::new(program("service"));
        command
            .args(["--upstream", upstream])
            .env("NO_PROXY", "127.0.0.1");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.split(' ').nth(2).unwrap().to_owned();
        Self { child, url }
    }

    async fn get(&self, path: &str) -> Response {
        let client = Client::builder().no_proxy().build().unwrap();
        client
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .unwrap()
    }

    /// Asks it to stop as a user does, and gives back all that it logged.
    #[cfg(unix)]
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_passing_failure_upstream_is_counted_and_not_passed_on() {
    let upstream = Flaky::start().unwrap();
    let service = Service::start(&upstream.url("/sequence/503,200"));
    assert_eq!(service.get("").await.status(), 200);
    assert_eq!(upstream.requests("/sequence/503,200"), 2);

    let metrics = service.get("metrics").await.text().await.unwrap();
    assert!(
        metrics.contains(r#"retry_retries_total{operation="upstream"} 1"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_lasting_failure_upstream_is_an_error_in_json_with_the_hint() {
    let upstream = Flaky::start().unwrap();
    let service = Service::start(&upstream.url("/status/503?retry_after_ms=20&token=secret"));
    let answer = service.get("").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"]["errors"][0]["reason"], "backendError");
    assert_eq!(upstream.requests("/status/503"), 3);
}

#[cfg(unix)]
#[tokio::test]
async fn the_log_has_every_retry_and_the_end_and_no_secret() {
    let upstream = Flaky::start().unwrap();
    let service = Service::start(&upstream.url("/status/503?token=secret"));
    service.get("").await;
    let log = service.stop();
    assert_eq!(log.matches("retrying").count(), 2, "{log}");
    assert!(log.contains("gave up"), "{log}");
    assert!(log.contains("503 Service Unavailable"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

#[tokio::test]
async fn a_permanent_failure_upstream_is_a_bad_gateway_after_one_request() {
    let upstream = Flaky::start().unwrap();
    let service = Service::start(&upstream.url("/status/404"));
    assert_eq!(service.get("").await.status(), 502);
    assert_eq!(upstream.requests("/status/404"), 1);
}
