//! A policy from the line that it prints.

#[cfg(test)]
mod tests;

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::policy::duration;
use crate::policy::jitter::Jitter;
use crate::policy::nanos;
use crate::policy::policy::Policy;
use crate::policy::validate::InvalidSetting;

/// Reads what `Display` prints, in any order of its parts; a part that is left out has its default.
///
/// A backoff without `up to` has no cap. `no jitter` is `jitter none`.
///
/// A line cannot tell what was said from what is in force: a cap or a jitter that the backoff has by default counts as not
/// said, so that another backoff in its place brings its own. `Policy::new().fixed(d).jitter(Jitter::None)` is read as
/// `Policy::new().fixed(d)`, which does the same and is not equal.
///
/// ```
/// use retry_core::Policy;
/// use std::time::Duration;
///
/// let policy: Policy = "5 attempts, exponential 250ms x 2 up to 20s, within 1m 30s".parse()?;
/// let same = Policy::new()
///     .max_attempts(5)
///     .exp_multiplier(Duration::from_millis(250))
///     .max_elapsed(Duration::from_secs(90));
/// assert_eq!(policy, same);
/// assert_eq!(policy.to_string().parse(), Ok(policy));
///
/// let error = "5 attempts, fixed 1M".parse::<Policy>().unwrap_err();
/// assert!(error.to_string().starts_with("`fixed` must be a duration, but is \"1M\": unknown unit `M`"));
/// # Ok::<(), retry_core::ParsePolicyError>(())
/// ```
impl FromStr for Policy {
    type Err = ParsePolicyError;

    fn from_str(text: &str) -> Result<Self, ParsePolicyError> {
        let mut line = Line {
            policy: Policy::new(),
            cap: None,
            jitter: None,
            said: Vec::new(),
        };
        for part in text.split(',') {
            line.read(part.trim())?;
        }
        let policy = line.policy().validate();
        policy.map_err(ParsePolicyError::invalid)
    }
}

/// A text that is no policy: which part, its value, and what is allowed.
///
/// Where each part can be read and the policy they make is refused, the [`InvalidSetting`] is its source.
///
/// ```
/// use retry_core::{InvalidSetting, Policy};
/// use std::error::Error;
///
/// let error = "0 attempts".parse::<Policy>().unwrap_err();
/// let source = error.source().and_then(|source| source.downcast_ref::<InvalidSetting>());
/// assert_eq!(source.map(InvalidSetting::field), Some("max_attempts"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ParsePolicyError(Cause);

#[derive(Clone, Debug, PartialEq)]
enum Cause {
    Text(String),
    Invalid(InvalidSetting),
}

impl fmt::Display for ParsePolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Text(problem) => f.write_str(problem),
            Cause::Invalid(invalid) => invalid.fmt(f),
        }
    }
}

impl std::error::Error for ParsePolicyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Text(_) => None,
            Cause::Invalid(invalid) => Some(invalid),
        }
    }
}

impl ParsePolicyError {
    const fn invalid(setting: InvalidSetting) -> Self {
        Self(Cause::Invalid(setting))
    }

    const fn text(problem: String) -> Self {
        Self(Cause::Text(problem))
    }

    fn value(field: &str, allowed: &str, value: &str) -> Self {
        Self::text(format!("`{field}` must be {allowed}, but is {value:?}"))
    }

    fn part(part: &str) -> Self {
        Self::text(format!(
            "{part:?} is no part of a policy: write for example `3 attempts`, `fixed 1s`, `exponential 100ms x 2 up to 20s`, \
             `incremental 0s + 1s`, `random 1s to 2s`, `fibonacci 100ms`, `full jitter`, `jitter 0.25`, `within 30s` or \
             `hints up to 60s`"
        ))
    }
}

/// What the parts said so far.
struct Line {
    policy: Policy,
    cap: Option<Duration>,
    jitter: Option<Jitter>,
    said: Vec<&'static str>,
}

