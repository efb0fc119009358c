//! The page: everything in one file, and nothing to load.

use std::fmt::Write;

use crate::case::Case;
use crate::report::figures::{self, Figure};
use crate::report::swept;
use crate::report::theme::{self, Shade, escaped};
use crate::run::Run;
use crate::sweep::Swept;
use crate::table::Table;

/// Cases and what came of them, one section each.
#[derive(Debug)]
pub struct Page {
    title: String,
    sections: Vec<(String, String)>,
}

/// What a chart could not be drawn for.
pub type DrawError = Box<dyn std::error::Error>;

/// What the model leaves out, on every page.
const LEFT_OUT: &str = include_str!("left_out.html");

impl Page {
    /// A page without sections.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            sections: Vec::new(),
        }
    }

    /// A section: two sentences, a table, and the charts that the case asks for.
    ///
    /// # Errors
    ///
    /// Where a chart cannot be drawn.
    pub fn case(
        mut self,
        case: &Case,
        runs: &[Run],
        swept: Option<&Swept>,
    ) -> Result<Self, DrawError> {
        let mut body = format!("<p>{}</p>\n", escaped(&case.about));
        body += &table(&Table(runs).lines());
        for kind in &case.charts {
            body += &drawn(&figures::figure(*kind, case, runs)?);
        }
        if let Some(swept) = swept {
            body += &drawn(&swept::swept(swept)?);
        }
        self.sections.push((case.title.clone(), body));
        Ok(self)
    }

    /// A section of text and a table, of which the first line has the heads of the columns.
    #[must_use]
    pub fn table(mut self, title: &str, about: &str, lines: &[Vec<String>]) -> Self {
        let body = format!("<p>{}</p>\n{}", escaped(about), table(lines));
        self.sections.push((title.to_owned(), body));
        self
    }

    /// The page as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let title = escaped(&self.title);
        let mut contents = String::new();
        let mut body = String::new();
        for (number, (title, text)) in self.sections.iter().enumerate() {
            let title = escaped(title);
            // Writing to a string cannot fail.
            let _ = writeln!(contents, "<li><a href=\"#s{number}\">{title}</a></li>");
            let _ = writeln!(
                body,
                "<section id=\"s{number}\">\n<h2>{title}</h2>\n{text}</section>"
            );
        }
        let (css, style) = (include_str!("page.css"), theme::style());
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n\
             <style>\n{css}{style}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
             <nav><ul>\n{contents}<li><a href=\"#left-out\">What the model leaves out</a></li>\n</ul></nav>\n\
             {body}{LEFT_OUT}</body>\n</html>\n"
        )
    }
}

fn table(lines: &[Vec<String>]) -> String {
    let mut table = String::new();
    for (number, line) in lines.iter().enumerate() {
        let tag = if number == 0 { "th" } else { "td" };
        table.push_str("<tr>");
        for cell in line {
            // Writing to a string cannot fail.
            let _ = write!(table, "<{tag}>{}</{tag}>", escaped(cell));
        }
        table.push_str("</tr>\n");
    }
    format!("<div class=\"scroll\"><table>\n{table}</table></div>\n")
}

fn drawn(figure: &Figure) -> String {
    let legend: String = figure
        .legend
        .iter()
        .map(|(name, shade)| key(name, *shade))
        .collect();
    let charts: String = figure
        .charts
        .iter()
        .map(|(description, svg)| theme::part(svg, description))
        .collect();
    let sentence = escaped(&figure.sentence);
    format!(
        "<figure>\n<ul class=\"legend\">{legend}</ul>\n<div class=\"charts\">\n{charts}</div>\n\
         <figcaption>{sentence}</figcaption>\n</figure>\n"
    )
}

fn key(name: &str, shade: Shade) -> String {
    let (name, colour) = (escaped(name), shade.light());
    format!(
        "<li><svg width=\"14\" height=\"12\" aria-hidden=\"true\"><rect width=\"14\" height=\"12\" fill=\"{colour}\"/></svg>{name}</li>"
    )
}
