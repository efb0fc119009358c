//! The text of `RESULTS.md`.

use std::fmt::Write as _;

use benches::record::Record;

use crate::scenarios::Scenario;
use crate::table::Table;
use crate::{Result, machine};

pub(crate) fn section(scenario: &Scenario, records: &[Record]) -> String {
    let Scenario {
        name,
        title,
        goal,
        remark,
        ..
    } = scenario;
    let table = Table::new(records).markdown();
    format!(
        "## {title}\n\nGoal: {goal}. {remark}\nAlone: `cargo run --release -p benches -- {name}`.\n\n{table}"
    )
}

pub(crate) fn whole(sections: &[(&Scenario, Vec<Record>)]) -> Result<String> {
    let mut text = String::from("# Results\n\n");
    let _ = writeln!(
        text,
        "Written by `cargo run --release -p benches`; the method is in [README.md](README.md).\n\
        Values are medians. Ratios are to the loop by hand of the same round: one number where the measure repeats \
        exactly, else least / **median** / greatest.\n"
    );
    text.push_str(&machine::description()?);
    for (scenario, records) in sections {
        text.push('\n');
        text.push_str(&section(scenario, records));
    }
    Ok(text)
}
