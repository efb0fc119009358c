//! Requests to a server on the loopback interface that answers 503 to 0, 10 or 30 % of them. Four attempts, no delay.
//!
//! Sixteen requests are under way at a time, on one thread; the server has another.

mod server;

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use retry_core::{Policy, retry};

use crate::record;
use crate::subject::BY_HAND;
use server::Unreliable;

const AT_A_TIME: u32 = 16;
const EACH: u32 = 400;
const POLICY: Policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);

type Outcome = Result<Response, reqwest::Error>;

/// Prints requests a second and the 99th percentile of their time, each subject in turn.
///
/// # Panics
///
/// Where the system refuses a socket.
pub fn time(rounds: u32) {
    let server = Unreliable::start().expect("a free port");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a runtime");
    runtime.block_on(async {
        let clients = Clients::new(&server.url());
        for _ in 0..rounds {
            for percent in [0, 10, 30] {
                clients.measure(&server, percent).await;
            }
        }
    });
}

/// A client of each kind, with connections of its own.
struct Clients {
    url: String,
    plain: Client,
    #[cfg(feature = "peers")]
    native: Client,
    #[cfg(feature = "peers")]
    middleware: reqwest_middleware::ClientWithMiddleware,
}

impl Clients {
    fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            plain: Client::new(),
            #[cfg(feature = "peers")]
            native: peers::native(),
            #[cfg(feature = "peers")]
            middleware: peers::middleware(),
        }
    }

    async fn measure(&self, server: &Unreliable, percent: u32) {
        let (client, url) = (&self.plain, self.url.as_str());
        let load = Load { server, percent };
        load.run(BY_HAND, || by_hand(client, url)).await;
        load.run("attribute", || attribute(client, url)).await;
        load.run("policy.retry", || policy(client, url)).await;
        #[cfg(feature = "peers")]
        {
            let retries = || async { self.middleware.get(url).send().await };
            load.run("reqwest-retry", retries).await;
            let retries = || async { self.native.get(url).send().await };
            load.run("reqwest's own", retries).await;
        }
    }
}

struct Load<'a> {
    server: &'a Unreliable,
    percent: u32,
}

impl Load<'_> {
    async fn run<F, E>(&self, name: &str, send: impl Fn() -> F)
    where
        F: Future<Output = Result<Response, E>>,
        E: std::fmt::Debug,
    {
        self.server.fail(self.percent);
        let start = Instant::now();
        let worker = async || {
            let mut times = Vec::new();
            for _ in 0..EACH {
                let start = Instant::now();
                let response = send().await.expect("the server answers");
                response.bytes().await.expect("the server sends a body");
                times.push(start.elapsed());
            }
            times
        };
        let workers = futures_util::future::join_all((0..AT_A_TIME).map(|_| worker()));
        let mut times = workers.await.concat();
        let a_second = f64::from(AT_A_TIME * EACH) / start.elapsed().as_secs_f64();
        times.sort_unstable();
        let p99 = times[times.len() * 99 / 100].as_secs_f64() * 1e6;
        let percent = self.percent;
        record::print(
            name,
            BY_HAND,
            &format!("requests/s at {percent} %"),
            a_second,
        );
        record::print(name, BY_HAND, &format!("p99 µs at {percent} %"), p99);
    }
}

fn failed(outcome: &Outcome) -> bool {
    outcome
        .as_ref()
        .map_or(true, |response| response.status().is_server_error())
}

async fn by_hand(client: &Client, url: &str) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = client.get(url).send().await;
        attempts += 1;
        if !failed(&outcome) || attempts == 4 {
            return outcome;
        }
        tokio::task::yield_now().await;
    }
}

#[retry(max_attempts = 4, fixed_ms = 0, when = failed)]
async fn attribute(client: &Client, url: &str) -> Outcome {
    client.get(url).send().await
}

fn policy(client: &Client, url: &str) -> impl Future<Output = Outcome> {
    POLICY.when(failed).retry(move || client.get(url).send())
}

#[cfg(feature = "peers")]
mod peers {
    use std::time::Duration;

    use reqwest::Client;
    use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
    use reqwest_retry::RetryTransientMiddleware;
    use reqwest_retry::policies::ExponentialBackoff;

    pub(super) fn native() -> Client {
        let policy = reqwest::retry::for_host("127.0.0.1")
            .no_budget()
            .max_retries_per_request(3)
            .classify_fn(|attempt| match attempt.status() {
                Some(status) if !status.is_server_error() => attempt.success(),
                _ => attempt.retryable(),
            });
        let client = Client::builder().retry(policy).build();
        client.expect("a legal client")
    }

    pub(super) fn middleware() -> ClientWithMiddleware {
        let policy = ExponentialBackoff::builder()
            .retry_bounds(Duration::ZERO, Duration::ZERO)
            .build_with_max_retries(3);
        ClientBuilder::new(Client::new())
            .with(RetryTransientMiddleware::new_with_policy(policy))
            .build()
    }
}
