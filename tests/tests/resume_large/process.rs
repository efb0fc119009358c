//! Downloads in a process of their own, whose memory and time are told.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use retry_core::Policy;
use retry_http::{RequestBuilderExt, reqwest};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `save`.
    Save,
    /// `stream`, whose bytes are counted.
    Stream,
    /// reqwest alone, whose bytes are counted.
    Plain,
    /// reqwest alone, with tokio's file, as durable: synced, moved, and its folder synced.
    PlainFile,
}

#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) success: bool,
    pub(crate) output: String,
    pub(crate) seconds: f64,
    /// Of the processor, which other programs disturb less.
    pub(crate) work: f64,
    /// The most memory that was resident, in KiB.
    pub(crate) peak: u64,
}

pub(crate) fn download(mode: Mode, url: &str, target: &Path) -> Done {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "process::downloads"])
        .env("RESUME_MODE", format!("{mode:?}"))
        .env("RESUME_URL", url)
        .env("RESUME_TARGET", target)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = text.lines().find_map(|line| line.split_once("download: "));
    let output = told.map_or(text.clone(), |(_, told)| told.to_owned());
    let number = |unit: &str| {
        let words: Vec<_> = output.split(' ').collect();
        let at = words.iter().position(|word| *word == unit);
        at.and_then(|at| words[at - 1].parse::<f64>().ok())
            .unwrap_or(f64::NAN)
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "KiB, and NaN is 0"
    )]
    Done {
        success: output.starts_with("ok"),
        seconds: number("s,"),
        work: number("ms") / 1000.0,
        peak: number("KiB") as u64,
        output,
    }
}

fn client() -> reqwest::Client {
    // Longer than the other side may take on a busy machine, and shorter than anybody waits.
    let builder = retry_http::client_builder().no_proxy();
    builder
        .read_timeout(Duration::from_secs(2))
        .build()
        .unwrap()
}

#[test]
#[ignore = "a part of the other tests"]
fn downloads() {
    let [mode, url, target] =
        ["RESUME_MODE", "RESUME_URL", "RESUME_TARGET"].map(|name| std::env::var(name).unwrap());
    let policy = Policy::new().exp_multiplier(Duration::from_millis(10));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let end: Result<u64, Box<dyn std::error::Error>> = runtime.block_on(async {
        let request = client().get(&url);
        match &*mode {
            "Save" => Ok(request.send_with(policy).save(target).await?),
            "Stream" => {
                let mut body = request.send_with(policy).stream();
                let mut length = 0;
                while let Some(bytes) = body.chunk().await? {
                    length += bytes.len() as u64;
                }
                Ok(length)
            }
            "PlainFile" => plain_file(request, target).await,
            _ => {
                let mut response = request.send().await?;
                let mut length = 0;
                while let Some(bytes) = response.chunk().await? {
                    length += bytes.len() as u64;
                }
                Ok(length)
            }
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap_or("0 kB").trim().trim_end_matches(" kB").trim();
    let end = match end {
        Ok(length) => format!("ok, {length} bytes"),
        Err(error) => format!("error, {error}"),
    };
    let work = processor_time();
    let line =
        format!("\ndownload: {end}, {seconds:.3} s, {work} ms of work, {peak} KiB at most\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

/// In milliseconds, of this process and all its threads, to ten of them.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum::<u64>()
        * 10
}

async fn plain_file(
    request: reqwest::RequestBuilder,
    target: String,
) -> Result<u64, Box<dyn std::error::Error>> {
    use tokio::io::AsyncWriteExt;
    let part = format!("{target}.part");
    let mut file = tokio::fs::File::create(&part).await?;
    let mut response = request.send().await?;
    let mut length = 0;
    while let Some(bytes) = response.chunk().await? {
        length += bytes.len() as u64;
        file.write_all(&bytes).await?;
    }
    file.sync_all().await?;
    tokio::fs::rename(&part, &target).await?;
    if let Some(folder) = Path::new(&target).parent() {
        tokio::fs::File::open(folder).await?.sync_all().await?;
    }
    Ok(length)
}
