//! A breaker from a configuration file.

use serde::de::{Deserialize, Deserializer, Error};

use super::CircuitBreaker;
use super::settings::{SHORTEST_BREAK, Settings};
use super::window::MOST;
use crate::policy::human::{Problem, Written, one_of};
use crate::policy::validate::{InvalidSetting, Value};

/// In the words of the setters; what is left out has its default.
///
/// A value that a setter would have to bend is an error.
#[derive(serde::Deserialize)]
#[serde(rename = "CircuitBreaker", deny_unknown_fields)]
struct Fields {
    window: Option<Written>,
    failure_ratio: Option<Written>,
    min_calls: Option<Written>,
    break_time: Option<Written>,
    break_time_ms: Option<Written>,
    probes: Option<Written>,
    window_time: Option<Written>,
    window_time_ms: Option<Written>,
    slow_call: Option<Written>,
    slow_call_ms: Option<Written>,
}

impl<'de> Deserialize<'de> for CircuitBreaker {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(from)?;
        let settings = fields.settings().map_err(D::Error::custom)?;
        // A default that a small window overrules is nobody's mistake.
        let min_calls = fields.min_calls.map_or(1, |_| settings.min_calls);
        match settings.invalid(min_calls) {
            Some(invalid) => Err(D::Error::custom(invalid)),
            None => Ok(Self::with(settings)),
        }
    }
}

impl Fields {
    fn settings(&self) -> Result<Settings, Problem> {
        let mut settings = Settings::DEFAULT;
        if let Some(written) = &self.window {
            settings.window = written.integer("window", "an integer from 1 to 1024")?;
        }
        if let Some(written) = &self.failure_ratio {
            let allowed = "a number above 0 and at most 1";
            settings.failure_ratio = written.number("failure_ratio", allowed)?;
        }
        if let Some(written) = &self.min_calls {
            let allowed = "an integer of at least 1 and at most `window`";
            settings.min_calls = written.integer("min_calls", allowed)?;
        }
        let break_time = one_of(
            ("break_time", &self.break_time),
            ("break_time_ms", &self.break_time_ms),
        )?;
        settings.break_time = break_time.unwrap_or(settings.break_time);
        if let Some(written) = &self.probes {
            settings.probes = written.integer("probes", "an integer from 1 to 1024")?;
        }
        settings.window_time = one_of(
            ("window_time", &self.window_time),
            ("window_time_ms", &self.window_time_ms),
        )?;
        settings.slow_call = one_of(
            ("slow_call", &self.slow_call),
            ("slow_call_ms", &self.slow_call_ms),
        )?;
        Ok(settings)
    }
}

