//! What `cargo run --example batch` counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use flaky::Flaky;

use crate::{program, run, text};

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

/// Every file that `batch --save` downloads where it is given none.
fn assert_saved(folder: &Path) {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected: Vec<_> = (1..=12).map(|number| format!("{number:02}.bin")).collect();
    assert_eq!(names, expected);
    for name in names {
        let saved = fs::read(folder.join(&name)).unwrap();
        assert!(saved == flaky::file(&name), "{name}");
    }
}

#[test]
fn files_are_saved_through_a_proxy_that_breaks_off() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("saved");
    let _ = fs::remove_dir_all(&folder);
    let output = run("batch", &["--save", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let shown = text(&output.stdout);
    assert!(shown.starts_with("12 files saved, "), "{shown}");
    assert_saved(&folder);
}

#[cfg(unix)]
#[test]
fn what_ctrl_c_interrupted_goes_on_after_a_restart() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("interrupted");
    let _ = fs::remove_dir_all(&folder);
    let saving = ["--save", folder.to_str().unwrap(), "--concurrency", "4"];
    let mut interrupted = 0;
    for _ in 0..3 {
        let child = Command::new(program("batch"))
            .args(saving)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap();
        sleep(Duration::from_millis(150));
        let pid = child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
        interrupted += u32::from(child.wait().unwrap().code() == Some(130));
    }
    assert!(interrupted > 0);
    let output = run("batch", &saving);
    assert!(output.status.success(), "{output:?}");
    assert_saved(&folder);
}
