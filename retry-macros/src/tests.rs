//! What the attribute makes of its input, token by token, whitespace and last commas aside.

use proc_macro2::TokenStream;

use crate::keys::KEYS;

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
                    return call.wrap_refusal(__retry::refused(refusal));
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
fn the_loop_goes_inside_the_future_of_async_trait() {
    let item = "fn f<'life0, 'async_trait>(&'life0 mut self) -> Pin<Box<dyn Future<Output = R> + Send + 'async_trait>> {
        Box::pin(async move {
            let __self = self;
            let __ret: R = { __self.go().await };
            __ret
        })
    }";
    let expanded = crate::attribute(tokens("policy = self.policy"), tokens(item));
    let text = without_space(&expanded);
    let (before, after) = text.split_once("let__ret:R={").unwrap();
    assert!(before.ends_with("let__self=self;"), "{before}");
    assert!(after.starts_with("use::retry_core::__private"), "{after}");
    assert!(after.contains("policy(__self.policy)"), "{after}");
    assert!(after.ends_with("call.wait().await;}};__ret})}"), "{after}");
}

#[test]
fn what_would_run_once_is_refused() {
    let once = "would run once, not in each attempt";
    let table = [
        (
            "let mut n = n; Box::pin(async move { n += 1; go(n) })",
            once,
        ),
        (
            "if fast { return Box::pin(go()) } Box::pin(async move { go() })",
            once,
        ),
        ("log!(); async move { go() }", once),
        ("let __ret: R = { go() }; async move { __ret }", once),
        ("go()", "cannot be made anew"),
        (
            "if fast { async { go() } } else { async { go() } }",
            "cannot be made anew",
        ),
        ("async move { go() };", "cannot be made anew"),
        ("", "cannot be made anew"),
    ];
    for (body, message) in table {
        let item = format!("fn f(n: u32) -> BoxFuture<'static, R> {{ {body} }}");
        let expanded = crate::attribute(TokenStream::new(), tokens(&item)).to_string();
        assert!(expanded.contains(message), "{body}: {expanded}");
    }
}

#[test]
fn a_future_inside_another_type_is_refused() {
    let table = [
        ("Option<Pin<Box<dyn Future<Output = R>>>>", true),
        ("Result<impl Future<Output = R> + Send, E>", true),
        ("(u8, [futures::future::BoxFuture<'static, R>; 2])", true),
        ("impl Iterator<Item = LocalBoxFuture<'static, R>>", true),
        ("Vec<&'static (dyn Future<Output = R>)>", true),
        ("Result<Box<dyn Fn() -> BoxFuture<'static, R>>, E>", false),
        ("Result<FutureDate, E>", false),
    ];
    for (output, refused) in table {
        let item = format!("fn f() -> {output} {{ go() }}");
        let expanded = crate::attribute(TokenStream::new(), tokens(&item)).to_string();
        let message = "would run once, after the last attempt";
        assert_eq!(expanded.contains(message), refused, "{output}: {expanded}");
    }
    let item = "async fn f() -> Result<(Sender, impl Future<Output = ()>), E> { go() }";
    let expanded = crate::attribute(TokenStream::new(), tokens(item)).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

/// A statement that looks like one of `#[async_trait]` is the user's own where that was not at work.
#[test]
fn a_future_of_the_users_own_is_repeated_from_its_first_statement() {
    let item = "fn f(n: u32) -> LocalBoxFuture<'static, R> {
        use elsewhere::go;
        Box::pin(async move { let mut n = n; let __ret: R = { go(n) }; __ret })
    }";
    let text = without_space(&crate::attribute(TokenStream::new(), tokens(item)));
    let (_, after) = text
        .split_once("useelsewhere::go;Box::pin(asyncmove{")
        .unwrap();
    assert!(after.starts_with("use::retry_core::__private"), "{after}");
    assert!(
        after.contains("{letmutn=n;let__ret:R={go(n)};__ret}"),
        "{after}"
    );
}

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
            "budget" | "breaker" => (".untimed()", true),
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

#[test]
fn a_raw_name_is_reported_without_its_prefix() {
    let expanded = crate::attribute(TokenStream::new(), tokens("fn r#match() -> R { go() }"));
    let text = without_space(&expanded);
    assert!(text.contains("Terms::new(\"match\","), "{text}");
    assert!(text.starts_with("fnr#match()"), "{text}");
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
