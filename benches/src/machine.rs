//! The machine that measures, and the programs it runs.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

use crate::{Result, room};

/// The programs that do the measuring.
pub(crate) struct Programs {
    pub(crate) probe: PathBuf,
    pub(crate) census: PathBuf,
}

/// Builds them with all peers, as a release.
pub(crate) fn build_programs() -> Result<Programs> {
    let built = cargo()
        .args(["build", "--release", "--features", "peers"])
        .args(["--bin", "probe", "--bin", "census"])
        .status()?;
    if !built.success() {
        return Err("the probes do not build".into());
    }
    // Where this program stands, unless it was built otherwise than as a release.
    let mut directory = std::env::current_exe()?;
    directory.pop();
    directory.set_file_name("release");
    Ok(Programs {
        probe: directory.join("probe"),
        census: directory.join("census"),
    })
}

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(room());
    cargo
}

/// When, on what, with which versions.
pub(crate) fn description() -> Result<String> {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let cores = std::thread::available_parallelism()?;
    let model = cpu_model().unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let compiler = Command::new("rustc")
        .arg("--version")
        .current_dir(room())
        .output()?;
    let compiler = String::from_utf8(compiler.stdout)?;
    let mut text = format!(
        "- Date: {}\n- Machine: {cores} cores, {model}, {}\n- Compiler: {}\n- Profile: release, thin LTO, one codegen unit\n",
        now.split('T').next().unwrap_or_default(),
        std::env::consts::OS,
        compiler.trim(),
    );
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        let minutes: Vec<&str> = load.split(' ').take(3).collect();
        let _ = writeln!(
            text,
            "- Load averages at the end: {}. This command makes 1, or 2 while two threads work; with more than that, \
            something else ran too, and the times, their ratios and the CPU seconds are rough.",
            minutes.join(", ")
        );
    }
    let _ = writeln!(text, "- Peers: {}", peers()?);
    Ok(text)
}

fn cpu_model() -> Option<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = cpus.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The versions that the lock file gives.
fn peers() -> Result<String> {
    const NAMES: [&str; 10] = [
        "backoff",
        "backon",
        "reqwest",
        "reqwest-middleware",
        "reqwest-retry",
        "retry-if",
        "tokio",
        "tokio-retry2",
        "tower",
        "tryhard",
    ];
    let tree = cargo()
        .args([
            "tree",
            "--features",
            "peers",
            "--depth",
            "1",
            "--prefix",
            "none",
        ])
        .output()?;
    let tree = String::from_utf8(tree.stdout)?;
    let mut peers: Vec<String> = tree
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            let version = rest.split(' ').next()?;
            NAMES.contains(&name).then(|| format!("{name} {version}"))
        })
        .collect();
    peers.sort();
    peers.dedup();
    Ok(peers.join(", "))
}