impl Settings {
    fn invalid(&self, min_calls: u32) -> Option<InvalidSetting> {
        let rules = [
            (
                (1..=MOST).contains(&self.window),
                "window",
                Value::Count(self.window),
                "`window` must be from 1 to 1024",
            ),
            (
                self.failure_ratio > 0.0 && self.failure_ratio <= 1.0,
                "failure_ratio",
                Value::Number(self.failure_ratio),
                "`failure_ratio` must be above 0 and at most 1",
            ),
            (
                self.window_time.is_none_or(|time| time >= SHORTEST_BREAK),
                "window_time",
                Value::Delay(self.window_time.unwrap_or_default()),
                "`window_time` must be at least 1ms",
            ),
            (
                // A time holds any number of outcomes.
                min_calls >= 1 && (min_calls <= self.window || self.window_time.is_some()),
                "min_calls",
                Value::Count(min_calls),
                "`min_calls` must be at least 1 and at most `window`",
            ),
            (
                self.break_time >= SHORTEST_BREAK,
                "break_time",
                Value::Delay(self.break_time),
                "`break_time` must be at least 1ms",
            ),
            (
                (1..=MOST).contains(&self.probes),
                "probes",
                Value::Count(self.probes),
                "`probes` must be from 1 to 1024",
            ),
        ];
        let broken = rules.into_iter().find(|(kept, ..)| !kept);
        broken.map(|(_, field, value, requirement)| InvalidSetting {
            field,
            value,
            requirement,
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::guard::breaker::BreakerState;
    use core::time::Duration;

    fn read(text: &str) -> Result<CircuitBreaker, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_breaker_is_read_in_the_words_of_its_setters() {
        let breaker = read(
            "window = 10\nfailure_ratio = 0.25\nmin_calls = 4\nbreak_time = \"1m 30s\"\nprobes = 1",
        )
        .unwrap();
        for failed in [false, false, false, true] {
            let permit = breaker.admit(|| Duration::ZERO).unwrap();
            permit.record(failed, || Duration::ZERO);
        }
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(
            breaker.time_left(|| Duration::ZERO),
            Some(Duration::from_secs(90))
        );
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let defaults = format!("{:?}", CircuitBreaker::new());
        assert_eq!(format!("{:?}", read("").unwrap()), defaults);
        assert!(read("window = 10").is_ok());
        assert!(read("break_time_ms = 1500").is_ok());
        assert!(read("window_time = \"1m\"\nmin_calls = 500\nslow_call_ms = 250").is_ok());
    }

    #[test]
    fn a_bad_value_names_its_field_and_what_is_allowed() {
        let table = [
            ("window = 0", "`window` must be from 1 to 1024, but is 0"),
            (
                "window_time_ms = 0",
                "`window_time` must be at least 1ms, but is 0ns",
            ),
            (
                "window_time = \"1m\"\nmin_calls = 0",
                "`min_calls` must be at least 1 and at most `window`, but is 0",
            ),
            (
                "window = 1025",
                "`window` must be from 1 to 1024, but is 1025",
            ),
            (
                "failure_ratio = 0.0",
                "`failure_ratio` must be above 0 and at most 1, but is 0",
            ),
            (
                "failure_ratio = 50",
                "`failure_ratio` must be above 0 and at most 1, but is 50",
            ),
            (
                "failure_ratio = nan",
                "`failure_ratio` must be above 0 and at most 1, but is NaN",
            ),
            (
                "min_calls = 0",
                "`min_calls` must be at least 1 and at most `window`, but is 0",
            ),
            (
                "min_calls = 101",
                "`min_calls` must be at least 1 and at most `window`, but is 101",
            ),
            (
                "break_time = \"0s\"",
                "`break_time` must be at least 1ms, but is 0ns",
            ),
            (
                "break_time = \"soon\"",
                "`break_time` must be a duration, but is \"soon\": a duration is a number with a unit: write for example `\"1m30s\"` or `\"250ms\"`",
            ),
            (
                "break_time = 30",
                "`break_time` must be a duration, but is 30: write `break_time_ms = 30` or `break_time = \"30ms\"`",
            ),
            (
                "break_time = \"30s\"\nbreak_time_ms = 30000",
                "`break_time` and `break_time_ms` are the same; write one",
            ),
            (
                "window = true",
                "`window` must be an integer from 1 to 1024, but is true",
            ),
            (
                "window = 5000000000",
                "`window` must be an integer from 1 to 1024, but is 5000000000",
            ),
            (
                "failure_ratio = \"0.5\"",
                "`failure_ratio` must be a number above 0 and at most 1, but is \"0.5\"",
            ),
            (
                "failure_ratio = -1",
                "`failure_ratio` must be above 0 and at most 1, but is -1",
            ),
            (
                "min_calls = -3",
                "`min_calls` must be an integer of at least 1 and at most `window`, but is -3",
            ),
            (
                "probes = 3.0",
                "`probes` must be an integer from 1 to 1024, but is 3.0",
            ),
            ("probes = 0", "`probes` must be from 1 to 1024, but is 0"),
        ];
        for (text, message) in table {
            assert_eq!(read(text).unwrap_err(), message);
        }
        assert!(
            read("windows = 10")
                .unwrap_err()
                .contains("unknown field `windows`")
        );
    }
}
