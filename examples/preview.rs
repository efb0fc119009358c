//! Prints the schedule of a policy, and draws it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use retry_core::{Policy, Preview};
use retry_sim::report::theme::{self, GRID, INK, LINES, PAPER};
use serde_json::{Map, Value};

/// How dense the colour of a band is.
const BAND: f64 = 0.35;
/// At most so many delays are drawn: a policy may be endless.
const BARS: usize = 20;

/// Show how long a policy waits after each attempt, as a table and as an SVG chart.
#[derive(Parser)]
struct Args {
    /// The policy in the words of a configuration file, such as `max_attempts=6 exp_multiplier=1s jitter=equal`
    ///
    /// What is left out has its default.
    #[arg(value_name = "NAME=VALUE", value_parser = setting)]
    policy: Vec<(String, Value)>,

    /// Where to draw the chart
    #[arg(long, default_value = "preview.svg")]
    svg: PathBuf,
}

fn setting(text: &str) -> Result<(String, Value), &'static str> {
    let (name, value) = text
        .split_once('=')
        .ok_or("write NAME=VALUE, such as max_attempts=6")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("preview: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let mut settings = Map::new();
    for (name, value) in args.policy {
        if settings.insert(name.clone(), value).is_some() {
            return Err(format!("`{name}` is given twice").into());
        }
    }
    let policy: Policy = serde_json::from_value(settings.into())?;
    println!("{policy}\n\n{}", policy.preview());
    draw(policy.preview(), &policy.to_string(), &args.svg)?;
    println!("\nchart: {}", args.svg.display());
    Ok(())
}

/// One bar for each delay, from the least to the longest: the band that jitter draws from.
fn draw(preview: Preview, title: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let bars: Vec<(u32, f64, f64)> = preview
        .rows()
        .take(BARS)
        .map(|row| {
            let (least, longest) = (row.least().as_secs_f64(), row.longest().as_secs_f64());
            (row.attempt(), least, longest)
        })
        .collect();
    let last = bars.last().map_or(1, |bar| bar.0);
    let top = bars
        .iter()
        .map(|bar| bar.2)
        .fold(f64::MIN_POSITIVE, f64::max);

    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (720, 384)).into_drawing_area();
        root.fill(&PAPER.colour())?;
        let (head, body) = root.split_vertically(60);
        legend(&head, title)?;
        let mut chart = ChartBuilder::on(&body)
            .margin(8)
            .margin_right(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d((1..last).into_segmented(), 0.0..top * 1.05)?;
        let text = ("sans-serif", theme::text(13.0)).into_font();
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.colour())
            .axis_style(INK.colour())
            .label_style(text.clone().color(&INK.colour()))
            .axis_desc_style(text.color(&INK.colour()))
            .x_labels(BARS)
            .x_desc("after attempt")
            .y_desc("delay in seconds")
            .draw()?;
        let across = |attempt| {
            (
                SegmentValue::Exact(attempt),
                SegmentValue::Exact(attempt + 1),
            )
        };
        let colour = LINES[0].colour();
        chart.draw_series(bars.iter().map(|&(attempt, least, longest)| {
            let (left, right) = across(attempt);
            Rectangle::new([(left, least), (right, longest)], colour.mix(BAND).filled())
        }))?;
        // Without jitter a band has no height: then this line is all that shows.
        chart.draw_series(bars.iter().map(|&(attempt, _, longest)| {
            let (left, right) = across(attempt);
            PathElement::new([(left, longest), (right, longest)], colour.stroke_width(2))
        }))?;
        root.present()?;
    }
    fs::write(file, theme::alone(&svg, title))?;
    Ok(())
}

/// The policy in words, and what the colours mean.
fn legend(head: &DrawingArea<SVGBackend<'_>, Shift>, title: &str) -> Result<(), Box<dyn Error>> {
    let text = |pixels, across| {
        let font = ("sans-serif", theme::text(pixels)).into_font();
        font.color(&INK.colour())
            .pos(Pos::new(across, VPos::Center))
    };
    head.draw(&Text::new(title, (360, 20), text(14.0, HPos::Center)))?;
    let colour = LINES[0].colour();
    let band = [(72, 40), (90, 52)];
    head.draw(&Rectangle::new(band, colour.mix(BAND).filled()))?;
    let name = text(13.0, HPos::Left);
    head.draw(&Text::new(
        "the delay is drawn from here",
        (96, 46),
        name.clone(),
    ))?;
    let line = vec![(312, 46), (330, 46)];
    head.draw(&PathElement::new(line, colour.stroke_width(2)))?;
    head.draw(&Text::new("the longest delay", (336, 46), name))?;
    Ok(())
}
