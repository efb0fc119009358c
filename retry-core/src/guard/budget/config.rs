//! A budget from a configuration file.

use serde::de::{Deserialize, Deserializer, Error};

use super::memory::SHORTEST_WINDOW;
use super::{Budget, DEFAULT_CAPACITY, DEFAULT_RESERVE, MAX_RATIO};
use crate::policy::human::{Written, one_of};
use crate::policy::validate::{InvalidSetting, Value};

/// In the words of the constructor and the setters. `ratio` must be there.
///
/// A value that they would have to bend is an error.
#[derive(serde::Deserialize)]
#[serde(rename = "Budget", deny_unknown_fields)]
struct Fields {
    ratio: Option<Written>,
    reserve: Option<Written>,
    capacity: Option<Written>,
    window_time: Option<Written>,
    window_time_ms: Option<Written>,
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(from)?;
        let Some(ratio) = fields.ratio else {
            return Err(D::Error::missing_field("ratio"));
        };
        let ratio = ratio.number("ratio", "a number from 0 to 1000");
        let whole = |field, written: Option<Written>| {
            let allowed = "an integer from 0 to 4294967295";
            let read = written.map(|written| written.integer(field, allowed));
            read.transpose().map_err(D::Error::custom)
        };
        let settings = Settings {
            ratio: ratio.map_err(D::Error::custom)?,
            reserve: whole("reserve", fields.reserve)?,
            capacity: whole("capacity", fields.capacity)?,
        };
        if let Some(invalid) = settings.invalid() {
            return Err(D::Error::custom(invalid));
        }
        let window = one_of(
            ("window_time", &fields.window_time),
            ("window_time_ms", &fields.window_time_ms),
        );
        let budget = Self::new(settings.ratio)
            .reserve(settings.reserve.unwrap_or(DEFAULT_RESERVE))
            .capacity(settings.capacity.unwrap_or(DEFAULT_CAPACITY));
        Ok(match window.map_err(D::Error::custom)? {
            None => budget,
            Some(window) if window < SHORTEST_WINDOW => {
                let requirement = "`window_time` must be at least 1ms";
                return Err(D::Error::custom(InvalidSetting {
                    field: "window_time",
                    value: Value::Delay(window),
                    requirement,
                }));
            }
            Some(window) => budget.window_time(window),
        })
    }
}

struct Settings {
    ratio: f64,
    reserve: Option<u32>,
    capacity: Option<u32>,
}

impl Settings {
    fn invalid(&self) -> Option<InvalidSetting> {
        if !(0.0..=MAX_RATIO).contains(&self.ratio) {
            return Some(InvalidSetting {
                field: "ratio",
                value: Value::Number(self.ratio),
                requirement: "`ratio` must be from 0 to 1000",
            });
        }
        // A reserve that nobody wrote gives way to a small capacity.
        match self.reserve {
            Some(reserve) if reserve > self.capacity.unwrap_or(DEFAULT_CAPACITY) => {
                Some(InvalidSetting {
                    field: "reserve",
                    value: Value::Count(reserve),
                    requirement: "`reserve` must be at most `capacity`",
                })
            }
            _ => None,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use core::time::Duration;

    fn read(text: &str) -> Result<Budget, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_budget_is_read_in_the_words_of_its_setters() {
        let table = [
            ("ratio = 0.3", Budget::new(0.3)),
            ("ratio = 1\nreserve = 0", Budget::new(1.0).reserve(0)),
            ("ratio = 0.3\ncapacity = 5", Budget::new(0.3).capacity(5)),
            (
                "ratio = 0.3\nreserve = 200\ncapacity = 300",
                Budget::new(0.3).reserve(200).capacity(300),
            ),
            (
                "ratio = 0.3\nwindow_time = \"10s\"",
                Budget::new(0.3).window_time(Duration::from_secs(10)),
            ),
            (
                "ratio = 0.3\nwindow_time_ms = 2500",
                Budget::new(0.3).window_time(Duration::from_millis(2500)),
            ),
        ];
        for (text, budget) in table {
            let read = read(text).unwrap();
            assert_eq!(format!("{read:?}"), format!("{budget:?}"));
        }
    }

    #[test]
    fn a_bad_value_names_its_field_and_what_is_allowed() {
        let table = [
            (
                "ratio = -0.1",
                "`ratio` must be from 0 to 1000, but is -0.1",
            ),
            (
                "ratio = 1001",
                "`ratio` must be from 0 to 1000, but is 1001",
            ),
            ("ratio = nan", "`ratio` must be from 0 to 1000, but is NaN"),
            (
                "ratio = 0.1\nreserve = 101",
                "`reserve` must be at most `capacity`, but is 101",
            ),
            (
                "ratio = true",
                "`ratio` must be a number from 0 to 1000, but is true",
            ),
            (
                "ratio = 5000000000",
                "`ratio` must be a number from 0 to 1000, but is 5000000000",
            ),
            (
                "ratio = 0.1\nreserve = 3.0",
                "`reserve` must be an integer from 0 to 4294967295, but is 3.0",
            ),
            (
                "ratio = 0.1\ncapacity = -3",
                "`capacity` must be an integer from 0 to 4294967295, but is -3",
            ),
            ("reserve = 1", "missing field `ratio`"),
            (
                "ratio = 0.1\nwindow_time_ms = 0",
                "`window_time` must be at least 1ms, but is 0ns",
            ),
        ];
        for (text, message) in table {
            assert_eq!(read(text).unwrap_err(), message);
        }
    }
}
