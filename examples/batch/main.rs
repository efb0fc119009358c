//! Fetches many URLs at once, and keeps all retries together within one budget; or saves them, and goes on in the next
//! run with what this one left.

mod save;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use flaky::Flaky;
use futures_util::{StreamExt, stream};
use indicatif::ProgressBar;
use retry_core::{Budget, RetryError, retry};
use retry_http::ResponseExt;
use retry_http::reqwest::{Client, Url};

/// Retries may be a tenth of the calls, and ten more: when everything fails, attempts alone would quadruple the load.
static BUDGET: Budget = Budget::new(0.1).reserve(10);

/// Gives back how many attempts it took.
#[retry(
    max_attempts = 4,
    exp_multiplier_ms = 50,
    when = retry_http::transient,
    budget = &BUDGET,
    attempt = attempt,
    wrap_error,
)]
async fn fetch(client: &Client, url: Url) -> Result<u32, RetryError<retry_http::Error>> {
    client
        .get(url.clone())
        .send()
        .await?
        .check()
        .await?
        .bytes()
        .await?;
    Ok(attempt.number())
}

/// Fetch many URLs, a few at a time, and count how the calls ended.
///
/// Without a file, a thousand are fetched from a server on this machine that fails now and then; or, with `--save`, a dozen
/// through a proxy on this machine that mostly breaks off.
#[derive(Parser)]
#[command(
    after_help = "Exit status: 0 if every call succeeded or no file was given, 130 after ctrl-c, 1 otherwise."
)]
struct Args {
    /// A file with a URL on each line
    urls: Option<PathBuf>,

    /// How many calls are under way at a time
    #[arg(long, default_value_t = 16)]
    concurrency: usize,

    /// Save what is fetched in this folder; what an earlier run left there is gone on with
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("batch: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let concurrency = args.concurrency.max(1);
    let urls = args.urls.as_deref().map(read_urls).transpose()?;
    if let Some(folder) = args.save {
        return save::save_all(urls, &folder, concurrency).await;
    }
    let Some(urls) = urls else {
        let server = Flaky::start()?;
        let url: Url = server.url("/status/200:0.85,404:0.02,503:0.13").parse()?;
        fetch_all(vec![url; 1000], concurrency).await?;
        return Ok(ExitCode::SUCCESS);
    };
    let good = fetch_all(urls, concurrency).await?;
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_urls(file: &Path) -> Result<Vec<Url>, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut urls = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        urls.push(
            line.trim()
                .parse()
                .map_err(|error| format!("`{line}` is no URL: {error}"))?,
        );
    }
    Ok(urls)
}

/// Gives back whether every call succeeded.
async fn fetch_all(urls: Vec<Url>, concurrency: usize) -> Result<bool, Box<dyn Error>> {
    let client = Client::new();
    let bar = ProgressBar::new(urls.len().try_into()?);
    let mut ends = stream::iter(urls)
        .map(|url| fetch(&client, url))
        .buffer_unordered(concurrency);
    let (mut calls, mut requests, mut good) = (0, 0, true);
    let mut endings: HashMap<String, u32> = HashMap::new();
    while let Some(end) = ends.next().await {
        calls += 1;
        requests += end
            .as_ref()
            .map_or_else(RetryError::attempts, |attempts| *attempts);
        good &= end.is_ok();
        *endings.entry(ending(&end)).or_default() += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{}\n\n{calls} calls, {requests} requests", table(endings));
    Ok(good)
}

fn ending(end: &Result<u32, RetryError<retry_http::Error>>) -> String {
    match end {
        Ok(attempt) => format!("success at attempt {attempt}"),
        Err(error) if error.is_permanent() => "permanent failure".to_owned(),
        Err(error) => format!("gave up: {}", error.stop_reason()),
    }
}

/// The commonest first.
fn table(endings: HashMap<String, u32>) -> Table {
    let mut rows: Vec<_> = endings.into_iter().collect();
    rows.sort_by_key(|(ending, count)| (u32::MAX - count, ending.clone()));
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_header(["how it ended", "calls"]);
    table.add_rows(
        rows.iter()
            .map(|(ending, count)| [ending.clone(), count.to_string()]),
    );
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
