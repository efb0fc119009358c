//! A service that asks another one: it retries, logs without waiting for the log, counts, and fails in JSON.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use clap::Parser;
use flaky::Flaky;
use metrics_exporter_prometheus::PrometheusBuilder;
use retry_core::{Budget, RetryError, retry};
use retry_http::ResponseExt;
use retry_http::reqwest::{Client, Url};
use serde_json::json;
use tokio::net::TcpListener;

/// The service that this one depends on.
struct Upstream {
    client: Client,
    url: Url,
}

static BUDGET: Budget = Budget::new(0.2);

impl Upstream {
    /// Someone waits for the answer, so after 2 s no retry is begun any more.
    #[retry(
        max_attempts = 3,
        exp_multiplier_ms = 100,
        max_elapsed_ms = 2000,
        when = retry_http::transient,
        budget = &BUDGET,
        name = "upstream",
        wrap_error,
    )]
    async fn ask(&self) -> Result<String, RetryError<retry_http::Error>> {
        Ok(self
            .client
            .get(self.url.clone())
            .send()
            .await?
            .check()
            .await?
            .text()
            .await?)
    }
}

/// Answers what the upstream answered.
async fn relay(State(upstream): State<Arc<Upstream>>) -> Result<String, Failure> {
    Ok(upstream.ask().await?)
}

/// The upstream failed for good.
struct Failure(RetryError<retry_http::Error>);

impl From<RetryError<retry_http::Error>> for Failure {
    fn from(error: RetryError<retry_http::Error>) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(error) = self;
        // The story is for the log. The caller gets what it can act on, and nothing of the upstream's.
        tracing::error!(attempts = error.attempts(), cause = %error.get_ref(), "{error}");
        let (status, reason, message) = if error.is_permanent() {
            (
                StatusCode::BAD_GATEWAY,
                "badGateway",
                "the upstream refused the request",
            )
        } else {
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "backendError",
                "the upstream is in trouble, try again later",
            )
        };
        let body = json!({
            "error": {
                "code": status.as_u16(),
                "message": message,
                "errors": [{ "domain": "global", "reason": reason, "message": message }],
            }
        });
        let mut response = (status, Json(body)).into_response();
        if let Some(hint) = error.get_ref().hint() {
            // Whole seconds, rounded up: sooner than asked would be too soon.
            let seconds = hint.as_secs() + u64::from(hint.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Serve `/` from an upstream that fails now and then, and `/metrics` for Prometheus.
#[derive(Parser)]
struct Args {
    /// Where to listen; port 0 is a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Whom to ask [default: a server on this machine that fails now and then]
    #[arg(long)]
    upstream: Option<Url>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // A thread of its own writes the log: an answer never waits for a slow terminal or disk. The guard writes the
    // rest when it is dropped.
    let (log, _guard) = tracing_appender::non_blocking(io::stderr());
    tracing_subscriber::fmt()
        .with_writer(log)
        .with_ansi(false)
        .init();
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let metrics = PrometheusBuilder::new().install_recorder()?;
    let server = Flaky::start()?;
    let url = match args.upstream {
        Some(url) => url,
        None => server.url("/status/200:0.6,503:0.4").parse()?,
    };
    let client = Client::builder().timeout(Duration::from_secs(1)).build()?;
    let router = Router::new()
        .route("/", get(relay))
        .route("/metrics", get(async move || metrics.render()))
        .with_state(Arc::new(Upstream { client, url }));

    let listener = TcpListener::bind(args.listen).await?;
    let address = listener.local_addr()?;
    writeln!(
        io::stdout(),
        "listening on http://{address}/ and http://{address}/metrics, stop with ctrl-c"
    )?;
    axum::serve(listener, router)
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}
