//! Durations as people write them in configuration files.

use core::fmt;
use core::time::Duration;

/// "1m 30s", "250ms".
pub(crate) fn duration<'a>(field: &'static str, text: &'a str) -> Result<Duration, NoDuration<'a>> {
    humantime::parse_duration(text).map_err(|_| NoDuration { field, text })
}

pub(crate) struct NoDuration<'a> {
    field: &'static str,
    text: &'a str,
}

impl fmt::Display for NoDuration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, text } = self;
        write!(
            f,
            "`{field}` must be a duration such as \"1m 30s\" or \"250ms\", but is {text:?}"
        )
    }
}
