//! What a dependency costs to build: crates and CPU seconds over tokio alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use benches::record::Record;
use nix::sys::resource::{UsageWho, getrusage};

use crate::{Result, room};

const ALONE: &str = "tokio alone";
const TOKIO: &str = r#"tokio = { version = "1", features = ["rt", "time"] }"#;

/// Each with what it takes to do the job: wait on tokio's timer, with jitter where there is any.
const CASES: &[(&str, &str)] = &[
    (ALONE, ""),
    (
        "retry-core",
        r#"retry-core = { path = "{workspace}/retry-core" }"#,
    ),
    (
        "retry-core without `macros`",
        r#"retry-core = { path = "{workspace}/retry-core", default-features = false, features = ["tokio"] }"#,
    ),
    (
        "backon",
        r#"backon = { version = "1.6.0", default-features = false, features = ["std", "tokio-sleep"] }"#,
    ),
    (
        "tokio-retry2",
        r#"tokio-retry2 = { version = "0.9.1", features = ["jitter"] }"#,
    ),
    ("tokio-retry2 without `jitter`", r#"tokio-retry2 = "0.9.1""#),
    (
        "retry-if",
        "retry-if = { version = \"0.3.1\", default-features = false }\ntracing = { version = \"0.1\", default-features = false }",
    ),
    (
        "tower",
        r#"tower = { version = "0.5.3", default-features = false, features = ["retry", "util"] }"#,
    ),
    (
        "tryhard",
        r#"tryhard = { version = "0.5.2", default-features = false }"#,
    ),
    (
        "backoff",
        r#"backoff = { version = "0.4.0", features = ["tokio"] }"#,
    ),
];

pub(crate) fn measure() -> Result<Vec<Record>> {
    let place = std::env::temp_dir().join(format!("build-cost-{}", std::process::id()));
    let mut records = Vec::new();
    for (name, dependency) in CASES {
        let manifest = write_package(&place, dependency)?;
        records.push(Record::new(name, ALONE, "crates", crates(&manifest)?));
        records.push(Record::new(name, ALONE, "CPU s", seconds(&manifest)?));
        fs::remove_dir_all(&place)?;
    }
    Ok(records)
}

/// A program that does nothing, with the versions of this workspace.
fn write_package(place: &Path, dependency: &str) -> Result<std::path::PathBuf> {
    let workspace = room().join("..").canonicalize()?;
    let dependency = dependency.replace("{workspace}", &workspace.to_string_lossy());
    fs::create_dir_all(place.join("src"))?;
    fs::write(place.join("src/main.rs"), "fn main() {}\n")?;
    fs::copy(workspace.join("Cargo.lock"), place.join("Cargo.lock"))?;
    let manifest = place.join("Cargo.toml");
    fs::write(
        &manifest,
        format!(
            "[package]\nname = \"cost\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
            [dependencies]\n{TOKIO}\n{dependency}\n"
        ),
    )?;
    Ok(manifest)
}

fn cargo(command: &str, manifest: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg(command).arg("--manifest-path").arg(manifest);
    // The package's own directory, so that nothing is there already.
    cargo.env_remove("CARGO_TARGET_DIR").stderr(Stdio::null());
    cargo.current_dir(room());
    cargo
}

/// All crates of the program's tree, the program itself not counted.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn crates(manifest: &Path) -> Result<f64> {
    let tree = cargo("tree", manifest)
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .output()?;
    let tree = String::from_utf8(tree.stdout)?;
    let mut crates: Vec<&str> = tree
        .lines()
        .map(|line| line.split(" (").next().unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    crates.sort_unstable();
    crates.dedup();
    Ok(crates.len() as f64 - 1.0)
}

/// The CPU time of the build and of everything it starts.
fn seconds(manifest: &Path) -> Result<f64> {
    let before = spent()?;
    let built = cargo("build", manifest).arg("--jobs=1").status()?;
    if !built.success() {
        return Err("a program of the build scenario does not build".into());
    }
    Ok(spent()? - before)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn spent() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let parts = [usage.user_time(), usage.system_time()];
    let seconds = parts.map(|part| part.tv_sec() as f64 + part.tv_usec() as f64 / 1e6);
    Ok(seconds.iter().sum())
}
