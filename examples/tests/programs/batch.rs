//! What `cargo run --example batch` counts.

use std::fs;
use std::path::PathBuf;

use flaky::Flaky;

use crate::{run, text};

/// A file of URLs, one a line.
fn urls(name: &str, urls: &[&str]) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, urls.join("\n")).unwrap();
    file
}

#[test]
fn a_thousand_calls_keep_their_retries_within_the_budget() {
    let output = run("batch", &[]);
    assert!(output.status.success(), "{output:?}");
    let shown = text(&output.stdout);
    let (table, totals) = shown.split_once("\n\n").unwrap();
    let count = |row: &str| {
        row.split_whitespace()
            .next_back()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    assert_eq!(
        table.lines().skip(1).map(count).sum::<u32>(),
        1000,
        "{shown}"
    );
    let requests = totals.trim().strip_prefix("1000 calls, ").unwrap();
    let requests: u32 = requests.strip_suffix(" requests").unwrap().parse().unwrap();
    assert!((1000..=1110).contains(&requests), "{shown}");
    assert!(shown.contains("success at attempt 2"), "{shown}");
}

#[test]
fn a_file_of_urls_is_fetched_and_one_failure_is_told_by_the_exit_status() {
    let server = Flaky::start().unwrap();
    let good = server.url("/status/200");
    let bad = server.url("/status/404");
    let all_good = run(
        "batch",
        &[urls("good.txt", &[&good, "", &good]).to_str().unwrap()],
    );
    assert_eq!(all_good.status.code(), Some(0), "{all_good:?}");
    assert_eq!(server.requests("/status/200"), 2);

    let one_bad = run(
        "batch",
        &[urls("bad.txt", &[&good, &bad]).to_str().unwrap()],
    );
    assert_eq!(one_bad.status.code(), Some(1), "{one_bad:?}");
    assert!(
        text(&one_bad.stdout).contains("permanent failure"),
        "{one_bad:?}"
    );
    assert_eq!(server.requests("/status/404"), 1);
}

#[test]
fn a_file_that_is_missing_or_holds_no_urls_is_one_clear_line() {
    let wrong = urls("wrong.txt", &["not a url"]);
    for (file, part) in [
        ("no/such/file", "no/such/file: "),
        (wrong.to_str().unwrap(), "`not a url` is no URL"),
    ] {
        let output = run("batch", &[file]);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.contains(part) && said.lines().count() == 1, "{said}");
    }
}
