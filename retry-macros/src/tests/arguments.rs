//! What single arguments become, and which do not go together.

use super::*;
use crate::keys::KEYS;

/// The examples that messages give are correct uses, too.
#[test]
fn each_argument_alone_reads_the_clock_no_more_than_it_needs() {
    let shows_time = [
        "attempt",
        "attempt_timeout",
        "max_elapsed",
        "observer",
        "wrap_error",
    ];
    for key in KEYS {
        let item = tokens("async fn f(body: B) -> R { go() }");
        let text = without_space(&crate::attribute(tokens(key.example), item));
        let (stopwatch, begins) = match key.name {
            name if shows_time.contains(&name) => (".timed()", true),
            "policy" | "on_retry" => (".timed_if_asked()", true),
            "budget" | "breaker" | "cooldown" => (".untimed()", true),
            _ => (".untimed()", false),
        };
        assert!(text.contains(stopwatch), "{}: {text}", key.name);
        assert_eq!(text.contains("call.begin("), begins, "{}", key.name);
    }
}

#[test]
fn the_most_demanding_argument_decides_about_the_clock() {
    let args = tokens("on_retry = tell, budget = &B, max_elapsed = \"1s\", policy = P");
    let text = without_space(&crate::attribute(args, tokens("fn f() -> R { go() }")));
    assert!(text.contains("call().budget(&B).timed();"), "{text}");
}

/// `macro_rules` hands an `$e:expr` on in a group without delimiters.
#[test]
fn a_closure_in_a_group_is_a_closure() {
    let closure: proc_macro2::TokenTree = proc_macro2::Group::new(
        proc_macro2::Delimiter::None,
        tokens("|outcome| outcome.bad()"),
    )
    .into();
    for (name, call) in [("when", "judge("), ("when_err", "judge_err(")] {
        let name = tokens(name);
        let args = quote::quote!(#name = #closure);
        let text = without_space(&crate::attribute(args, tokens("fn f() -> R { go() }")));
        assert!(text.contains(call) && !text.contains("Classify"), "{text}");
    }
}

#[test]
fn what_is_known_of_the_overrides_of_a_policy_is_checked() {
    let args = "policy = self.policy, max_attempts = { 0 }, max_delay = \"1s\", jitter = full, fixed = DELAY";
    let text = without_space(&crate::attribute(
        tokens(args),
        tokens("fn f(&self) -> R { go() }"),
    ));
    for field in ["max_attempts", "max_delay", "jitter"] {
        let said = "&[\"max_attempts\",\"max_delay\",\"jitter\"]";
        let check = format!("__retry::check_said(&__SAID,\"{field}\",{said});");
        assert!(text.contains(&check), "{text}");
    }
    assert!(!text.contains("__SAID,\"fixed\""), "{text}");
}

#[test]
fn arguments_of_two_backoffs_are_refused() {
    let backoffs = [
        "fixed = D",
        "exp_base = B",
        "incr_step = D",
        "random_max = D",
        "fib_multiplier = D",
        "wait_with = rule",
    ];
    for one in backoffs {
        for other in backoffs {
            let args = tokens(&format!("{one}, max_delay = D, {other}"));
            let item = tokens("fn f() -> R { go() }");
            let expanded = crate::attribute(args, item).to_string();
            let refused = expanded.contains("are two backoffs at once");
            assert_eq!(refused, one != other, "{one}, {other}: {expanded}");
        }
    }
}

#[test]
fn a_binding_within_a_pattern_is_found() {
    let item = "fn f(all @ [first, mut last]: [u32; 2]) -> R { go() }";
    let refused = crate::attribute(TokenStream::new(), tokens(item)).to_string();
    assert!(
        refused.contains("what one attempt does to `last`"),
        "{refused}"
    );
    let text = without_space(&crate::attribute(tokens("clone(last)"), tokens(item)));
    assert!(text.starts_with("fnf(all@[first,last]:[u32;2])"), "{text}");
    assert!(
        text.contains("letmutlast=__retry::Clone::clone(&last);"),
        "{text}"
    );
}

#[test]
fn each_word_is_the_jitter_of_its_name() {
    let table = [
        ("none", "None"),
        ("full", "Full"),
        ("equal", "Equal"),
        ("decorrelated", "Decorrelated"),
        ("0.25", "Fraction(0.25)"),
    ];
    for (word, jitter) in table {
        let args = tokens(&format!("jitter = {word}"));
        let text = without_space(&crate::attribute(args, tokens("fn f() -> R { go() }")));
        let setter = format!(".jitter(__retry::Jitter::{jitter}))");
        assert!(text.contains(&setter), "{text}");
    }
}
