//! What a hedge does to slow answers, in virtual time and once over real sockets: `cargo run --release --example hedge`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use clap::Parser;
use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use futures_util::StreamExt;
use plotters::prelude::*;
use retry_core::{Budget, Hedge, Latency, Policy};
use retry_http::RequestBuilderExt;
use tokio::time::Instant;

const FAST: Duration = Duration::from_millis(5);
const SLOW: Duration = Duration::from_secs(1);
const AFTER: Duration = Duration::from_millis(20);
const ONCE: Policy = Policy::new().max_attempts(1);

/// Show what a hedge does to the slowest answers, as a table and as an SVG chart.
#[derive(Parser)]
struct Args {
    /// How many calls to make in virtual time
    #[arg(long, default_value_t = 100_000)]
    calls: u32,

    /// Where to draw the chart
    #[arg(long, default_value = "hedge.svg")]
    svg: PathBuf,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hedge: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let virtual_time = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let chance = Slowness::Chance(0.01);
    let shared = Slowness::Shared(0.01);
    let fixed = Some(Hedge::after(AFTER));
    let latency = Latency::new();
    let quantile = Some(Hedge::quantile(&latency, 0.98));
    let rows = virtual_time.block_on(async {
        [
            measured("1 % slow by chance", None, chance, args.calls).await,
            measured("… hedged after 20 ms", fixed, chance, args.calls).await,
            measured(
                "… hedged at the 98th percentile",
                quantile,
                chance,
                args.calls,
            )
            .await,
            measured("all slow for 1 % of the time", None, shared, args.calls).await,
            measured("… hedged after 20 ms", fixed, shared, args.calls).await,
        ]
    });
    println!(
        "{} calls in virtual time; a slow answer takes 1 s in place of 5 ms\n",
        args.calls
    );
    println!("{}\n", table(&rows));
    println!(
        "Slow by chance, the hedge meets a fast server. Where all servers are slow at once it meets a slow one, and adds load: \n\
         a budget bounds what it adds.\n"
    );
    draw(&rows, &args.svg)?;
    println!("chart: {}\n", args.svg.display());

    let sockets = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let rows = sockets.block_on(over_sockets())?;
    println!(
        "500 requests over loopback, one in fifty answered after 300 ms\n\n{}",
        table(&rows)
    );
    Ok(())
}

/// Which answers are slow.
#[derive(Clone, Copy)]
enum Slowness {
    /// This share of them, each by itself.
    Chance(f64),
    /// All of them, in the first part of every 100 s that is this share.
    Shared(f64),
}

/// How long calls took, and what they cost.
struct Row {
    name: &'static str,
    /// Sorted.
    times: Vec<Duration>,
    requests: u32,
}

impl Row {
    fn new(name: &'static str, mut times: Vec<Duration>, requests: u32) -> Self {
        times.sort_unstable();
        Self {
            name,
            times,
            requests,
        }
    }

    fn at(&self, share: f64) -> Duration {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let rank = (share * self.times.len() as f64).ceil() as usize;
        let rank = rank.clamp(1, self.times.len().max(1));
        self.times.get(rank - 1).copied().unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "a share")]
    fn load(&self) -> f64 {
        f64::from(self.requests) / self.times.len() as f64
    }
}

/// A hundred calls a second, which overlap where they are slow.
async fn measured(
    name: &'static str,
    hedge: Option<Hedge<'_>>,
    slowness: Slowness,
    calls: u32,
) -> Row {
    let (start, requests) = (Instant::now(), &AtomicU32::new(0));
    let call = |nth: u32| async move {
        let mut random = fastrand::Rng::with_seed(nth.into());
        let began = start + nth * 2 * FAST;
        tokio::time::sleep_until(began).await;
        let operation = || {
            requests.fetch_add(1, Relaxed);
            let is_slow = match slowness {
                Slowness::Chance(share) => random.f64() < share,
                Slowness::Shared(share) => start.elapsed().as_secs_f64() % 100.0 < 100.0 * share,
            };
            async move {
                tokio::time::sleep(if is_slow { SLOW } else { FAST }).await;
                Some(())
            }
        };
        let _answered = match hedge {
            None => ONCE.retry(operation).await,
            Some(hedge) => ONCE.hedge(hedge).retry(operation).await,
        };
        began.elapsed()
    };
    let times = futures_util::stream::iter((0..calls).map(call));
    let times = times
        .buffer_unordered(calls.max(1) as usize)
        .collect()
        .await;
    Row::new(name, times, requests.load(Relaxed))
}

