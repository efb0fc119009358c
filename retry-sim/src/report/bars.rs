//! One chart of bars, in groups.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::chart::{Drawn, HEIGHT, WIDTH, headed, number};
use crate::report::theme::{INK, LINES, PAPER, text};

/// Bars side by side in each group, a colour for each place in it, and the number above each bar.
#[derive(Debug)]
pub(crate) struct Bars {
    pub(crate) title: String,
    /// What is measured, with its unit.
    pub(crate) up: String,
    pub(crate) groups: Vec<(String, Vec<f64>)>,
}

/// Room for the unit and the names of groups.
const HEAD: i32 = 22;
const FOOT: i32 = 26;
const EDGE: i32 = 12;

impl Bars {
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    pub(crate) fn svg(&self) -> Drawn {
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
            root.fill(&PAPER.colour())?;
            let body = headed(&root, &self.title)?;
            let (width, height) = body.dim_in_pixel();
            let (width, height) = (whole(width as usize), whole(height as usize));
            let font = ("sans-serif", text(12.5)).into_font();
            let style = |across| {
                let pos = Pos::new(across, VPos::Bottom);
                font.clone().color(&INK.colour()).pos(pos)
            };
            let unit = Text::new(self.up.clone(), (8, 16), style(HPos::Left));
            body.draw(&unit)?;
            let values = self.groups.iter().flat_map(|(_, values)| values);
            let most = values.copied().fold(f64::MIN_POSITIVE, f64::max);
            let floor = height - FOOT;
            let wide = (width - 2 * EDGE) / whole(self.groups.len().max(1));
            for (group, (name, values)) in self.groups.iter().enumerate() {
                let left = EDGE + wide * whole(group);
                let each = (wide - 12) / whole(values.len().max(1));
                for (place, value) in values.iter().enumerate() {
                    let from = left + 6 + each * whole(place);
                    let tall = value / most * f64::from(floor - HEAD - 18);
                    let top = floor - tall.round() as i32;
                    let corners = [(from + 1, top), (from + each - 1, floor)];
                    let colour = LINES[place % LINES.len()].colour();
                    body.draw(&Rectangle::new(corners, colour.filled()))?;
                    let above = (from + each / 2, top - 3);
                    body.draw(&Text::new(number(*value), above, style(HPos::Center)))?;
                }
                let below = (left + wide / 2, height - 6);
                body.draw(&Text::new(name.clone(), below, style(HPos::Center)))?;
            }
            let axis = vec![(EDGE, floor), (width - EDGE, floor)];
            body.draw(&PathElement::new(axis, INK.colour()))?;
            root.present()?;
        }
        Ok(svg)
    }
}

fn whole(pixels: usize) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}
