//! A policy from a configuration file, and back.

#[cfg(test)]
mod tests;

use core::fmt;
use core::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::policy::backoff::Backoff;
use crate::policy::human::{Problem, Written};
use crate::policy::jitter::Jitter;
use crate::policy::nanos;
use crate::policy::policy::Policy;

/// In the words of the setters; what is left out has its default. Durations as in "1m 30s", or as `NAME_ms` an integer of
/// milliseconds; `max_attempts` is an integer or "unlimited", `jitter` a fraction or a word. A number in quotes is refused, as
/// by the attribute: where there is text only, as in the environment, a policy is one line for `FromStr`.
///
/// An impossible value is an error, as is a second backoff.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_struct("Policy", FIELDS, Fields)
    }
}

const FIELDS: &[&str] = &[
    "max_attempts",
    "max_elapsed",
    "max_elapsed_ms",
    "fixed",
    "fixed_ms",
    "exp_multiplier",
    "exp_multiplier_ms",
    "exp_base",
    "incr_start",
    "incr_start_ms",
    "incr_step",
    "incr_step_ms",
    "random_min",
    "random_min_ms",
    "random_max",
    "random_max_ms",
    "fib_multiplier",
    "fib_multiplier_ms",
    "max_delay",
    "max_delay_ms",
    "jitter",
    "max_hint",
    "max_hint_ms",
];

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Policy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a policy")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Policy, A::Error> {
        let mut policy = Policy::new();
        let mut read: Vec<&'static str> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let Some(field) = FIELDS.iter().copied().find(|field| *field == key) else {
                return Err(A::Error::unknown_field(&key, FIELDS));
            };
            let Some(written) = map.next_value::<Option<Written>>()? else {
                continue;
            };
            agrees(field, &read).map_err(A::Error::custom)?;
            policy = with(policy, field, &written).map_err(A::Error::custom)?;
            read.push(field);
        }
        policy.validate().map_err(A::Error::custom)
    }
}

/// Whether a field may stand beside those that were read before.
fn agrees(field: &str, read: &[&str]) -> Result<(), Problem> {
    for other in read {
        if setting(field) == setting(other) {
            return Err(Problem(format!(
                "`{other}` and `{field}` are the same; write one"
            )));
        }
        if backoff(field).is_some_and(|one| backoff(other).is_some_and(|two| one != two)) {
            return Err(Problem(format!(
                "`{other}` and `{field}` are two backoffs; a policy has one"
            )));
        }
    }
    Ok(())
}

/// The setter of a field.
fn setting(field: &str) -> &str {
    field.strip_suffix("_ms").unwrap_or(field)
}

/// The backoff that a field is part of.
fn backoff(field: &str) -> Option<&'static str> {
    let backoffs = ["fixed", "exp_", "incr_", "random_", "fib_"];
    backoffs.into_iter().find(|name| field.starts_with(name))
}

fn with(policy: Policy, field: &'static str, written: &Written) -> Result<Policy, Problem> {
    let set: fn(Policy, Duration) -> Policy = match setting(field) {
        "max_attempts" => return attempts(policy, written),
        "exp_base" => return Ok(policy.exp_base(base(written)?)),
        "jitter" => return Ok(policy.jitter(jitter(written)?)),
        "max_elapsed" => Policy::max_elapsed,
        "fixed" => Policy::fixed,
        "exp_multiplier" => Policy::exp_multiplier,
        "incr_start" => Policy::incr_start,
        "incr_step" => Policy::incr_step,
        "random_min" => Policy::random_min,
        "random_max" => Policy::random_max,
        "fib_multiplier" => Policy::fib_multiplier,
        "max_delay" => Policy::max_delay,
        "max_hint" => Policy::max_hint,
        other => return Err(Problem(format!("`{other}` is no field of a policy"))),
    };
    Ok(set(policy, written.duration(field)?))
}

fn attempts(policy: Policy, written: &Written) -> Result<Policy, Problem> {
    if matches!(written, Written::Text(text) if text == "unlimited") {
        return Ok(policy.unlimited());
    }
    let allowed = "an integer from 1 to 4294967295, or \"unlimited\"";
    let attempts = written.integer("max_attempts", allowed)?;
    Ok(policy.max_attempts(attempts))
}

fn base(written: &Written) -> Result<f64, Problem> {
    let allowed = "a number of at least 1, with a point where it is above 4294967295";
    written.number("exp_base", allowed)
}

/// A whole number is refused: whoever writes 1 means something else.
fn jitter(written: &Written) -> Result<Jitter, Problem> {
    let jitter = match written {
        Written::Number(fraction) => Some(Jitter::Fraction(*fraction)),
        Written::Text(word) => Jitter::of_word(word),
        _ => None,
    };
    jitter.ok_or_else(|| {
        written.problem(
            "jitter",
            "\"none\", \"full\", \"equal\", \"decorrelated\" or a fraction with a point, such as 0.25 or 1.0",
        )
    })
}

/// The inverse of reading: what was left to a default stays left out.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        let text = |delay: Duration| format!("{delay:?}");
        match self.most_attempts() {
            Some(attempts) => map.serialize_entry("max_attempts", &attempts)?,
            None => map.serialize_entry("max_attempts", "unlimited")?,
        }
        if let Some(limit) = self.limit() {
            map.serialize_entry("max_elapsed", &text(limit))?;
        }
        match self.backoff() {
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
        if let Some(cap) = self.cap_said() {
            map.serialize_entry("max_delay", &text(cap))?;
        }
        match self.jitter_said() {
            None => {}
            Some(Jitter::Fraction(fraction)) => map.serialize_entry("jitter", &fraction)?,
            Some(jitter) => map.serialize_entry("jitter", jitter.word())?,
        }
        map.serialize_entry("max_hint", &text(nanos::duration(self.max_hint)))?;
        map.end()
    }
}
