//! Durations as the house writes them, `"1m 30s"` or `"250ms"`, in scenario files.
//!
//! `retry-core` has the one grammar and keeps it to itself, so a policy that speaks it is asked.

use std::time::Duration;

use retry_core::Policy;
use serde::de::{Deserialize, Deserializer, Error};

/// Reads a duration, for `#[serde(deserialize_with = ..)]`.
pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let written = toml::Value::deserialize(from)?;
    let mut fixed = toml::Table::new();
    fixed.insert("fixed".to_owned(), written);
    let policy = Policy::deserialize(toml::Value::Table(fixed)).map_err(|error| {
        // "`fixed` must be a duration, but is ..": whoever wrote it knows the field by another name.
        let message = error.message().replace("`fixed` must be", "must be");
        D::Error::custom(message.replace("fixed", "NAME"))
    })?;
    Ok(policy.base_delay(1))
}

/// The same, where it may be left out.
pub(crate) fn read_some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    read(from).map(Some)
}

/// Nanoseconds of virtual time; the longest stands for whatever is longer.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
