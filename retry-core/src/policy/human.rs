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

    fn count(&self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(*count),
            _ => None,
        }
    }

    /// An integer; `allowed` says which.
    pub(crate) fn integer(&self, field: &str, allowed: &str) -> Result<u32, Problem> {
        let count = self.count().and_then(|count| u32::try_from(count).ok());
        count.ok_or_else(|| self.problem(field, allowed))
    }

    /// A number, also a whole one; `allowed` says which.
    pub(crate) fn number(&self, field: &str, allowed: &str) -> Result<f64, Problem> {
        let number = match self {
            Self::Number(number) => Some(*number),
            Self::Count(count) => u32::try_from(*count).ok().map(f64::from),
            Self::Negative(count) => i32::try_from(*count).ok().map(f64::from),
            _ => None,
        };
        number.ok_or_else(|| self.problem(field, allowed))
    }

    pub(crate) fn problem(&self, field: &str, allowed: &str) -> Problem {
        Problem(format!("`{field}` must be {allowed}, but is {self}"))
    }
}

/// A duration that was written under its name or, in milliseconds, under its name with `_ms`.
pub(crate) fn one_of(
    (name, written): (&'static str, &Option<Written>),
    (name_ms, written_ms): (&'static str, &Option<Written>),
) -> Result<Option<Duration>, Problem> {
    match (written, written_ms) {
        (None, None) => Ok(None),
        (Some(written), None) => written.duration(name).map(Some),
        (None, Some(written)) => written.duration(name_ms).map(Some),
        (Some(_), Some(_)) => Err(Problem(format!(
            "`{name}` and `{name_ms}` are the same; write one"
        ))),
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
