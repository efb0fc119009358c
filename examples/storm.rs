//! Shows what a policy does to a server: a table, and a page of charts.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use retry_sim::published::compared;
use retry_sim::report::Page;
use retry_sim::{Case, KNOWN, Run, Swept, Table};
use serde_json::json;

/// Simulate a fleet of clients against a server in trouble, several policies side by side.
#[derive(Parser)]
struct Args {
    /// Scenarios: names of built-in ones, or files; all that are built in where none is named
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,

    /// Where to put the page of charts
    #[arg(long, default_value = "storm.html")]
    html: PathBuf,

    /// Where to put everything that was counted, as JSON
    #[arg(long)]
    json: Option<PathBuf>,

    /// Add the numbers of published simulations, beside ours; they are there anyway where no scenario is named
    #[arg(long)]
    published: bool,

    /// Print a built-in scenario, as a start for one's own
    #[arg(long, value_name = "NAME")]
    show: Option<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("storm: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    if let Some(name) = &args.show {
        print!("{}", built_in(name).ok_or_else(|| unknown(name))?);
        return Ok(());
    }
    // All of them are read before the first is run.
    let all = || KNOWN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let names: Vec<String> = if args.scenarios.is_empty() {
        all()
    } else {
        args.scenarios.clone()
    };
    let cases: Vec<Case> = names
        .iter()
        .map(|name| read(name))
        .collect::<Result<_, _>>()?;
    let mut page = Page::new("What a policy does to a server");
    let mut data = Vec::new();
    for (name, case) in names.iter().zip(&cases) {
        let begun = Instant::now();
        let (runs, swept) = simulate(case);
        let events: u64 = runs.iter().map(Run::events).sum();
        println!("{}\n{}\n\n{}\n", case.title(), case.about(), Table(&runs));
        println!("{events} events in {:.2?}\n", begun.elapsed());
        page = page.case(case, &runs, swept.as_ref())?;
        data.push(json!({ "scenario": name, "runs": runs, "sweep": swept }));
    }
    if args.published || args.scenarios.is_empty() {
        page = published(page);
    }
    fs::write(&args.html, page.html())?;
    println!("page: {}", args.html.display());
    if let Some(file) = &args.json {
        fs::write(file, serde_json::to_string(&data)?)?;
        println!("data: {}", file.display());
    }
    Ok(())
}

/// Theirs and ours.
fn published(page: Page) -> Page {
    const TITLE: &str = "Published results, theirs and ours";
    const ABOUT: &str = "The best known numbers of three articles on retries, and what this simulator gives with the real \
        policies and budgets. Calls are within 5 %, times within 10 %, success and load within 1.5 points.";
    let heads = ["what", "theirs", "ours", "apart"].map(str::to_owned);
    let mut lines = vec![heads.to_vec()];
    lines.extend(compared().iter().map(|row| {
        let apart = (row.ours - row.theirs) / row.theirs.max(1.0) * 100.0;
        vec![
            row.what.clone(),
            format!("{:.1}", row.theirs),
            format!("{:.1}", row.ours),
            format!("{apart:+.1} %"),
        ]
    }));
    println!("{TITLE}\n{ABOUT}\n");
    for row in &lines {
        println!("{:<55} {:>9} {:>9} {:>8}", row[0], row[1], row[2], row[3]);
    }
    println!();
    page.table(TITLE, ABOUT, &lines)
}

fn built_in(name: &str) -> Option<&'static str> {
    let found = KNOWN.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

fn read(name: &str) -> Result<Case, Box<dyn Error>> {
    let text = match built_in(name) {
        Some(text) => text.to_owned(),
        None if !name.contains(['.', '/']) => return Err(unknown(name).into()),
        None => fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))?,
    };
    Case::read(&text).map_err(|error| format!("{name}: {error}").into())
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
    format!(
        "no scenario `{name}`: write a file with its ending, or one of {}",
        names.join(", ")
    )
}

/// With a bar that shows the time left, on a terminal and where it takes longer than a moment.
fn simulate(case: &Case) -> (Vec<Run>, Option<Swept>) {
    const PARTS: u64 = 1000;
    let bar = ProgressBar::new(PARTS);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent} %, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(case.title().to_owned());
    bar.enable_steady_tick(Duration::from_millis(500));
    let runs = case.run(|share| bar.set_position(parts(share, PARTS)));
    bar.set_position(0);
    let swept = case.sweep(|share| bar.set_position(parts(share, PARTS)));
    bar.finish_and_clear();
    (runs, swept)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a bar"
)]
fn parts(share: f64, all: u64) -> u64 {
    (share * all as f64) as u64
}
