//! Large files through a proxy that cuts and stalls: a small version here, and 700 MB by hand:
//!
//! `cargo test --release -p tests --test resume_large -- --ignored --nocapture --test-threads 1 by_hand`

#[path = "../resume_files/mod.rs"]
mod resume_files;
#[path = "../servers_process/mod.rs"]
mod servers_process;

mod cost;
mod process;
mod real;

use std::fs;

use process::{Mode, download};
use resume_files::proxy::Proxy;
use resume_files::{Answer, Files, Folder, holds};

/// The file is served by this library's own test server, by `hyper` and by nginx.
struct Size {
    length: u64,
    cut: u64,
}

const SMALL: Size = Size {
    length: 7_000_000,
    cut: 500_000,
};
const LARGE: Size = Size {
    length: 700_000_000,
    cut: 50_000_000,
};

/// Stalls twice, and cuts all others.
fn proxy(port: u16, size: &Size) -> Proxy {
    Proxy::start(port, size.cut, &[3, 9])
}

/// Each byte once, hash equal, attempts bounded.
fn comes_whole(name: &str, port: u16, size: &Size) {
    let folder = Folder::new(name);
    let target = folder.join("a");
    let proxy = proxy(port, size);
    let done = download(Mode::Save, &proxy.url("/file"), &target);
    assert!(done.success, "{}", done.output);
    assert!(holds(&target, 1, size.length));
    assert_eq!(folder.names(), ["a"]);
    // The heads of the answers count, too.
    let least = usize::try_from(size.length / size.cut).unwrap();
    assert!(
        (least..=least + 2).contains(&proxy.connections()),
        "{}",
        proxy.connections()
    );
    println!(
        "{name}: {} connections, {}",
        proxy.connections(),
        done.output
    );
}

fn changes(size: &Size) {
    let folder = Folder::new("changes");
    let target = folder.join("a");
    let length = size.length;
    let files = Files::start(move |asked| {
        let version = if asked.number < 7 { 1 } else { 2 };
        Answer::honest(asked, version, length)
    });
    let done = download(Mode::Save, &proxy(files.port(), size).url("/file"), &target);
    assert!(!done.success);
    assert!(
        done.output.contains("it changed at the server"),
        "{}",
        done.output
    );
    assert!(!fs::exists(&target).unwrap());
    println!("changed: {}", done.output);
}

fn own(size: &Size) -> Files {
    let length = size.length;
    Files::start(move |asked| Answer::honest(asked, 1, length))
}

#[test]
fn a_file_comes_whole_through_cuts_and_stalls() {
    comes_whole("own", own(&SMALL).port(), &SMALL);
    comes_whole("hyper", real::hyper(SMALL.length), &SMALL);
    if let Some((_nginx, port)) = real::nginx(SMALL.length) {
        comes_whole("nginx", port, &SMALL);
    }
}

#[test]
fn a_file_that_changes_is_an_error() {
    changes(&SMALL);
}

#[test]
#[ignore = "700 MB four times: by hand"]
fn by_hand_seven_hundred_megabytes() {
    comes_whole("own", own(&LARGE).port(), &LARGE);
    comes_whole("hyper", real::hyper(LARGE.length), &LARGE);
    if let Some((_nginx, port)) = real::nginx(LARGE.length) {
        comes_whole("nginx", port, &LARGE);
    }
    changes(&LARGE);
}
