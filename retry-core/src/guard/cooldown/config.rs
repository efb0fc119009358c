//! A cooldown from a configuration file.

use serde::de::{Deserialize, Deserializer, Error};

use super::Cooldown;
use crate::policy::human::{Written, one_of};

/// In the words of the setters.
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
            None => cooldown,
            Some(max) => cooldown.max(max),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    fn read(text: &str) -> Result<Cooldown, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_read_from_its_longest_pause_or_from_nothing() {
        let max = |text: &str| {
            let cooldown = read(text).unwrap();
            cooldown.hold(Duration::MAX, || Duration::ZERO);
            cooldown.time_left(|| Duration::ZERO)
        };
        assert_eq!(max(""), Some(Duration::from_secs(60)));
        assert_eq!(max("max = \"2m\""), Some(Duration::from_secs(120)));
        assert_eq!(max("max_ms = 1500"), Some(Duration::from_millis(1500)));
    }

    #[test]
    fn an_error_names_the_field_and_what_to_write() {
        let error = read("max = 7").unwrap_err();
        assert!(
            error.contains("`max` must be a duration, but is 7"),
            "{error}"
        );
        let error = read("maximum = \"7s\"").unwrap_err();
        assert!(error.contains("unknown field `maximum`"), "{error}");
    }
}
