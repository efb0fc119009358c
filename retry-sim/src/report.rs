//! Charts and the page that shows them: SVG in HTML, readable without JavaScript, in light and in dark.

mod bars;
mod chart;
mod figures;
mod page;
mod shades;
mod swept;
pub mod theme;

pub use page::{DrawError, Page};
