//! What `cargo run --example preview` says of a policy.

use std::fs;
use std::path::PathBuf;

use crate::{run, text};

/// A file of this test's own.
fn svg(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_policy_is_shown_as_a_table_and_as_a_chart() {
    let file = svg("preview.svg");
    let policy = [
        "max_attempts=4",
        "exp_multiplier=1s",
        "jitter=none",
        "--svg",
        file.to_str().unwrap(),
    ];
    let output = run("preview", &policy);
    assert!(output.status.success(), "{output:?}");
    assert!(
        text(&output.stdout).contains("at most 7s of waiting in 4 attempts"),
        "{output:?}"
    );
    let chart = fs::read_to_string(file).unwrap();
    assert!(
        chart.starts_with("<svg") && chart.contains("after attempt"),
        "{chart}"
    );
    // In both colour schemes, with a legend, and large enough to read.
    for part in ["prefers-color-scheme: dark", "the longest delay", "<title>"] {
        assert!(chart.contains(part), "{part}: {chart}");
    }
    let sizes = chart.split("font-size=\"").skip(1);
    let sizes = sizes.map(|rest| rest.split('"').next().unwrap().parse::<f64>().unwrap());
    assert!(sizes.fold(f64::MAX, f64::min) >= 12.0, "{chart}");
}

#[test]
fn schedules_at_the_edges_are_drawn_too() {
    let file = svg("edges.svg");
    for policy in [
        "max_attempts=1",
        "max_attempts=unlimited",
        "fixed=0s",
        "fixed=1000000days",
    ] {
        let output = run("preview", &[policy, "--svg", file.to_str().unwrap()]);
        assert!(output.status.success(), "{policy}: {output:?}");
    }
}

#[test]
fn a_mistake_is_one_line_that_says_what_to_write() {
    for (wrong, hint) in [
        ("max_atempts=3", "expected one of `max_attempts`"),
        ("max_attempts=0", "at least 1"),
        ("fixed=soon", "write for example"),
    ] {
        let output = run("preview", &[wrong]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = text(&output.stderr);
        assert!(said.contains(hint) && said.lines().count() == 1, "{said}");
    }
    assert_eq!(run("preview", &["fast"]).status.code(), Some(2));
    assert_eq!(
        run("preview", &["fixed=1s", "fixed=2s"]).status.code(),
        Some(1)
    );
}
