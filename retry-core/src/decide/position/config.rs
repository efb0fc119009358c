//! A position as it is stored.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Position;
use crate::policy::human::{Written, one_of};

/// As it is written; durations also as `NAME_ms`, an integer of milliseconds.
#[derive(serde::Deserialize)]
#[serde(rename = "Position")]
struct Fields {
    attempts: Option<Written>,
    elapsed: Option<Written>,
    elapsed_ms: Option<Written>,
    previous_delay: Option<Written>,
    previous_delay_ms: Option<Written>,
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(from)?;
        let missing = D::Error::missing_field;
        let attempts = fields.attempts.ok_or_else(|| missing("attempts"))?;
        let attempts = attempts.integer("attempts", "an integer from 0 to 4294967295");
        let elapsed = one_of(
            ("elapsed", &fields.elapsed),
            ("elapsed_ms", &fields.elapsed_ms),
        );
        let previous_delay = one_of(
            ("previous_delay", &fields.previous_delay),
            ("previous_delay_ms", &fields.previous_delay_ms),
        );
        let (elapsed, delay) = (
            elapsed.map_err(D::Error::custom)?,
            previous_delay.map_err(D::Error::custom)?,
        );
        Ok(Self {
            attempts: attempts.map_err(D::Error::custom)?,
            elapsed: elapsed.ok_or_else(|| missing("elapsed"))?,
            previous_delay: delay.ok_or_else(|| missing("previous_delay"))?,
        })
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("Position", 3)?;
        fields.serialize_field("attempts", &self.attempts)?;
        fields.serialize_field("elapsed", &format!("{:?}", self.elapsed))?;
        fields.serialize_field("previous_delay", &format!("{:?}", self.previous_delay))?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn read(text: &str) -> Result<Position, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn durations_are_written_as_a_policy_writes_them() {
        let position = Position::new(2, MS(1500), Duration::new(60, 7));
        let text = toml::to_string(&position).unwrap();
        assert_eq!(
            text,
            "attempts = 2\nelapsed = \"1.5s\"\nprevious_delay = \"60.000000007s\"\n"
        );
        assert_eq!(read(&text), Ok(position));
        let millis = "attempts = 2\nelapsed_ms = 1500\nprevious_delay_ms = 400";
        assert_eq!(read(millis), Ok(Position::new(2, MS(1500), MS(400))));
        let longest = Position::new(u32::MAX, Duration::MAX, Duration::MAX);
        assert_eq!(read(&toml::to_string(&longest).unwrap()), Ok(longest));
    }

    #[test]
    fn a_bad_value_names_its_field_and_what_is_allowed() {
        let table = [
            (
                "attempts = true\nelapsed_ms = 1\nprevious_delay_ms = 1",
                "`attempts` must be an integer from 0 to 4294967295, but is true",
            ),
            (
                "attempts = 1\nelapsed = 1\nprevious_delay_ms = 1",
                "`elapsed` must be a duration, but is 1: write `elapsed_ms = 1` or `elapsed = \"1ms\"`",
            ),
            (
                "attempts = 1\nelapsed_ms = 1\nprevious_delay_ms = -1",
                "`previous_delay_ms` must be an integer of milliseconds, but is -1",
            ),
            (
                "attempts = 1\nelapsed_ms = 1",
                "missing field `previous_delay`",
            ),
        ];
        for (text, message) in table {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }
}
