//! Scenario files, and what is wrong with them: the line, the field, the value, and what is allowed.

use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::case::Case;

/// Why a file is no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError {
    line: usize,
    message: String,
}

impl CaseError {
    /// The line of the mistake, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for CaseError {}

impl Case {
    /// Reads a case from TOML: nothing is run before all of it is known to be possible.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line.
    pub fn read(text: &str) -> Result<Self, CaseError> {
        let case: Self = toml::from_str(text).map_err(|error| unreadable(text, &error))?;
        case.validate().map_err(|invalid| CaseError {
            line: place(text, &invalid.path).map_or(1, |span| line(text, span.start)),
            message: invalid.to_string(),
        })?;
        Ok(case)
    }
}

/// What toml or a guard has to say, with the field that it is about.
fn unreadable(text: &str, error: &toml::de::Error) -> CaseError {
    let span = error.span().unwrap_or_default();
    let plain = [
        ("expected f64", "expected a number"),
        ("expected u32", "expected a whole number from 0"),
        ("expected u64", "expected a whole number from 0"),
    ];
    let message = plain
        .iter()
        .fold(error.message().to_owned(), |message, (from, to)| {
            message.replace(from, to)
        });
    // A policy or a guard names its field, which may stand on a later line than the table it is in.
    let named = message
        .split('`')
        .nth(1)
        .filter(|_| message.starts_with('`'));
    if let Some(start) = named.and_then(|field| key(text, &span, field)) {
        return CaseError {
            line: line(text, start),
            message,
        };
    }
    let message = match field(text, span.start) {
        Some(field) if !message.starts_with('`') && !message.starts_with("unknown field") => {
            let message = message.replace("NAME", field);
            let colon = if message.starts_with("must") { "" } else { ":" };
            format!("`{field}`{colon} {message}")
        }
        _ => message,
    };
    CaseError {
        line: line(text, span.start),
        message,
    }
}

/// The key of the value at a place.
fn field(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let (key, _) = before.rsplit_once('=')?;
    // Between the two there is nothing but the beginning of a list.
    let name = |c: char| c.is_alphanumeric() || c == '_';
    let key = key.trim_end();
    let start = key.rfind(|c| !name(c)).map_or(0, |end| end + 1);
    key.get(start..).filter(|key| !key.is_empty())
}

/// Where a key is written, in or after the table that is to blame.
fn key(text: &str, span: &Range<usize>, field: &str) -> Option<usize> {
    let rest = text.get(span.start..)?;
    let is_key = |at: &(usize, &str)| {
        let after = rest[at.0 + field.len()..].trim_start();
        let before = rest[..at.0].chars().next_back();
        after.starts_with('=') && !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    };
    let found = rest.match_indices(field).find(is_key);
    found.map(|(at, _)| span.start + at)
}

/// Where the value at a path such as `services.0.failure` stands; the nearest table around it where it is left out.
fn place(text: &str, path: &str) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let mut span = table.span();
    let mut value: Option<&DeValue<'_>> = None;
    for (number, part) in path.split('.').enumerate() {
        let found = match value {
            None if number == 0 => table.get_ref().get(part),
            Some(DeValue::Table(table)) => table.get(part),
            Some(DeValue::Array(array)) => array.get(part.parse::<usize>().ok()?),
            _ => None,
        };
        let Some(found) = found else { break };
        (span, value) = (found.span(), Some(found.get_ref()));
    }
    Some(span)
}

fn line(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() + 1
}
