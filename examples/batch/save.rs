//! Files that survive cut connections, ctrl-c and a restart.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use flaky::Flaky;
use futures_util::{StreamExt, stream};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use retry_core::Policy;
use retry_http::RequestBuilderExt;
use retry_http::reqwest::{Client, Proxy, Url};

/// Five attempts without progress: a file that comes in ever so many parts comes.
const POLICY: Policy = Policy::new()
    .max_attempts(8)
    .exp_multiplier(Duration::from_millis(20))
    .max_elapsed(Duration::from_mins(10));

/// What a shell says of a program that ctrl-c ended.
const INTERRUPTED: u8 = 130;

/// Without URLs, a dozen files of random size come through a proxy on this machine that mostly breaks off.
pub(crate) async fn save_all(
    urls: Option<Vec<Url>>,
    folder: &Path,
    concurrency: usize,
) -> Result<ExitCode, Box<dyn Error>> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let client = retry_http::client_builder();
    let (client, urls, _proxy) = if let Some(urls) = urls {
        (client, urls, None)
    } else {
        let flaky = Flaky::start()?;
        let client = client.proxy(Proxy::http(flaky.url("/"))?);
        // Another port in each run, and the same URLs.
        let url = |number| format!("http://files.test/download/{number:02}.bin").parse();
        let urls = (1..=12).map(url).collect::<Result<_, _>>()?;
        (client, urls, Some(flaky))
    };
    let saving = save_each(client.build()?, urls, folder, concurrency);
    tokio::select! {
        good = saving => Ok(if good? { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        _ = tokio::signal::ctrl_c() => {
            eprintln!("interrupted: the same command goes on");
            Ok(ExitCode::from(INTERRUPTED))
        }
    }
}

/// Gives back whether every file was saved.
async fn save_each(
    client: Client,
    urls: Vec<Url>,
    folder: &Path,
    concurrency: usize,
) -> Result<bool, Box<dyn Error>> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}",
    )?);
    let names = urls.into_iter().map(|url| (file_name(&url), url));
    let mut ends = stream::iter(names)
        .map(|(name, url)| {
            let save = client.get(url).send_with(POLICY).save(folder.join(&name));
            let mut known = (0, 0);
            let bar = bar.clone();
            let saved = save.on_progress(move |at, length| {
                let length = length.unwrap_or(at);
                // It may go back, where a file starts again.
                bar.inc_length(length.wrapping_sub(known.1));
                bar.inc(at.wrapping_sub(known.0));
                known = (at, length);
            });
            async move { (name, saved.await) }
        })
        .buffer_unordered(concurrency);
    let (mut files, mut bytes, mut failures) = (0_u32, 0, Vec::new());
    while let Some((name, end)) = ends.next().await {
        match end {
            Ok(length) => {
                files += 1;
                bytes += length;
            }
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    bar.finish_and_clear();
    println!("{files} files saved, {}", HumanBytes(bytes));
    for failure in &failures {
        println!("not saved: {failure}");
    }
    Ok(failures.is_empty())
}

/// The last part of the path.
fn file_name(url: &Url) -> String {
    let mut parts = url.path_segments().into_iter().flatten();
    let name = parts.rfind(|part| !part.is_empty());
    name.unwrap_or("index.html").to_owned()
}
