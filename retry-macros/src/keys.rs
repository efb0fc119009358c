//! The table of arguments: each name once, with what it sets, what it takes and what the loop does for it.

/// One argument of the attribute.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) sets: Slot,
    pub(crate) takes: Kind,
    /// A correct use, for messages.
    pub(crate) example: &'static str,
    /// The rule for the base delay that it belongs to. Rules exclude each other.
    pub(crate) backoff: Option<Family>,
    pub(crate) clock: Clock,
    /// Whether it may refuse an attempt, which the outcome then has to be able to say.
    pub(crate) refuses: bool,
    /// Why it needs an `async fn`, if it does.
    pub(crate) needs_async: Option<&'static str>,
}

/// What an argument sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// A field of the policy, by the setter of the same name.
    Setting,
    /// Something attached to the call, by the method of the same name.
    Behaviour,
    /// A behaviour that is asked before each attempt.
    Guard,
    /// A behaviour that each attempt may have to wait for.
    Cooldown,
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

/// A rule for the base delay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Fixed,
    Exponential,
    Incremental,
    Random,
    Fibonacci,
    Own,
}

/// When a call reads the clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Clock {
    Never,
    /// Where the policy has a limit. Where it has none, elapsed time is the sum of the delays.
    IfAsked,
    /// Elapsed time is shown or limited.
    Always,
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

/// A row that asks nothing of the loop. The methods add what it does ask.
const fn key(name: &'static str, sets: Slot, takes: Kind, example: &'static str) -> Key {
    Key {
        name,
        sets,
        takes,
        example,
        backoff: None,
        clock: Clock::Never,
        refuses: false,
        needs_async: None,
    }
}

impl Key {
    const fn backoff(self, family: Family) -> Self {
        Self {
            backoff: Some(family),
            ..self
        }
    }

    const fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    const fn refuses(self) -> Self {
        Self {
            refuses: true,
            ..self
        }
    }

    const fn needs_async(self, why: &'static str) -> Self {
        Self {
            needs_async: Some(why),
            ..self
        }
    }
}

use Clock::{Always, IfAsked};
use Family::{Exponential, Fibonacci, Fixed, Incremental, Own, Random};
use Kind::{Attempts, Duration, Expr, Factor, Flag, Ident, Integer, Jitter, Names, Path, Text};
use Slot::{Behaviour, Guard, Setting};

#[rustfmt::skip]
pub(crate) const KEYS: &[Key] = &[
    key("max_attempts", Setting, Attempts, "max_attempts = 3"),
    key("max_elapsed", Setting, Duration, "max_elapsed = \"30s\"").clock(Always),
    key("fixed", Setting, Duration, "fixed = \"500ms\"").backoff(Fixed),
    key("exp_multiplier", Setting, Duration, "exp_multiplier = \"1s\"").backoff(Exponential),
    key("exp_base", Setting, Factor, "exp_base = 1.5").backoff(Exponential),
    key("incr_start", Setting, Duration, "incr_start = \"1s\"").backoff(Incremental),
    key("incr_step", Setting, Duration, "incr_step = \"500ms\"").backoff(Incremental),
    key("random_min", Setting, Duration, "random_min = \"100ms\"").backoff(Random),
    key("random_max", Setting, Duration, "random_max = \"1s\"").backoff(Random),
    key("fib_multiplier", Setting, Duration, "fib_multiplier = \"100ms\"").backoff(Fibonacci),
    key("max_delay", Setting, Duration, "max_delay = \"20s\""),
    key("jitter", Setting, Jitter, "jitter = full"),
    key("max_hint", Setting, Duration, "max_hint = \"60s\""),
    key("policy", Slot::Policy, Expr, "policy = POLICY").clock(IfAsked),
    key("when", Slot::When, Expr, "when = |outcome| outcome.is_err()"),
    key("when_err", Slot::WhenErr, Expr, "when_err = |error| error.is_transient()"),
    key("on_retry", Slot::OnRetry, Expr, "on_retry = |event| println!(\"{:?}\", event.delay())").clock(IfAsked),
    key("budget", Guard, Expr, "budget = &BUDGET"),
    key("breaker", Guard, Expr, "breaker = &BREAKER").refuses(),
    key("cooldown", Slot::Cooldown, Expr, "cooldown = &COOLDOWN").refuses(),
    key("attempt_timeout", Slot::AttemptTimeout, Duration, "attempt_timeout = \"5s\"")
        .clock(Always)
        .needs_async("a running attempt that blocks cannot be ended"),
    key("wait_with", Behaviour, Expr, "wait_with = |n| Duration::from_secs(n.into())").backoff(Own),
    key("observer", Behaviour, Expr, "observer = &OBSERVER").clock(Always),
    key("timer", Behaviour, Expr, "timer = &TIMER"),
    key("seed", Behaviour, Integer, "seed = 7"),
    key("nested", Behaviour, Flag, "nested"),
    key("attempt", Slot::Attempt, Ident, "attempt = attempt").clock(Always),
    key("clone", Slot::Clone, Names, "clone(body)"),
    key("wrap_error", Slot::WrapError, Flag, "wrap_error").clock(Always),
    key("name", Slot::Name, Text, "name = \"fetch\""),
    key("crate", Slot::Crate, Path, "crate = ::retry_core"),
];

/// The argument of this name, and whether the name was spelt with `_ms`.
pub(crate) fn find(name: &str) -> Option<(&'static Key, bool)> {
    let named = |name: &str| KEYS.iter().find(|key| key.name == name);
    if let Some(key) = named(name) {
        return Some((key, false));
    }
    let key = named(name.strip_suffix("_ms")?)?;
    (key.takes == Duration).then_some((key, true))
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
            let mut after = KEYS.iter().skip(i + 1);
            assert!(after.all(|other| other.name != key.name), "{}", key.name);
            assert!(key.example.starts_with(key.name), "{}", key.name);
        }
    }
}
