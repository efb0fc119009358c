//! A policy from a configuration file, and back.

use core::fmt;
use core::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Policy;
use crate::backoff::Backoff;
use crate::human;
use crate::jitter::Jitter;

/// In the words of the setters; what is left out has its default. Durations as in "1m 30s"; `max_attempts` is a number
/// or "unlimited", `jitter` a fraction or a word.
///
/// An impossible value is an error, as is a second backoff.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(from)?;
        let policy = fields.policy().map_err(D::Error::custom)?;
        policy.validate().map_err(D::Error::custom)
    }
}

#[derive(serde::Deserialize)]
#[serde(rename = "Policy", deny_unknown_fields)]
struct Fields {
    max_attempts: Option<Written>,
    max_elapsed: Option<Written>,
    fixed: Option<Written>,
    exp_multiplier: Option<Written>,
    exp_base: Option<Written>,
    incr_start: Option<Written>,
    incr_step: Option<Written>,
    random_min: Option<Written>,
    random_max: Option<Written>,
    fib_multiplier: Option<Written>,
    max_delay: Option<Written>,
    jitter: Option<Written>,
    max_hint: Option<Written>,
}

/// What stands in the file. Every kind is accepted at first, so that the error can name the field.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Written {
    Count(u64),
    Number(f64),
    Text(String),
}

type Setter = fn(Policy, Duration) -> Policy;

impl Fields {
    fn policy(&self) -> Result<Policy, Problem> {
        self.one_backoff()?;
        let mut policy = Policy::new();
        let durations: [(_, _, Setter); 10] = [
            ("max_elapsed", &self.max_elapsed, Policy::max_elapsed),
            ("fixed", &self.fixed, Policy::fixed),
            (
                "exp_multiplier",
                &self.exp_multiplier,
                Policy::exp_multiplier,
            ),
            ("incr_start", &self.incr_start, Policy::incr_start),
            ("incr_step", &self.incr_step, Policy::incr_step),
            ("random_min", &self.random_min, Policy::random_min),
            ("random_max", &self.random_max, Policy::random_max),
            (
                "fib_multiplier",
                &self.fib_multiplier,
                Policy::fib_multiplier,
            ),
            ("max_delay", &self.max_delay, Policy::max_delay),
            ("max_hint", &self.max_hint, Policy::max_hint),
        ];
        for (field, written, set) in durations {
            if let Some(written) = written {
                policy = set(policy, written.duration(field)?);
            }
        }
        if let Some(written) = &self.exp_base {
            policy = policy.exp_base(written.number("exp_base", "a number of at least 1")?);
        }
        if let Some(written) = &self.max_attempts {
            policy = match written.attempts()? {
                Some(attempts) => policy.max_attempts(attempts),
                None => policy.unlimited(),
            };
        }
        if let Some(written) = &self.jitter {
            policy = policy.jitter(written.jitter()?);
        }
        Ok(policy)
    }

    fn one_backoff(&self) -> Result<(), Problem> {
        let backoffs = [
            ("`fixed`", self.fixed.is_some()),
            (
                "`exp_multiplier`, `exp_base`",
                self.exp_multiplier.is_some() || self.exp_base.is_some(),
            ),
            (
                "`incr_start`, `incr_step`",
                self.incr_start.is_some() || self.incr_step.is_some(),
            ),
            (
                "`random_min`, `random_max`",
                self.random_min.is_some() || self.random_max.is_some(),
            ),
            ("`fib_multiplier`", self.fib_multiplier.is_some()),
        ];
        let mut given = backoffs.iter().filter(|(_, given)| *given);
        match (given.next(), given.next()) {
            (Some((first, _)), Some((second, _))) => Err(Problem(format!(
                "{first} and {second} are two backoffs; a policy has one"
            ))),
            _ => Ok(()),
        }
    }
}

impl Written {
    fn duration(&self, field: &'static str) -> Result<Duration, Problem> {
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
        };
        human::duration(field, &text).map_err(|problem| Problem(problem.to_string()))
    }

    fn number(&self, field: &str, expected: &str) -> Result<f64, Problem> {
        let number = match self {
            Self::Number(number) => Some(*number),
            Self::Count(count) => u32::try_from(*count).ok().map(f64::from),
            Self::Text(text) => text.parse().ok(),
        };
        number.ok_or_else(|| self.problem(field, expected))
    }

    fn attempts(&self) -> Result<Option<u32>, Problem> {
        let count = match self {
            Self::Text(text) if text == "unlimited" => return Ok(None),
            Self::Text(text) => text.parse().ok(),
            Self::Count(count) => u32::try_from(*count).ok(),
            Self::Number(_) => None,
        };
        match count {
            Some(count) => Ok(Some(count)),
            None => Err(self.problem(
                "max_attempts",
                "a whole number of at least 1, or \"unlimited\"",
            )),
        }
    }

    fn jitter(&self) -> Result<Jitter, Problem> {
        const EXPECTED: &str =
            "\"none\", \"full\", \"equal\", \"decorrelated\" or a fraction from 0 to 1";
        match self {
            Self::Text(text) => match text.as_str() {
                "none" => Ok(Jitter::None),
                "full" => Ok(Jitter::Full),
                "equal" => Ok(Jitter::Equal),
                "decorrelated" => Ok(Jitter::Decorrelated),
                _ => self.number("jitter", EXPECTED).map(Jitter::Fraction),
            },
            _ => self.number("jitter", EXPECTED).map(Jitter::Fraction),
        }
    }

    fn problem(&self, field: &str, expected: &str) -> Problem {
        let value = match self {
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("{text:?}"),
        };
        Problem(format!("`{field}` must be {expected}, but is {value}"))
    }
}

