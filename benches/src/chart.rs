//! The bar chart of the README: instructions of a call that succeeds at once, and the size of its future.

use std::path::Path;

use benches::record::Record;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Result;
use crate::scenarios::Scenario;
use crate::table::{Range, Table};

const PANEL: u32 = 400;
const LABELS: i32 = 130;
const VALUES: i32 = 50;
const HEAD: i32 = 36;
const ROW: i32 = 24;
const OURS: [&str; 2] = ["attribute", "policy.retry"];

struct Panel {
    scenario: &'static str,
    measure: &'static str,
    title: &'static str,
}

const PANELS: [Panel; 2] = [
    Panel {
        scenario: "success",
        measure: "instructions",
        title: "Instructions of a call that succeeds at once",
    },
    Panel {
        scenario: "sizes",
        measure: "bytes, empty operation",
        title: "Bytes of the future around an empty operation",
    },
];

/// Draws what has been measured; nothing where something is missing.
pub(crate) fn draw(path: &Path, sections: &[(&Scenario, Vec<Record>)]) -> Result<()> {
    let panels: Vec<(&Panel, Vec<(&str, f64)>)> = PANELS
        .iter()
        .filter_map(|panel| {
            let (_, records) = sections
                .iter()
                .find(|(scenario, _)| scenario.name == panel.scenario)?;
            Some((panel, bars(records, panel.measure)))
        })
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    let rows = panels
        .iter()
        .map(|(_, bars)| bars.len())
        .max()
        .unwrap_or_default();
    let height = HEAD + ROW * i32::try_from(rows)?;
    let area = SVGBackend::new(path, (PANEL * 2, height.unsigned_abs())).into_drawing_area();
    area.fill(&WHITE)?;
    let halves = area.split_evenly((1, 2));
    for ((panel, bars), half) in panels.iter().zip(&halves) {
        draw_panel(half, panel.title, bars)?;
    }
    area.present()?;
    Ok(())
}

/// The subjects that are asynchronous, fewest first.
fn bars<'a>(records: &'a [Record], measure: &str) -> Vec<(&'a str, f64)> {
    let table = Table::new(records);
    let asynchronous = |subject: &&str| !subject.ends_with("blocking");
    let mut bars: Vec<(&str, f64)> = table
        .subjects()
        .into_iter()
        .filter(asynchronous)
        .filter_map(|subject| Some((subject, Range::of(table.values(subject, measure))?.median)))
        .collect();
    bars.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    bars
}

fn draw_panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    title: &str,
    bars: &[(&str, f64)],
) -> Result<()> {
    let text = |size: i32| {
        ("sans-serif", size)
            .into_font()
            .color(&RGBColor(40, 40, 40))
    };
    let right = text(13).pos(Pos::new(HPos::Right, VPos::Center));
    let left = text(13).pos(Pos::new(HPos::Left, VPos::Center));
    area.draw(&Text::new(title, (10, 10), text(14)))?;
    let most = bars.iter().map(|(_, value)| *value).fold(1.0, f64::max);
    let width = f64::from(PANEL.cast_signed() - LABELS - VALUES);
    for (row, (subject, value)) in bars.iter().enumerate() {
        let top = HEAD + ROW * i32::try_from(row)?;
        let middle = top + ROW / 2 - 2;
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        let end = LABELS + (value / most * width) as i32;
        let colour = if OURS.contains(subject) {
            RGBColor(31, 119, 180)
        } else {
            RGBColor(176, 176, 176)
        };
        area.draw(&Rectangle::new(
            [(LABELS, top), (end, top + ROW - 5)],
            colour.filled(),
        ))?;
        area.draw(&Text::new(*subject, (LABELS - 6, middle), right.clone()))?;
        area.draw(&Text::new(
            format!("{value:.0}"),
            (end + 5, middle),
            left.clone(),
        ))?;
    }
    Ok(())
}
