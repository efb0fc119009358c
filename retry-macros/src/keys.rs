//! The table of arguments: each name once, with what it sets and what it takes.

use crate::suggest::{closest, list};

/// One argument of the attribute.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) sets: Slot,
    pub(crate) takes: Kind,
    /// A correct use, for messages.
    pub(crate) example: &'static str,
}

/// What an argument sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// A field of the policy, by the setter of the same name.
    Setting,
    /// As `Setting`, for one of the rules that give the base delay. Rules exclude each other.
    Backoff(Family),
    /// Something attached to the call, by the method of the same name.
    Behaviour,
    /// The rule `wait_with`: attached to the call, and exclusive of the other rules.
    Rule,
    Policy,
    When,
    WhenErr,
    OnRetry,
    AttemptTimeout,
    Attempt,
    Clone,
    WrapError,
    Name,
    Crate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Fixed,
    Exponential,
    Incremental,
    Random,
    Fibonacci,
    Own,
}

/// What an argument takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `= 3`, `= unlimited`, or a constant.
    Attempts,
    /// `= 3` or an expression.
    Integer,
    /// `= 1.5`, `= 2`, or a constant.
    Factor,
    /// `= "1m30s"` or an expression; with `_ms` behind the name, `= 90000` or an expression.
    Duration,
    /// A word, a fraction, or a constant.
    Jitter,
    /// `= "text"` or a constant.
    Text,
    /// Any expression.
    Expr,
    /// `= name`
    Ident,
    /// `= ::a::path`
    Path,
    /// `(one, two)`
    Names,
    /// Nothing.
    Flag,
}

const fn key(name: &'static str, sets: Slot, takes: Kind, example: &'static str) -> Key {
    Key {
        name,
        sets,
        takes,
        example,
    }
}

use Family::{Exponential, Fibonacci, Fixed, Incremental, Random};
use Slot::{Backoff, Behaviour, Setting};

pub(crate) const KEYS: &[Key] = &[
    key("max_attempts", Setting, Kind::Attempts, "max_attempts = 3"),
    key(
        "max_elapsed",
        Setting,
        Kind::Duration,
        "max_elapsed = \"30s\"",
    ),
    key("fixed", Backoff(Fixed), Kind::Duration, "fixed = \"500ms\""),
    key(
        "exp_multiplier",
        Backoff(Exponential),
        Kind::Duration,
        "exp_multiplier = \"1s\"",
    ),
    key(
        "exp_base",
        Backoff(Exponential),
        Kind::Factor,
        "exp_base = 1.5",
    ),
    key(
        "incr_start",
        Backoff(Incremental),
        Kind::Duration,
        "incr_start = \"1s\"",
    ),
    key(
        "incr_step",
        Backoff(Incremental),
        Kind::Duration,
        "incr_step = \"500ms\"",
    ),
    key(
        "random_min",
        Backoff(Random),
        Kind::Duration,
        "random_min = \"100ms\"",
    ),
    key(
        "random_max",
        Backoff(Random),
        Kind::Duration,
        "random_max = \"1s\"",
    ),
    key(
        "fib_multiplier",
        Backoff(Fibonacci),
        Kind::Duration,
        "fib_multiplier = \"100ms\"",
    ),
    key("max_delay", Setting, Kind::Duration, "max_delay = \"20s\""),
    key("jitter", Setting, Kind::Jitter, "jitter = full"),
    key("max_hint", Setting, Kind::Duration, "max_hint = \"60s\""),
    key("policy", Slot::Policy, Kind::Expr, "policy = POLICY"),
    key(
        "when",
        Slot::When,
        Kind::Expr,
        "when = |outcome| outcome.is_err()",
    ),
    key(
        "when_err",
        Slot::WhenErr,
        Kind::Expr,
        "when_err = |error| error.is_transient()",
    ),
    key(
        "on_retry",
        Slot::OnRetry,
        Kind::Expr,
        "on_retry = |event| println!(\"{:?}\", event.delay())",
    ),
    key("budget", Behaviour, Kind::Expr, "budget = &BUDGET"),
    key("breaker", Behaviour, Kind::Expr, "breaker = &BREAKER"),
    key(
        "attempt_timeout",
        Slot::AttemptTimeout,
        Kind::Duration,
        "attempt_timeout = \"5s\"",
    ),
    key(
        "wait_with",
        Slot::Rule,
        Kind::Expr,
        "wait_with = |n| Duration::from_secs(n.into())",
    ),
    key("observer", Behaviour, Kind::Expr, "observer = &OBSERVER"),
    key("timer", Behaviour, Kind::Expr, "timer = &TIMER"),
    key("seed", Behaviour, Kind::Integer, "seed = 7"),
    key("attempt", Slot::Attempt, Kind::Ident, "attempt = attempt"),
    key("clone", Slot::Clone, Kind::Names, "clone(body)"),
    key("wrap_error", Slot::WrapError, Kind::Flag, "wrap_error"),
    key("name", Slot::Name, Kind::Text, "name = \"fetch\""),
    key("crate", Slot::Crate, Kind::Path, "crate = ::retry_core"),
];

