//! A cooldown from a configuration file.

use serde::de::{Deserialize, Deserializer, Error};

use super::Cooldown;
use crate::policy::human::{Written, one_of};

/// In the word of the setter; what is left out has its default.
#[derive(serde::Deserialize)]
#[serde(rename = "Cooldown", deny_unknown_fields)]
struct Fields {
    max: Option<Written>,
    max_ms: Option<Written>,
}

impl<'de> Deserialize<'de> for Cooldown {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(from)?;
        let max = one_of(("max", &fields.max), ("max_ms", &fields.max_ms));
        let cooldown = Self::new();
        Ok(match max.map_err(D::Error::custom)? {
            Some(max) => cooldown.max(max),
            None => cooldown,
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use core::time::Duration;

    fn read(text: &str) -> Result<Cooldown, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_cooldown_is_read_in_the_word_of_its_setter() {
        let ninety = Cooldown::new().max(Duration::from_secs(90));
        let table = [
            ("", Cooldown::new()),
            ("max = \"60s\"", Cooldown::new()),
            ("max = \"1m 30s\"", ninety),
            (
                "max_ms = 250",
                Cooldown::new().max(Duration::from_millis(250)),
            ),
            ("max = \"0s\"", Cooldown::new().max(Duration::ZERO)),
        ];
        for (text, cooldown) in table {
            let read = read(text).unwrap();
            assert_eq!(format!("{read:?}"), format!("{cooldown:?}"));
        }
    }

    #[test]
    fn a_bad_value_names_its_field_and_what_is_allowed() {
        let table = [
            (
                "max = 30",
                "`max` must be a duration, but is 30: write `max_ms = 30` or `max = \"30ms\"`",
            ),
            (
                "max_ms = \"30s\"",
                "`max_ms` must be an integer of milliseconds, but is \"30s\"",
            ),
            (
                "max = \"30s\"\nmax_ms = 30000",
                "`max` and `max_ms` are the same; write one",
            ),
        ];
        for (text, message) in table {
            assert_eq!(read(text).unwrap_err(), message);
        }
        let unknown = read("longest = \"1s\"").unwrap_err();
        assert!(unknown.contains("unknown field `longest`"), "{unknown}");
    }
}
