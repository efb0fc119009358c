//! httpbin: statuses by chance, answers that are late, and bodies that drip.

mod http_wire;
mod servers_process;

use std::time::Duration;

use http_wire::client;
use retry_core::Policy;
use retry_http::{RequestBuilderExt, ResponseExt, reqwest};
use servers_process::{Process, find, free_port};

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(Duration::from_millis(1));

struct Httpbin {
    _process: Process,
    port: u16,
}

impl Httpbin {
    /// `None` where httpbin is not installed.
    fn start() -> Option<Self> {
        let binary = find("gunicorn")?;
        let port = free_port();
        let process = Process::start(&binary, &[port], |directory| {
            let (bind, directory) = (format!("127.0.0.1:{port}"), directory.display().to_string());
            let threads = ["-w", "1", "-k", "gthread", "--threads", "8"];
            let mut arguments = vec!["-b", &bind, "--worker-tmp-dir", &directory, "httpbin:app"];
            arguments.extend(threads);
            arguments.into_iter().map(str::to_owned).collect()
        });
        Some(Self {
            _process: process,
            port,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

#[tokio::test]
async fn of_three_statuses_by_chance_only_503_is_retried() {
    let Some(httpbin) = Httpbin::start() else {
        return;
    };
    let (client, url) = (client(), httpbin.url("/status/200,404,503"));
    let mut ended = [0, 0, 0];
    for _ in 0..60 {
        let mut past = Vec::new();
        let fetch = async || client.get(&url).send().await?.check().await;
        let retry = POLICY.when(retry_http::transient).history(&mut past);
        let outcome = retry.retry(fetch).await;
        let status = |error: &retry_http::Error| error.status().unwrap().as_u16();
        let retried = |(outcome, _): &(Result<reqwest::Response, _>, _)| {
            outcome
                .as_ref()
                .map_err(status)
                .is_err_and(|code| code == 503)
        };
        assert!(past.iter().all(retried));
        match outcome.as_ref().map_err(status) {
            Ok(_) => ended[0] += 1,
            Err(404) => ended[1] += 1,
            Err(503) => {
                assert_eq!(past.len(), 2, "given up after three attempts");
                ended[2] += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(ended[0] > 0 && ended[1] > 0, "{ended:?}");
}

#[tokio::test]
async fn a_server_that_fails_half_of_the_time_is_asked_until_it_answers() {
    let Some(httpbin) = Httpbin::start() else {
        return;
    };
    let url = httpbin.url("/status/200:0.5,503:0.5");
    for _ in 0..10 {
        let policy = POLICY.max_attempts(40);
        let response = client().get(&url).send_with(policy).await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn an_answer_that_is_late_is_waited_for_again_by_get_alone() {
    let Some(httpbin) = Httpbin::start() else {
        return;
    };
    let limit = Duration::from_millis(300);
    let client = retry_http::client_builder()
        .no_proxy()
        .timeout(limit)
        .build()
        .unwrap();
    for (method, attempts) in [(reqwest::Method::GET, 3), (reqwest::Method::POST, 1)] {
        let mut past = Vec::new();
        let request = client.request(method, httpbin.url("/delay/1"));
        let outcome = request.send_with(POLICY.history(&mut past)).await;
        assert!(outcome.unwrap_err().is_timeout());
        assert_eq!(1 + past.len(), attempts);
    }
}

#[tokio::test]
async fn a_body_that_drips_is_read_within_the_attempt() {
    let Some(httpbin) = Httpbin::start() else {
        return;
    };
    let url = httpbin.url("/drip?duration=1&numbytes=5&code=200&delay=0");
    let body = client().get(&url).send_with(POLICY).bytes().await.unwrap();
    assert_eq!(body, "*****");
    let limit = Duration::from_millis(300);
    let hasty = retry_http::client_builder()
        .no_proxy()
        .read_timeout(limit / 3)
        .build()
        .unwrap();
    let mut past = Vec::new();
    let retry = POLICY.history(&mut past);
    let error = hasty.get(&url).send_with(retry).bytes().await.unwrap_err();
    assert!(error.is_transport() && error.status().is_none());
    assert_eq!(past.len(), 2);
}