/// The same with a server, a client and a budget.
async fn over_sockets() -> Result<[Row; 2], Box<dyn Error>> {
    let served = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&served);
    let answer = move || {
        let nth = count.fetch_add(1, Relaxed);
        let slow = nth % 50 == 49;
        async move {
            tokio::time::sleep(Duration::from_millis(if slow { 300 } else { 2 })).await;
            "served"
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let server = axum::serve(listener, Router::new().route("/", get(answer)));
    let server = tokio::spawn(server.into_future());
    let client = retry_http::client_builder().no_proxy().build()?;
    let budget = Budget::new(0.05);
    let mut rows = Vec::new();
    for hedged in [false, true] {
        served.store(0, Relaxed);
        let mut times = Vec::new();
        for _ in 0..500 {
            let began = Instant::now();
            let request = client.get(&url);
            let response = if hedged {
                request
                    .send_with(ONCE.budget(&budget).hedge(Hedge::after(AFTER)))
                    .await?
            } else {
                request.send_with(ONCE).await?
            };
            response.text().await?;
            times.push(began.elapsed());
        }
        let name = if hedged {
            "hedged after 20 ms, budget 5 %"
        } else {
            "not hedged"
        };
        rows.push(Row::new(name, times, served.load(Relaxed)));
    }
    server.abort();
    rows.try_into().map_err(|_| "two rows".into())
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED);
    table.set_header(["", "median", "p99", "p99.9", "longest", "requests per call"]);
    for row in rows {
        let mut cells = vec![row.name.to_owned()];
        cells.extend([0.5, 0.99, 0.999, 1.0].map(|share| format!("{:.1?}", row.at(share))));
        cells.push(format!("{:.3}", row.load()));
        table.add_row(cells);
    }
    table
}

/// The share of calls that were answered by then.
const SHARES: [(f64, &str); 5] = [
    (0.5, "half"),
    (0.9, "90 %"),
    (0.99, "99 %"),
    (0.999, "99.9 %"),
    (0.9999, "99.99 %"),
];

/// What is drawn in a light page and in a dark one; plotters writes the first, a rule in the picture replaces it.
const PAPER: (RGBColor, &str) = (RGBColor(255, 255, 255), "#14171C");
const INK: (RGBColor, &str) = (RGBColor(31, 35, 40), "#E6EDF3");
const GRID: (RGBColor, &str) = (RGBColor(225, 229, 234), "#333A44");
const LINES: [(RGBColor, &str); 5] = [
    (RGBColor(213, 94, 0), "#FF9A4D"),
    (RGBColor(0, 114, 178), "#4FB3F0"),
    (RGBColor(0, 138, 100), "#3DDCA8"),
    (RGBColor(176, 74, 136), "#F09ACC"),
    (RGBColor(122, 106, 0), "#E8D44D"),
];

/// One line a row: how long the slowest calls took, farther and farther out.
fn draw(rows: &[Row], file: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (760, 460)).into_drawing_area();
        root.fill(&PAPER.0)?;
        let text = ("sans-serif", 16).into_font().color(&INK.0);
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .caption(
                "A hedge cuts off what is slow by chance",
                ("sans-serif", 18).into_font().color(&INK.0),
            )
            .x_label_area_size(44)
            .y_label_area_size(72)
            .build_cartesian_2d(-0.2_f64..4.4, (3.0_f64..3000.0).log_scale())?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.0)
            .axis_style(INK.0)
            .label_style(text.clone())
            .axis_desc_style(text.clone())
            .x_labels(SHARES.len())
            .x_label_formatter(&|at| {
                let near = SHARES
                    .iter()
                    .zip(0_u32..)
                    .find(|(_, n)| (at - f64::from(*n)).abs() < 0.01);
                near.map_or(String::new(), |((_, name), _)| (*name).to_owned())
            })
            .x_desc("share of the calls")
            .y_desc("answered within milliseconds")
            .draw()?;
        for (row, (colour, _)) in rows.iter().zip(LINES) {
            let points: Vec<_> = SHARES
                .iter()
                .zip(0_u32..)
                .map(|((share, _), n)| (f64::from(n), row.at(*share).as_secs_f64() * 1000.0))
                .collect();
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(3)).point_size(4))?
                .label(row.name.replace('…', "   "))
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 24, y)], colour.stroke_width(3))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .legend_area_size(32)
            .label_font(text)
            .draw()?;
        root.present()?;
    }
    std::fs::write(file, in_the_dark(&svg))?;
    Ok(())
}

fn in_the_dark(svg: &str) -> String {
    let mut rules = String::from("<style>@media (prefers-color-scheme: dark) {");
    for (RGBColor(red, green, blue), dark) in [PAPER, INK, GRID].into_iter().chain(LINES) {
        for part in ["fill", "stroke"] {
            // Writing to a string cannot fail.
            let _ = write!(
                rules,
                " [{part}=\"#{red:02X}{green:02X}{blue:02X}\"] {{ {part}: {dark} }}"
            );
        }
    }
    rules.push_str(" }</style>");
    match svg.split_once('>') {
        Some((head, body)) => format!("{head}>{rules}{body}"),
        None => svg.to_owned(),
    }
}
