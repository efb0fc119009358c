//! Values as people write them in configuration files.

use core::fmt;
use core::time::Duration;

use serde::de::IgnoredAny;

use crate::policy::duration;

/// What stands in the file. Every kind is accepted at first, so that the error can name the field.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Written {
    Flag(bool),
    Count(u64),
    Negative(i64),
    Number(f64),
    Text(String),
    Other(IgnoredAny),
}

impl Written {
    /// "1m 30s", "250ms"; an integer of milliseconds where the field's name ends in `_ms`.
    pub(crate) fn duration(&self, field: &'static str) -> Result<Duration, Problem> {
        if field.ends_with("_ms") {
            let millis = self.count().map(Duration::from_millis);
            return millis.ok_or_else(|| self.problem(field, "an integer of milliseconds"));
        }
        let reason = match self {
            Self::Text(text) => match duration::parse(text) {
                Ok(duration) => return Ok(duration),
                Err(reason) => reason,
            },
            Self::Count(count) => {
                format!("write `{field}_ms = {count}` or `{field} = \"{count}ms\"`")
            }
            _ => format!("write for example `{field} = \"250ms\"`"),
        };
        Err(Problem(format!(
            "`{field}` must be a duration, but is {self}: {reason}"
        )))
    }

    /// An integer, which some sources have as text.
    pub(crate) fn count(&self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(*count),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn problem(&self, field: &str, allowed: &str) -> Problem {
        Problem(format!("`{field}` must be {allowed}, but is {self}"))
    }
}

/// As it was written: `3.0` is not 3.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Negative(count) => write!(f, "{count}"),
            Self::Number(number) => write!(f, "{number:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Other(_) => f.write_str("a list or a table"),
        }
    }
}

/// What is wrong with a text that says what no setter can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem(pub(crate) String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
