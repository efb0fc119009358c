//! Runs as a table.

use std::fmt;

use crate::run::Run;

/// Runs side by side, one a line.
///
/// ```
/// use retry_core::Policy;
/// use retry_sim::{Scenario, Strategy, Table};
///
/// let run = Scenario::dead_server(10).run(&Strategy::new("three attempts", Policy::new()));
/// let table = Table(&[run]).to_string();
/// assert!(table.contains("three attempts"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Table<'r>(pub &'r [Run]);

const HEADS: [&str; 11] = [
    "strategy",
    "calls",
    "success %",
    "load",
    "retries",
    "hedges",
    "timeouts",
    "refused",
    "queue",
    "p50 s",
    "p99 s",
];

impl Table<'_> {
    /// Line by line what stands in the columns, their heads first. A column of zeros says nothing and is left out.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<String>> {
        let mut lines = vec![HEADS.map(str::to_owned).to_vec()];
        lines.extend(self.0.iter().map(row));
        let says = |column: &usize| lines[1..].iter().any(|line| line[*column] != "0");
        let columns: Vec<usize> = (0..HEADS.len()).filter(says).collect();
        let shown = |line: &Vec<String>| columns.iter().map(|at| line[*at].clone()).collect();
        lines.iter().map(shown).collect()
    }
}

fn row(run: &Run) -> Vec<String> {
    vec![
        run.strategy.clone(),
        run.calls.to_string(),
        format!("{:.1}", run.success() * 100.0),
        format!("{:.2}", run.load()),
        run.retries.to_string(),
        run.hedges.to_string(),
        run.timeouts.to_string(),
        run.refused().to_string(),
        run.longest_queue().to_string(),
        format!("{:.3}", run.latency(0.5)),
        format!("{:.3}", run.latency(0.99)),
    ]
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let columns = lines[0].len();
        let width = |column: usize| {
            let widths = lines.iter().map(|line| line[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                if column == 0 {
                    write!(f, "{cell:<width$}")?;
                } else {
                    write!(f, "  {cell:>width$}")?;
                }
            }
        }
        Ok(())
    }
}