/// What is wrong with a file that says what no setter can be told.
struct Problem(String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The inverse of reading: what was left to a default stays left out.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        let text = |delay: Duration| humantime::format_duration(delay).to_string();
        match self.max_attempts {
            Some(attempts) => map.serialize_entry("max_attempts", &attempts)?,
            None => map.serialize_entry("max_attempts", "unlimited")?,
        }
        if let Some(limit) = self.max_elapsed {
            map.serialize_entry("max_elapsed", &text(limit))?;
        }
        match self.backoff {
            Backoff::Fixed(delay) => map.serialize_entry("fixed", &text(delay))?,
            Backoff::Exponential { multiplier, base } => {
                map.serialize_entry("exp_multiplier", &text(multiplier))?;
                map.serialize_entry("exp_base", &base)?;
            }
            Backoff::Incremental { start, step } => {
                map.serialize_entry("incr_start", &text(start))?;
                map.serialize_entry("incr_step", &text(step))?;
            }
            Backoff::Random { min, max } => {
                map.serialize_entry("random_min", &text(min))?;
                map.serialize_entry("random_max", &text(max))?;
            }
            Backoff::Fibonacci { multiplier } => {
                map.serialize_entry("fib_multiplier", &text(multiplier))?;
            }
        }
        if let Some(cap) = self.max_delay {
            map.serialize_entry("max_delay", &text(cap))?;
        }
        match self.jitter {
            None => {}
            Some(Jitter::None) => map.serialize_entry("jitter", "none")?,
            Some(Jitter::Full) => map.serialize_entry("jitter", "full")?,
            Some(Jitter::Equal) => map.serialize_entry("jitter", "equal")?,
            Some(Jitter::Decorrelated) => map.serialize_entry("jitter", "decorrelated")?,
            Some(Jitter::Fraction(fraction)) => map.serialize_entry("jitter", &fraction)?,
        }
        map.serialize_entry("max_hint", &text(self.max_hint))?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn read(text: &str) -> Result<Policy, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_policy_is_read_in_the_words_of_its_setters() {
        let table = [
            ("", Policy::new()),
            (
                "max_attempts = 5\nexp_multiplier = \"250ms\"\nmax_elapsed = \"1m 30s\"",
                Policy::new()
                    .max_attempts(5)
                    .exp_multiplier(MS(250))
                    .max_elapsed(MS(90_000)),
            ),
            (
                "max_attempts = \"unlimited\"\nfixed = \"2s\"",
                Policy::new().unlimited().fixed(MS(2000)),
            ),
            (
                "exp_base = 3\njitter = \"equal\"",
                Policy::new().exp_base(3.0).jitter(Jitter::Equal),
            ),
            (
                "jitter = 0.25",
                Policy::new().jitter(Jitter::Fraction(0.25)),
            ),
            (
                "max_attempts = \"7\"\njitter = \"0.5\"",
                Policy::new().max_attempts(7).jitter(Jitter::Fraction(0.5)),
            ),
        ];
        for (text, policy) in table {
            assert_eq!(read(text), Ok(policy), "{text}");
        }
    }

    #[test]
    fn a_bad_value_names_its_field_the_value_and_what_is_allowed() {
        let table = [
            (
                "max_attempts = 0",
                "`max_attempts` must be at least 1, but is 0",
            ),
            (
                "max_attempts = 2.5",
                "`max_attempts` must be a whole number of at least 1, or \"unlimited\", but is 2.5",
            ),
            (
                "fixed = 5",
                "`fixed` must be a duration such as \"1m 30s\" or \"250ms\", but is \"5\"",
            ),
            (
                "jitter = \"ful\"",
                "`jitter` must be \"none\", \"full\", \"equal\", \"decorrelated\" or a fraction from 0 to 1, but is \"ful\"",
            ),
            (
                "jitter = 1.5",
                "`jitter` must be a fraction from 0 to 1, but is 1.5",
            ),
            (
                "exp_base = 0.5",
                "`exp_base` must be a finite number of at least 1, but is 0.5",
            ),
            (
                "fixed = \"1s\"\nincr_step = \"1s\"",
                "`fixed` and `incr_start`, `incr_step` are two backoffs; a policy has one",
            ),
            (
                "random_min = \"2s\"",
                "`random_min` must be at most `random_max`, but is 2s",
            ),
        ];
        for (text, message) in table {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
        assert!(
            read("max_attempt = 3")
                .unwrap_err()
                .starts_with("unknown field `max_attempt`")
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let policies = [
            Policy::new(),
            Policy::new()
                .unlimited()
                .max_elapsed(MS(1234))
                .fixed(Duration::new(1, 7)),
            Policy::new()
                .incr_start(MS(5))
                .jitter(Jitter::Fraction(0.1)),
            Policy::new()
                .random_max(MS(9))
                .max_delay(MS(7))
                .max_hint(MS(1)),
            Policy::new()
                .fib_multiplier(MS(11))
                .jitter(Jitter::Decorrelated),
        ];
        for policy in policies {
            let text = toml::to_string(&policy).unwrap();
            assert_eq!(read(&text), Ok(policy), "{text}");
        }
    }
}
