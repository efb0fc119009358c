//! Measures everything, or the scenarios that are named, and writes `RESULTS.md` and `chart.svg`.
//!
//! ```text
//! cargo run --release -p benches              # everything
//! cargo run --release -p benches -- success   # one scenario, printed and not written
//! ```

mod build_cost;
mod chart;
mod compile_cost;
mod machine;
mod report;
mod scenarios;
mod table;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use scenarios::SCENARIOS;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|wanted| SCENARIOS.iter().all(|known| known.name != **wanted))
    {
        let names: Vec<&str> = SCENARIOS.iter().map(|known| known.name).collect();
        return Err(format!("no scenario `{unknown}`; there are: {}", names.join(", ")).into());
    }
    let programs = machine::build_programs()?;
    let chosen = SCENARIOS
        .iter()
        .filter(|known| wanted.is_empty() || wanted.iter().any(|name| name == known.name));
    let mut sections = Vec::new();
    for scenario in chosen {
        eprintln!("measuring: {}", scenario.title);
        let records = (scenario.measure)(&programs)?;
        println!("{}", report::section(scenario, &records));
        sections.push((scenario, records));
    }
    if wanted.is_empty() {
        fs::write(room().join("RESULTS.md"), report::whole(&sections)?)?;
        chart::draw(&room().join("chart.svg"), &sections)?;
    }
    Ok(())
}

/// The directory of this package.
fn room() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
