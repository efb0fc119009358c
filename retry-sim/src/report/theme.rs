//! Colours for light and dark: each is drawn as it is in the light, and a style sheet says what it is in the dark.
//!
//! A rule of a style sheet wins over an attribute of an SVG element, so a picture needs nothing else, whoever drew it.

use std::fmt::Write;

use plotters::style::RGBColor;

/// A colour in the light and in the dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shade {
    light: u32,
    dark: u32,
}

impl Shade {
    const fn new(light: u32, dark: u32) -> Self {
        Self { light, dark }
    }

    /// What to draw with.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "bytes of a colour")]
    pub const fn colour(self) -> RGBColor {
        let Self { light, .. } = self;
        RGBColor((light >> 16) as u8, (light >> 8) as u8, light as u8)
    }

    /// As SVG and HTML write it.
    #[must_use]
    pub fn light(self) -> String {
        format!("#{:06X}", self.light)
    }
}

/// What pictures lie on.
pub const PAPER: Shade = Shade::new(0x00FF_FFFF, 0x0014_171C);
/// Text and axes.
pub const INK: Shade = Shade::new(0x001F_2328, 0x00E6_EDF3);
/// Lines that only guide the eye.
pub const GRID: Shade = Shade::new(0x00E1_E5EA, 0x0033_3A44);
/// The time in which something is wrong.
pub const TROUBLE: Shade = Shade::new(0x00FB_E9CC, 0x005A_4620);
/// What is compared: they differ for the colour-blind, too (after Okabe and Ito).
pub const LINES: [Shade; 6] = [
    Shade::new(0x0000_72B2, 0x004F_B3F0),
    Shade::new(0x00D5_5E00, 0x00FF_9A4D),
    Shade::new(0x0000_8A64, 0x003D_DCA8),
    Shade::new(0x00B0_4A88, 0x00F0_9ACC),
    Shade::new(0x007A_6A00, 0x00E8_D44D),
    Shade::new(0x005B_5F66, 0x00B8_C0CC),
];

/// The size to ask plotters for where text should be `pixels` tall: it writes less than it is asked for.
#[must_use]
pub fn text(pixels: f64) -> f64 {
    pixels * 1.24
}

/// The rules that make a picture dark where the reader's scheme is.
#[must_use]
pub fn style() -> String {
    let mut rules = String::from("@media (prefers-color-scheme: dark) {");
    for shade in [PAPER, INK, GRID, TROUBLE].into_iter().chain(LINES) {
        for part in ["fill", "stroke"] {
            // Writing to a string cannot fail.
            let _ = write!(
                rules,
                " [{part}=\"{}\"] {{ {part}: #{:06X}; }}",
                shade.light(),
                shade.dark
            );
        }
    }
    rules.push_str(" }");
    rules
}

/// A picture that stands alone, with the rules and a description in it.
///
/// ```
/// let picture = r##"<svg width="10" height="10"><rect fill="#FFFFFF"/></svg>"##;
/// let themed = retry_sim::report::theme::alone(picture, "Nothing < something");
/// assert!(themed.contains("prefers-color-scheme: dark") && themed.contains("Nothing &lt; something"));
/// ```
#[must_use]
pub fn alone(svg: &str, description: &str) -> String {
    let style = format!("<style>{}</style>", style());
    inside(svg, &(title(description) + &style))
}

/// A picture that is part of a page with the rules.
pub(crate) fn part(svg: &str, description: &str) -> String {
    inside(svg, &title(description))
}

fn title(description: &str) -> String {
    format!("<title>{}</title>", escaped(description))
}

fn inside(svg: &str, first: &str) -> String {
    match svg.split_once('>') {
        Some((open, rest)) => format!("{open} role=\"img\">\n{first}{rest}"),
        None => svg.to_owned(),
    }
}

/// Text as HTML and SVG take it.
pub(crate) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