impl Line {
    fn read(&mut self, part: &str) -> Result<(), ParsePolicyError> {
        let unknown = || ParsePolicyError::part(part);
        let (first, rest) = part.split_once(' ').unwrap_or((part, ""));
        let policy = self.policy;
        let (said, policy) = match (first, rest.trim_start()) {
            ("unlimited", "attempt" | "attempts") => ("attempts", policy.unlimited()),
            (count, "attempt" | "attempts") => ("attempts", policy.max_attempts(attempts(count)?)),
            ("within", limit) => ("within", policy.max_elapsed(delay("max_elapsed", limit)?)),
            ("hints", rest) => {
                let longest = rest.strip_prefix("up to ").ok_or_else(unknown)?;
                ("hints", policy.max_hint(delay("max_hint", longest)?))
            }
            (word, "jitter") | ("jitter", word) => {
                self.jitter = Some(jitter(word)?);
                ("jitter", policy)
            }
            (rule, rest) => {
                let (rest, cap) = match rest.split_once(" up to ") {
                    Some((rest, cap)) => (rest, delay("max_delay", cap)?),
                    None => (rest, Duration::MAX),
                };
                self.cap = Some(cap);
                let policy = backoff(policy, rule, rest)?.ok_or_else(unknown)?;
                ("a backoff", policy)
            }
        };
        self.policy = policy;
        if self.said.contains(&said) {
            return Err(ParsePolicyError::text(format!(
                "{part:?} comes after another part that says {said}: keep one"
            )));
        }
        self.said.push(said);
        Ok(())
    }

    fn policy(self) -> Policy {
        let policy = self.policy;
        let cap = self.cap.filter(|cap| nanos::of(*cap) != policy.cap);
        let jitter = self.jitter;
        let jitter = jitter.filter(|jitter| *jitter != policy.jitter_in_force());
        let policy = cap.map_or(policy, |cap| policy.max_delay(cap));
        jitter.map_or(policy, |jitter| policy.jitter(jitter))
    }
}

fn attempts(count: &str) -> Result<u32, ParsePolicyError> {
    count.parse().map_err(|_| {
        let allowed = "an integer from 1 to 4294967295, or `unlimited`";
        ParsePolicyError::value("max_attempts", allowed, count)
    })
}

/// `None`: no rule of this name and form.
fn backoff(policy: Policy, rule: &str, rest: &str) -> Result<Option<Policy>, ParsePolicyError> {
    let pair = |between| rest.split_once(between);
    Ok(match rule {
        "fixed" => Some(policy.fixed(delay("fixed", rest)?)),
        "fibonacci" => Some(policy.fib_multiplier(delay("fib_multiplier", rest)?)),
        "exponential" => match pair(" x ") {
            None => None,
            Some((multiplier, base)) => {
                let policy = policy.exp_multiplier(delay("exp_multiplier", multiplier)?);
                Some(policy.exp_base(base.trim().parse().map_err(|_| {
                    ParsePolicyError::value("exp_base", "a number of at least 1", base)
                })?))
            }
        },
        "incremental" => match pair(" + ") {
            None => None,
            Some((start, step)) => {
                let policy = policy.incr_start(delay("incr_start", start)?);
                Some(policy.incr_step(delay("incr_step", step)?))
            }
        },
        "random" => match pair(" to ") {
            None => None,
            Some((min, max)) => {
                let policy = policy.random_min(delay("random_min", min)?);
                Some(policy.random_max(delay("random_max", max)?))
            }
        },
        _ => None,
    })
}

fn jitter(word: &str) -> Result<Jitter, ParsePolicyError> {
    let is_whole = word.parse::<u64>().is_ok();
    let fraction = || word.parse().ok().filter(|_| !is_whole);
    let jitter = match word {
        "no" => Some(Jitter::None),
        _ => Jitter::of_word(word).or_else(|| fraction().map(Jitter::Fraction)),
    };
    jitter.ok_or_else(|| {
        let allowed = "`none`, `full`, `equal`, `decorrelated` or a fraction with a point, such as 0.25 or 1.0";
        ParsePolicyError::value("jitter", allowed, word)
    })
}

fn delay(field: &str, text: &str) -> Result<Duration, ParsePolicyError> {
    duration::parse(text).map_err(|reason| {
        ParsePolicyError::text(format!(
            "`{field}` must be a duration, but is {text:?}: {reason}"
        ))
    })
}
