//! A name that is not in the table of arguments: what to write instead.

use crate::keys::KEYS;
use crate::suggest::{closest, list};

/// What other libraries call the same thing.
#[rustfmt::skip]
const ALSO_KNOWN_AS: &[(&str, &[&str])] = &[
    ("max_attempts", &["attempts", "count", "max_retries", "retries", "stop", "times", "tries"]),
    ("max_elapsed", &["deadline", "max_duration", "max_time", "total_timeout"]),
    ("fixed", &["constant", "delay", "interval", "wait", "wait_fixed"]),
    ("exp_multiplier", &["backoff", "exponential", "initial_delay", "initial_interval", "min_delay"]),
    ("exp_base", &["base", "factor", "multiplier"]),
    ("max_delay", &["cap", "max_backoff", "max_interval", "max_wait"]),
    ("when", &["condition", "if", "predicate", "retry_if", "retry_on"]),
    ("on_retry", &["before_sleep", "notify"]),
    ("breaker", &["circuit_breaker"]),
    ("attempt_timeout", &["timeout"]),
    ("policy", &["config", "strategy"]),
];

/// What a policy can do and a function body cannot.
const HEDGE: &str = "a function body cannot run twice at once: hedge a closure, as in \
     `policy.hedge(Hedge::after(delay)).retry(|| ..)`";

/// The message for it.
pub(crate) fn unknown(name: &str) -> String {
    if name == "hedge" {
        return HEDGE.to_owned();
    }
    let names = || KEYS.iter().map(|key| key.name);
    let bare = name.strip_suffix("_ms").unwrap_or(name);
    let alias = ALSO_KNOWN_AS
        .iter()
        .find(|(_, others)| others.contains(&name))
        .map(|(key, _)| *key);
    let near = alias
        .or_else(|| closest(name, names()))
        .or_else(|| closest(bare, names()));
    match near {
        Some(near) => format!("unknown argument `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown argument `{name}`; expected one of {}",
            list(names())
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::find;

    #[test]
    fn what_others_call_it_is_no_name_of_ours() {
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
            ("hedge", "hedge a closure, as in `policy.hedge("),
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
