//! Instructions a call, which repeat from run to run as times do not.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::record::Record;

const CALLS: u32 = 1000;

/// Whether there is a valgrind to count with.
#[must_use]
pub fn is_here() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// The instructions a call of every subject of a scenario.
///
/// # Errors
///
/// Where a program does not start or says nothing of use.
pub fn count(probe: &Path, scenario: &str) -> io::Result<Vec<Record>> {
    let listed = Command::new(probe).args(["list", scenario]).output()?;
    let listed = String::from_utf8_lossy(&listed.stdout);
    let subjects = listed.lines().filter_map(|line| line.split_once('\t'));
    subjects
        .map(|(subject, baseline)| {
            let run = |calls| instructions(probe, scenario, subject, calls);
            // What the process needs to start and to stop is in both, and falls out.
            let more = run(3 * CALLS)? - run(CALLS)?;
            let value = more / f64::from(2 * CALLS);
            Ok(Record::new(subject, baseline, "instructions", value))
        })
        .collect()
}

fn instructions(probe: &Path, scenario: &str, subject: &str, calls: u32) -> io::Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(probe)
        .args(["run", scenario, subject, &calls.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(format!("callgrind counted nothing: {said}")))
}
