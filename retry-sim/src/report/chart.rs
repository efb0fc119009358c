//! One chart of lines.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::theme::{GRID, INK, PAPER, Shade, TROUBLE, text};

/// Charts are as wide as a narrow screen shows them, so that their text is never scaled down.
pub(crate) const WIDTH: u32 = 348;
pub(crate) const HEIGHT: u32 = 232;

/// The height of text in pixels.
const TEXT: f64 = 12.5;

pub(crate) type Drawn = Result<String, Box<dyn std::error::Error>>;

/// Lines over a common axis.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) across: Axis,
    pub(crate) up: Axis,
    /// Stretches of the axis in which something is wrong.
    pub(crate) trouble: Vec<(f64, f64)>,
    pub(crate) lines: Vec<Line>,
}

/// What is measured along an axis, with its unit.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) name: String,
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// What is drawn is the logarithm, and what is written is the number.
    pub(crate) logarithmic: bool,
}

impl Axis {
    pub(crate) fn new(name: impl Into<String>, to: f64) -> Self {
        Self {
            name: name.into(),
            from: 0.0,
            to: if to > 0.0 { to } else { 1.0 },
            logarithmic: false,
        }
    }

    fn place(&self, value: f64) -> f64 {
        if self.logarithmic {
            value.max(1e-9).log10()
        } else {
            value
        }
    }

    fn label(&self, place: f64) -> String {
        number(if self.logarithmic {
            10_f64.powf(place)
        } else {
            place
        })
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.place(self.from)..self.place(self.to)
    }
}

/// Points in order, and the colour of what joins them.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) shade: Shade,
    pub(crate) points: Vec<(f64, f64)>,
    /// Filled down to the axis.
    pub(crate) filled: bool,
}

impl Chart {
    pub(crate) fn svg(&self) -> Drawn {
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
            root.fill(&PAPER.colour())?;
            let body = headed(&root, &self.title)?;
            self.draw(&body)?;
            root.present()?;
        }
        Ok(svg)
    }

    fn draw(
        &self,
        body: &DrawingArea<SVGBackend<'_>, Shift>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let (across, up) = (&self.across, &self.up);
        let mut chart = ChartBuilder::on(body)
            .margin_right(14)
            .margin_top(4)
            .x_label_area_size(40)
            .y_label_area_size(58)
            .build_cartesian_2d(across.range(), up.range())?;
        let up_range = up.range();
        chart.draw_series(self.trouble.iter().map(|&(from, to)| {
            let (from, to) = (across.place(from), across.place(to));
            let corners = [(from, up_range.start), (to, up_range.end)];
            Rectangle::new(corners, TROUBLE.colour().filled())
        }))?;
        let style = ("sans-serif", text(TEXT)).into_font();
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.colour())
            .axis_style(INK.colour())
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&|place| across.label(*place))
            .y_label_formatter(&|place| up.label(*place))
            .label_style(style.clone().color(&INK.colour()))
            .axis_desc_style(style.color(&INK.colour()))
            .x_desc(across.name.clone())
            .y_desc(up.name.clone())
            .draw()?;
        for line in &self.lines {
            let colour = line.shade.colour();
            let points = line.points.iter();
            let points = points.map(|&(x, y)| (across.place(x), up.place(y)));
            if line.filled {
                chart.draw_series(AreaSeries::new(points, up_range.start, colour.mix(0.85)))?;
            } else {
                chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
            }
        }
        Ok(())
    }
}

/// The title, and what is left below it.
pub(crate) fn headed<'a>(
    root: &DrawingArea<SVGBackend<'a>, Shift>,
    title: &str,
) -> Result<DrawingArea<SVGBackend<'a>, Shift>, Box<dyn std::error::Error>> {
    let (head, body) = root.split_vertically(26);
    let style = ("sans-serif", text(TEXT + 0.5), FontStyle::Bold).into_font();
    let style = style
        .color(&INK.colour())
        .pos(Pos::new(HPos::Left, VPos::Top));
    head.draw(&Text::new(shortened(title), (8, 6), style))?;
    Ok(body)
}

/// As much as fits above a chart.
fn shortened(title: &str) -> String {
    const MOST: usize = 46;
    if title.chars().count() <= MOST {
        return title.to_owned();
    }
    let kept: String = title.chars().take(MOST - 1).collect();
    format!("{kept}…")
}

/// A number as short as it is clear.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 {
        format!("{}M", round(value / 1e6))
    } else if size >= 1e3 {
        format!("{}k", round(value / 1e3))
    } else {
        round(value)
    }
}

/// Three digits that say something, and no zeros after them.
fn round(value: f64) -> String {
    let size = value.abs();
    let digits = match size {
        _ if size >= 100.0 || size < 1e-9 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 0.1 => 2,
        _ if size >= 0.01 => 3,
        _ if size >= 0.001 => 4,
        _ => 6,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let table = [
            (0.0, "0"),
            (0.05, "0.05"),
            (0.5, "0.5"),
            (2.25, "2.25"),
            (12.0, "12"),
            (150.0, "150"),
            (0.0001, "0.0001"),
            (8500.0, "8.5k"),
            (12_000.0, "12k"),
            (2_500_000.0, "2.5M"),
        ];
        for (value, expected) in table {
            assert_eq!(number(value), expected);
        }
    }
}
