//! What the attribute makes of its input, token by token, whitespace and last commas aside.

mod arguments;
mod futures;

use proc_macro2::TokenStream;

const DOCS: &str = include_str!("retry.md");

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn without_space(tokens: &TokenStream) -> String {
    let text: String = tokens.to_string().split_whitespace().collect();
    text.replace(",)", ")")
}

#[track_caller]
fn assert_expands(args: &str, item: &str, expected: &str) {
    let expanded = crate::attribute(tokens(args), tokens(item));
    assert_eq!(
        without_space(&expanded),
        without_space(&tokens(expected)),
        "{expanded}"
    );
}

/// The text between two lines of the docs.
fn block_after<'a>(text: &'a str, start: &str) -> &'a str {
    let (_, after) = text.split_once(start).unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_docs_print_what_is_really_written() {
    let section = DOCS.split_once("# What it becomes").unwrap().1;
    let written = block_after(section, "```text");
    let (attribute, item) = written.trim().split_once('\n').unwrap();
    let args = attribute
        .strip_prefix("#[retry(")
        .unwrap()
        .strip_suffix(")]")
        .unwrap();
    let printed = block_after(section, "becomes\n\n```text");
    assert_expands(args, item, printed);
}

#[test]
fn a_blocking_function_calls_a_closure() {
    assert_expands(
        "fixed_ms = 5, jitter = none, when = |found| found.is_none()",
        "pub(crate) fn find(&self) -> Option<u32> { self.look() }",
        r#"pub(crate) fn find(&self) -> Option<u32> {
            use ::retry_core::__private as __retry;
            static __TERMS: __retry::Terms = __retry::Terms::new(
                "find",
                __retry::Policy::new().fixed(__retry::Duration::from_millis(5)).jitter(__retry::Jitter::None)
            );
            const _: () = __retry::check(&__TERMS, "fixed");
            const _: () = __retry::check(&__TERMS, "jitter");
            let mut call = __retry::call().untimed();
            loop {
                if let __retry::Break(last) = {
                    let outcome = (|| -> Option<u32> { self.look() })();
                    let verdict = {
                        {
                            use __retry::{GivenAny as _, GivenFuture as _};
                            __retry::finished((&__retry::Given(&outcome)).kind());
                        }
                        __retry::judge(&outcome, |found| found.is_none())
                    };
                    call.after(&__TERMS, verdict, outcome)
                } {
                    return last.outcome;
                }
                call.wait_blocking();
            }
        }"#,
    );
}

#[test]
fn every_behaviour_has_its_place() {
    assert_expands(
        r#"policy = self.policy, max_attempts = unlimited, crate = ::facade::retry, name = "get", attempt = which,
           attempt_timeout = "1m1ms", wrap_error, clone(n), when_err = busy, on_retry = tell, budget = &B, seed = 7"#,
        "async fn get(&self, mut n: u32) -> Result<impl Sized, RetryError<E>> { go(n) }",
        r#"async fn get(&self, n: u32) -> Result<impl Sized, RetryError<E>> {
            use ::facade::retry::__private as __retry;
            let terms = __retry::Terms::new("get", __retry::policy(self.policy).unlimited());
            let mut call = __retry::call().budget(&B).seed(7).timed();
            loop {
                if let __retry::Err(refusal) = call.begin(&terms) {
                    return call.wrap_refusal(refusal, __retry::refused(refusal));
                }
                if let __retry::Break(last) = {
                    let which = call.attempt(&terms);
                    let outcome = {
                        let ended = {
                            let attempt = __retry::pin!(async {
                                if let __retry::Some(outcome) = __retry::None::< <Result<_, RetryError<E>> as __retry::Wrapped>::Bare> {
                                    return outcome;
                                }
                                let mut n = __retry::Clone::clone(&n);
                                match () { () => { go(n) } }
                            });
                            let ended = call.within(&terms, __retry::Duration::new(60u64, 1000000u32), attempt).await;
                            ended
                        };
                        match ended {
                            __retry::Ok(outcome) => outcome,
                            __retry::Err(timed_out) => __retry::refused(timed_out),
                        }
                    };
                    let verdict = __retry::judge_err(&outcome, |error| { use __retry::Classify as _; (busy).classify(error) });
                    call.after_notifying(&terms, verdict, outcome, tell)
                } {
                    return call.wrap_error(last);
                }
                call.wait().await;
            }
        }"#,
    );
}

#[test]
fn a_raw_name_is_reported_without_its_prefix() {
    let expanded = crate::attribute(TokenStream::new(), tokens("fn r#match() -> R { go() }"));
    let text = without_space(&expanded);
    assert!(text.contains("Terms::new(\"match\","), "{text}");
    assert!(text.starts_with("fnr#match()"), "{text}");
}

#[test]
fn a_body_that_is_being_typed_still_expands() {
    let item = "async fn f(&self) -> Result<u32, E> { let x = self. ; x. }";
    let expanded = crate::attribute(TokenStream::new(), tokens(item)).to_string();
    assert!(
        expanded.contains("loop") && !expanded.contains("compile_error"),
        "{expanded}"
    );
}

#[test]
fn a_mistake_leaves_the_item_as_it_is() {
    let items = [
        "async fn f(mut n: u32) -> Result<u32, E> { let x = n. ; }",
        "struct S;",
        "fn f();",
        "not an item at all",
        "",
    ];
    for item in items {
        let expanded = without_space(&crate::attribute(tokens("max_attempt = 3"), tokens(item)));
        assert!(expanded.starts_with("::core::compile_error!"), "{expanded}");
        assert!(
            expanded.ends_with(&without_space(&tokens(item))),
            "{expanded}"
        );
    }
}
