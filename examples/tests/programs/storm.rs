//! What `cargo run --example storm` shows of policies.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{run, text};

/// A file of this test's own.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn every_known_scenario_has_a_table_and_a_section_of_the_page() {
    let (html, json) = (file("storm.html"), file("storm.json"));
    let args = [
        "--html",
        html.to_str().unwrap(),
        "--json",
        json.to_str().unwrap(),
    ];
    let output = run("storm", &args);
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    let page = fs::read_to_string(html).unwrap();
    for (_, known) in retry_sim::KNOWN {
        let case = retry_sim::Case::read(known).unwrap();
        assert!(said.contains(case.title()), "{said}");
        assert!(page.contains(&format!("<h2>{}</h2>", case.title())));
        for strategy in case.strategies() {
            assert!(said.contains(strategy.name()), "{said}");
        }
    }
    assert!(
        page.contains("theirs and ours") && said.contains("contention, 100 clients, full: calls")
    );
    assert_readable(&page);
    let data: serde_json::Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(data.as_array().unwrap().len(), retry_sim::KNOWN.len());
    assert!(data[0]["runs"][0]["points"][0]["requests"].is_u64());
}

/// One file without scripts that loads nothing; every chart with axes, units, a legend and a sentence; text to be read.
fn assert_readable(page: &str) {
    for missing in ["<script", "src=", "http://", "@import", "url("] {
        let found = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!found.contains(missing), "{missing}");
    }
    assert!(
        page.contains("prefers-color-scheme: dark") && page.contains("What the model leaves out")
    );
    let figures: Vec<&str> = page.split("<figure>").skip(1).collect();
    assert!(figures.len() >= 10, "{} figures", figures.len());
    for figure in figures {
        let figure = figure.split("</figure>").next().unwrap();
        assert!(figure.contains("class=\"legend\"") && figure.contains("<figcaption>"));
        let charts: Vec<&str> = figure.split("role=\"img\"").skip(1).collect();
        assert!(!charts.is_empty());
        for chart in charts {
            let has = |unit: &str| chart.contains(&format!("\n{unit}"));
            let units = ["seconds", "per second", "requests", "%", "clients"];
            assert!(units.into_iter().any(has), "no unit: {chart}");
            assert!(chart.contains("<title>"));
            assert_legible(chart);
        }
    }
    // What is drawn has a colour in the dark, too.
    let colours: HashSet<&str> = page
        .split("fill=\"#")
        .skip(1)
        .map(|rest| &rest[..6])
        .collect();
    for colour in colours {
        assert!(page.contains(&format!("[fill=\"#{colour}\"]")), "#{colour}");
    }
}

/// Text of at least 12 px that stands inside the chart.
fn assert_legible(chart: &str) {
    for element in chart.split("<text ").skip(1) {
        let number = |name: &str| -> f64 {
            let rest = element.split(&format!("{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let words = element
            .split('>')
            .nth(1)
            .unwrap()
            .trim()
            .split('<')
            .next()
            .unwrap()
            .trim();
        let size = number("font-size");
        assert!(size >= 12.0, "{size}: {words}");
        if element.contains("rotate") {
            continue;
        }
        // Wide letters, so that what is said to fit does.
        #[expect(clippy::cast_precision_loss, reason = "letters of a label")]
        let wide = words.chars().count() as f64 * size * 0.56;
        let left = match element {
            _ if element.contains("text-anchor=\"middle\"") => number("x") - wide / 2.0,
            _ if element.contains("text-anchor=\"end\"") => number("x") - wide,
            _ => number("x"),
        };
        assert!(left >= -1.0 && left + wide <= 349.0, "cut off: {words}");
    }
}

#[test]
fn a_scenario_of_ones_own_begins_with_one_that_is_built_in() {
    let shown = run("storm", &["--show", "layers"]);
    let (own, html) = (file("own.toml"), file("own.html"));
    fs::write(&own, &shown.stdout).unwrap();
    let output = run(
        "storm",
        &[own.to_str().unwrap(), "--html", html.to_str().unwrap()],
    );
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("Three layers"));
}

#[test]
fn a_mistake_is_one_line_and_nothing_is_run() {
    let (own, html) = (file("wrong.toml"), file("wrong.html"));
    let shown = run("storm", &["--show", "collapse"]);
    let wrong = text(&shown.stdout).replace("ratio = 0.1", "ratio = -3");
    fs::write(&own, wrong).unwrap();
    let own = own.to_str().unwrap();
    // The first scenario is right, and is not run either.
    let output = run("storm", &["layers", own, "--html", html.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = text(&output.stderr);
    assert!(
        said.contains(own) && said.contains("line 33: `ratio` must be from 0 to 1000, but is -3"),
        "{said}"
    );
    assert!(said.lines().count() == 1 && output.stdout.is_empty() && !html.exists());
    for (name, hint) in [("tornado", "one of herd"), ("no/such.toml", "No such file")] {
        let output = run("storm", &[name]);
        assert!(text(&output.stderr).contains(hint), "{output:?}");
    }
}

/// In both colour schemes and in two widths, without a word of complaint. Where there is no Chromium, that is said.
#[test]
fn the_page_opens_in_a_browser() {
    let Some(browser) = find("chromium") else {
        println!("not run: chromium is not installed");
        return;
    };
    let html = file("browser.html");
    let html = html.to_str().unwrap();
    assert!(
        run("storm", &["herd", "layers", "--html", html])
            .status
            .success()
    );
    let mut seen = HashSet::new();
    for (scheme, width) in [(0, 1200), (0, 500), (1, 1200), (1, 500)] {
        let picture = file(&format!("page-{scheme}-{width}.png"));
        let output = Command::new(&browser)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .args([
                "--enable-logging=stderr",
                &format!("--window-size={width},3000"),
            ])
            .arg(format!("--user-data-dir={}", file("chromium").display()))
            .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{html}"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("CONSOLE"), "{said}");
        let picture = fs::read(&picture).unwrap();
        assert!(picture.len() > 20_000, "{} bytes", picture.len());
        assert!(seen.insert(picture), "the same picture twice");
    }
}

fn find(name: &str) -> Option<PathBuf> {
    let places = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&places).map(|place| place.join(name));
    files.find(|file| Path::is_file(file))
}
