//! The programs do what they promise: each is run as a user runs it.

mod batch;
mod fetch;
mod hedge;
mod library;
mod preview;
mod service;
mod storm;

use std::path::PathBuf;
use std::process::{Command, Output};

/// Where cargo put a program: beside this test. `cargo test` builds all examples of a package before its tests.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    profile
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

fn run(name: &str, args: &[&str]) -> Output {
    let program = program(name);
    let output = Command::new(&program)
        .args(args)
        .env("NO_PROXY", "127.0.0.1")
        .output();
    output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; build it with `cargo build -p examples --examples`",
            program.display()
        )
    })
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