/// What other libraries call the same thing.
const ALSO_KNOWN_AS: &[(&str, &[&str])] = &[
    (
        "max_attempts",
        &[
            "attempts",
            "count",
            "max_retries",
            "retries",
            "stop",
            "times",
            "tries",
        ],
    ),
    (
        "max_elapsed",
        &["deadline", "max_duration", "max_time", "total_timeout"],
    ),
    (
        "fixed",
        &["constant", "delay", "interval", "wait", "wait_fixed"],
    ),
    (
        "exp_multiplier",
        &[
            "backoff",
            "exponential",
            "initial_delay",
            "initial_interval",
            "min_delay",
        ],
    ),
    ("exp_base", &["base", "factor", "multiplier"]),
    (
        "max_delay",
        &["cap", "max_backoff", "max_interval", "max_wait"],
    ),
    (
        "when",
        &["condition", "if", "predicate", "retry_if", "retry_on"],
    ),
    ("on_retry", &["before_sleep", "notify"]),
    ("breaker", &["circuit_breaker"]),
    ("attempt_timeout", &["timeout"]),
    ("policy", &["config", "strategy"]),
];

/// The argument of this name, and whether the name was spelt with `_ms`.
pub(crate) fn find(name: &str) -> Option<(&'static Key, bool)> {
    let named = |name: &str| KEYS.iter().find(|key| key.name == name);
    if let Some(key) = named(name) {
        return Some((key, false));
    }
    let key = named(name.strip_suffix("_ms")?)?;
    (key.takes == Kind::Duration).then_some((key, true))
}

/// What to write instead of a name that is not in the table.
pub(crate) fn unknown(name: &str) -> String {
    let alias = ALSO_KNOWN_AS
        .iter()
        .find(|(_, others)| others.contains(&name))
        .map(|(key, _)| *key);
    let bare = name.strip_suffix("_ms").unwrap_or(name);
    let near = alias
        .or_else(|| closest(name, KEYS.iter().map(|key| key.name)))
        .or_else(|| closest(bare, KEYS.iter().map(|key| key.name)));
    match near {
        Some(near) => format!("unknown argument `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown argument `{name}`; expected one of {}",
            list(KEYS.iter().map(|key| key.name))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_spellings_and_nothing_else_has() {
        assert!(matches!(find("fixed"), Some((key, false)) if key.name == "fixed"));
        assert!(matches!(find("fixed_ms"), Some((key, true)) if key.name == "fixed"));
        assert!(find("max_attempts_ms").is_none());
        assert!(find("_ms").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn every_name_is_in_the_table_once() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(
                KEYS.iter().skip(i + 1).all(|other| other.name != key.name),
                "{}",
                key.name
            );
            assert!(key.example.starts_with(key.name), "{}", key.name);
        }
        for (key, others) in ALSO_KNOWN_AS {
            assert!(find(key).is_some(), "{key}");
            assert!(others.iter().all(|other| find(other).is_none()), "{key}");
        }
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest_or_lists_all() {
        let table = [
            ("max_attempt", "did you mean `max_attempts`?"),
            ("max_retries", "did you mean `max_attempts`?"),
            ("exp_multiplyer_ms", "did you mean `exp_multiplier`?"),
            ("timeout", "did you mean `attempt_timeout`?"),
            ("if", "did you mean `when`?"),
            (
                "colour",
                "expected one of `max_attempts`, `max_elapsed`, `fixed`",
            ),
        ];
        for (name, message) in table {
            assert!(unknown(name).contains(message), "{name}: {}", unknown(name));
        }
    }
}
