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

const HEADS: [&str; 10] = [
    "strategy",
    "calls",
    "success %",
    "load",
    "retries",
    "hedges",
    "timeouts",
    "queue",
    "p50 s",
    "p99 s",
];

impl Table<'_> {
    /// The heads of the columns.
    #[must_use]
    pub const fn heads() -> &'static [&'static str] {
        &HEADS
    }

    /// Line by line what stands in the columns.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        let row = |run: &Run| {
            vec![
                run.strategy.clone(),
                run.calls.to_string(),
                format!("{:.1}", run.success() * 100.0),
                format!("{:.2}", run.load()),
                run.retries.to_string(),
                run.hedges.to_string(),
                run.timeouts.to_string(),
                run.longest_queue().to_string(),
                format!("{:.3}", run.latency(0.5)),
                format!("{:.3}", run.latency(0.99)),
            ]
        };
        self.0.iter().map(row).collect()
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = HEADS.map(str::to_owned).to_vec();
        let mut lines = vec![heads];
        lines.extend(self.rows());
        let width = |column: usize| {
            let widths = lines.iter().map(|line| line[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{:<1$}", line[0], widths[0])?;
            for (cell, width) in line.iter().zip(&widths).skip(1) {
                write!(f, "  {cell:>width$}")?;
            }
        }
        Ok(())
    }
}
