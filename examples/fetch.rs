//! Fetches a URL through a function that carries `#[retry]`, and prints what happens.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use flaky::Flaky;
use retry_core::{RetryError, RetryEvent, StopReason, retry};
use retry_http::ResponseExt;
use retry_http::reqwest::{Client, StatusCode, Url};

/// What a call that went well brings back.
struct Page {
    attempt: u32,
    status: StatusCode,
    bytes: usize,
}

/// The function under retry: at most 3 attempts, with up to 400 ms and then up to 800 ms between them.
#[retry(
    max_attempts = 3,
    exp_multiplier_ms = 400,
    when = retry_http::transient,
    on_retry = print_retry,
    attempt = attempt,
    wrap_error,
)]
async fn fetch(client: &Client, url: &Url) -> Result<Page, RetryError<retry_http::Error>> {
    let response = client.get(url.clone()).send().await?.check().await?;
    let status = response.status();
    let bytes = response.bytes().await?.len();
    Ok(Page {
        attempt: attempt.number(),
        status,
        bytes,
    })
}

/// Fetch a URL; where the failure is a passing one, try again.
///
/// Without a URL, a server that fails at random is started on this machine and asked instead.
#[derive(Parser)]
#[command(
    after_help = "Exit status: 0 if every call succeeded or no URL was given, 1 if a call failed, 2 for wrong arguments."
)]
struct Args {
    /// What to fetch, such as <https://example.org/>
    #[arg(value_parser = http_url)]
    url: Option<Url>,

    /// How many times to call the function [default: 1, without a URL 3]
    #[arg(long)]
    calls: Option<u32>,

    /// Which random answers the server on this machine gives
    #[arg(long, default_value_t = 2143, conflicts_with = "url")]
    seed: u64,
}

fn http_url(text: &str) -> Result<Url, String> {
    Url::parse(text)
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()))
        .ok_or_else(|| "write a whole URL, such as https://example.org/".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fetch: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    if let Some(url) = args.url {
        return fetch_and_tell(&url, args.calls.unwrap_or(1)).await;
    }
    let server = Flaky::builder().seed(args.seed).start()?;
    let url = server.url("/status/200,404,503").parse()?;
    // To see calls fail is what this server is for.
    let _ = fetch_and_tell(&url, args.calls.unwrap_or(3)).await;
    Ok(())
}

/// Gives back the last failure.
async fn fetch_and_tell(url: &Url, calls: u32) -> Result<(), Box<dyn Error>> {
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(30))
        .build()?;
    let mut end = Ok(());
    println!("GET {url}");
    for call in 1..=calls {
        println!("\ncall {call}");
        match fetch(&client, url).await {
            Ok(page) => {
                let got = page.status.to_string();
                print_attempt(
                    page.attempt,
                    &got,
                    &format!("success: {} bytes", page.bytes),
                );
            }
            Err(error) => {
                print_attempt(error.attempts(), &cause(error.get_ref()), &ending(&error));
                end = Err(error.into_inner().into());
            }
        }
    }
    end
}

/// `#[retry]` calls this before each wait.
fn print_retry(event: &RetryEvent<'_, Result<Page, retry_http::Error>>) {
    let Err(error) = event.outcome() else { return };
    let delay = event.delay().as_millis();
    let why = match error.hint() {
        Some(hint) => format!(
            "transient: again in {delay} ms, as the server asks for {} ms",
            hint.as_millis()
        ),
        None => format!("transient: again in {delay} ms"),
    };
    print_attempt(event.attempt().number(), &cause(error), &why);
}

fn print_attempt(number: u32, got: &str, then: &str) {
    println!("  attempt {number}   {got:<27}   {then}");
}

/// Without the URL, which an error names first and the screen shows already.
fn cause(error: &retry_http::Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or_default().to_owned()
}

fn ending(error: &RetryError<retry_http::Error>) -> String {
    match error.stop_reason() {
        StopReason::Permanent => "permanent: not retried".to_owned(),
        StopReason::AttemptsExhausted => format!("gave up after {} attempts", error.attempts()),
        other => format!("gave up: {other}"),
    }
}
