//! What `cargo run --example fetch` prints, and how it exits.

use std::process::Output;

use flaky::Flaky;

use crate::{run, text};

fn fetch(args: &[&str]) -> Output {
    run("fetch", args)
}

#[test]
fn without_arguments_it_shows_all_three_endings() {
    let output = fetch(&[]);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for part in [
        "attempt 1   503 Service Unavailable",
        "transient: again in",
        "200 OK                        success",
        "404 Not Found                 permanent: not retried",
        "attempt 3   503 Service Unavailable       gave up after 3 attempts",
    ] {
        assert!(shown.contains(part), "no `{part}` in:\n{shown}");
    }
}

#[test]
fn a_url_that_recovers_is_a_success() {
    let server = Flaky::start().unwrap();
    let output = fetch(&[&server.url("/sequence/503,200?retry_after_ms=20")]);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(shown.contains("as the server asks for 20 ms"), "{shown}");
    assert!(shown.contains("attempt 2   200 OK"), "{shown}");
    assert_eq!(server.requests("/sequence/503,200"), 2);
}

#[test]
fn a_missing_page_is_a_failure_after_one_request() {
    let server = Flaky::start().unwrap();
    let output = fetch(&[&server.url("/status/404")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).ends_with("/status/404: 404 Not Found\n"),
        "{output:?}"
    );
    assert_eq!(server.requests("/status/404"), 1);
}

#[test]
fn a_url_that_nobody_serves_is_one_clear_line() {
    // Port 1 is reserved for a protocol that nobody speaks any more.
    let output = fetch(&["http://127.0.0.1:1/?token=secret"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "fetch: http://127.0.0.1:1/: no connection could be made\n"
    );
    assert!(
        text(&output.stdout).contains("gave up after 3 attempts"),
        "{output:?}"
    );
}

#[test]
fn a_wrong_url_is_told_what_to_write() {
    for wrong in ["example.org", "ftp://example.org/", ""] {
        let output = fetch(&[wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(
            text(&output.stderr).contains("such as https://example.org/"),
            "{output:?}"
        );
    }
}

#[test]
fn help_tells_the_exit_status() {
    let output = fetch(&["--help"]);
    assert!(output.status.success());
    assert!(
        text(&output.stdout).contains("Exit status: 0"),
        "{output:?}"
    );
}
