//! What came of a sweep, as charts.

use std::collections::BTreeMap;

use crate::report::chart::{Axis, Chart, Line};
use crate::report::figures::{Figure, Figures, described, most};
use crate::report::theme::LINES;
use crate::run::Run;
use crate::sweep::Swept;

/// What came of a sweep: two charts with the same numbers along the axis.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(crate) fn swept(swept: &Swept) -> Figures {
    type Of = fn(&Run) -> f64;
    let (across, sentence, shown): (_, _, [(&str, &str, Of); 2]) = match swept.number {
        "failure" => (
            "% of requests that fail",
            "What each strategy costs the server, and what it gains, the more requests fail.",
            [
                ("Load", "requests for each call", Run::load),
                ("Success", "% of calls", |run| run.success() * 100.0),
            ],
        ),
        _ => (
            "clients",
            "What it takes until every client has succeeded once, the more of them there are.",
            [
                ("Calls needed", "requests", |run| {
                    run.requests.iter().sum::<u64>() as f64
                }),
                ("Time until all are done", "seconds", Run::last_success),
            ],
        ),
    };
    let scale = if swept.number == "failure" {
        100.0
    } else {
        1.0
    };
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    let mut charts = Vec::new();
    for (title, up, of) in shown {
        let mut lines = Vec::new();
        for (place, runs) in swept.lines.iter().enumerate() {
            if let Some((_, run)) = runs.first() {
                names.insert(place, run.strategy.clone());
            }
            let point = |(number, run): &(f64, Run)| (number * scale, of(run));
            lines.push(Line {
                shade: LINES[place % LINES.len()],
                points: runs.iter().map(point).collect(),
                filled: false,
            });
        }
        let numbers = lines.iter().flat_map(|line| &line.points).map(|(x, _)| *x);
        let chart = Chart {
            title: title.to_owned(),
            across: Axis::new(across, numbers.fold(0.0, f64::max)),
            up: Axis::new(up, most(&lines)),
            trouble: Vec::new(),
            lines,
        };
        charts.push(described(title, sentence, chart.svg())?);
    }
    Ok(Figure {
        sentence: sentence.to_owned(),
        legend: names
            .into_iter()
            .map(|(place, name)| (name, LINES[place % LINES.len()]))
            .collect(),
        charts,
    })
}
