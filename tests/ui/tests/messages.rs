//! What the compiler says of wrong uses: our own messages under `ours`, rustc's own under
//! `rustc`, those about errors of HTTP under `http`.
//!
//! After a change that is meant: `TRYBUILD=overwrite cargo test -p ui`.

use std::process::Command;

/// The compiler of `rust-toolchain.toml`: another one words and underlines differently.
const PINNED: &str = "rustc 1.95.0 ";

#[test]
fn wrong_uses_say_what_to_write() {
    let compiler = Command::new("rustc").arg("--version").output();
    let version = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    match version {
        Ok(version) if version.starts_with(PINNED) => {}
        other => {
            println!("skipped: the messages were recorded with {PINNED}, and this is {other:?}");
            return;
        }
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("http/*.rs");
    cases.compile_fail("ours/*.rs");
    cases.compile_fail("rustc/*.rs");
}
