//! What the attribute costs the compiler: runs the script that checks a thousand functions.

use std::process::{Command, Stdio};

use benches::record::Record;
use benches::subject::BY_HAND;

use crate::{Result, room};

const MEASURE: &str = "ms of `cargo check`";

pub(crate) fn measure() -> Result<Vec<Record>> {
    let script = room().join("compile_cost/run");
    let output = Command::new(script).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("`compile_cost/run` ended with {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(round).flatten().collect())
}

/// `round 1: by hand 700 ms, annotated 900 ms`
fn round(line: &str) -> Option<[Record; 2]> {
    let times = line.strip_prefix("round ")?.split_once(": by hand ")?.1;
    let (by_hand, annotated) = times.strip_suffix(" ms")?.split_once(" ms, annotated ")?;
    Some([
        Record::new(BY_HAND, BY_HAND, MEASURE, by_hand.parse().ok()?),
        Record::new("attribute", BY_HAND, MEASURE, annotated.parse().ok()?),
    ])
}
