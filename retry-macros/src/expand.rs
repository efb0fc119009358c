//! The loop around the body.
//!
//! All decisions are made behind `call`, a value of `retry_core::__private`; this arranges the calls.
//! The crate's path appears once, so that a missing crate is one error. Everything that is not the user's is
//! spanned `mixed_site`: locals of the template are out of the body's reach, and lints take it for what it is.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

use crate::args::Args;
use crate::bindings;
use crate::errors::Errors;
use crate::function::Function;
use crate::keys::Slot;
use crate::output::without_impl_trait;
use crate::policy::{self, Operation};
use crate::value::bare;

/// The body of an attempt and where the loop stands.
pub(crate) struct Attempt<'a> {
    pub(crate) output: &'a Type,
    /// Copies of arguments, before anything of the user's.
    pub(crate) copies: TokenStream,
    pub(crate) body: TokenStream,
    pub(crate) braces: Span,
    pub(crate) is_async: bool,
}

/// The function around its loop; nothing where there are mistakes.
pub(crate) fn expand(
    args: &Args,
    mut function: Function,
    errors: &mut Errors,
) -> Option<TokenStream> {
    function.reject_what_cannot_be_retried(args, errors);
    let copies = bindings::fresh_copies(
        bindings::argument_patterns(&mut function.sig),
        args.names(Slot::Clone),
        errors,
    );
    if !errors.is_empty() {
        return None;
    }
    let operation = policy::operation(args, &function.sig.ident);
    let output = function.output();
    let attempt = Attempt {
        output: &output,
        copies,
        body: std::mem::take(&mut function.body),
        braces: function.braces(),
        is_async: function.sig.asyncness.is_some(),
    };
    let body = retry_loop(args, &operation, &attempt);
    Some(function.with_body(&body))
}

// Input:
//   #[retry(max_attempts = 3)]
//   async fn f() -> R { BODY }
//
// Output (of the body):
//   use ::retry_core::__private as __retry;
//   const __OPERATION: &__retry::Operation = ..;
//   let mut call = __retry::call();
//   loop {
//       let outcome = async { guide { BODY } }.await;
//       let verdict = __retry::verdict(&outcome);
//       let delay = match call.after(__OPERATION, verdict, outcome) {
//           __retry::Break(stopped) => return stopped.outcome,
//           __retry::Continue(delay) => delay,
//       };
//       match call.sleep(delay) {
//           __retry::Some(sleep) => sleep.await,
//           __retry::None => __retry::yield_now().await,
//       }
//   }
pub(crate) fn retry_loop(args: &Args, operation: &Operation, attempt: &Attempt<'_>) -> TokenStream {
    let at = Span::mixed_site();
    let path = args.path(Slot::Crate).map_or_else(
        || quote_spanned!(at=> ::retry_core),
        ToTokens::to_token_stream,
    );
    let Operation {
        declaration,
        reference,
    } = operation;
    let call = call(args, reference);
    let begin = begin(args, reference);
    let bind_attempt = args
        .names(Slot::Attempt)
        .iter()
        .map(|name| quote_spanned!(at=> let #name = call.attempt(#reference);));
    let judged = judged_outcome(args, reference, attempt);
    let after = after(args, reference);
    let stop = if args.get(Slot::WrapError).is_none() {
        quote_spanned!(at=> stopped.outcome)
    } else {
        quote_spanned!(at=> call.wrap_error(stopped))
    };
    // After the `match`: no outcome is alive while waiting, so an error need not be `Send`.
    let wait = if attempt.is_async {
        quote_spanned! {at=>
            match call.sleep(delay) {
                __retry::Some(sleep) => sleep.await,
                __retry::None => __retry::yield_now().await,
            }
        }
    } else {
        quote_spanned!(at=> call.sleep_blocking(delay);)
    };
    quote_spanned! {at=>
        use #path::__private as __retry;
        #declaration
        let mut call = #call;
        loop {
            #begin
            #(#bind_attempt)*
            #judged
            let delay = match #after {
                __retry::Break(stopped) => return #stop,
                __retry::Continue(delay) => delay,
            };
            #wait
        }
    }
}

// Input:
//   budget = &B, seed = 7, max_elapsed = "5s"
//
// Output:
//   __retry::call().timed().budget(&B).seed(7)
fn call(args: &Args, operation: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    let mut call = quote_spanned!(at=> __retry::call());
    if shows_time(args) {
        call.extend(quote_spanned!(at=> .timed()));
    } else if args.get(Slot::Policy).is_some() {
        call.extend(quote_spanned!(at=> .timed_by(#operation)));
    }
    for behaviour in args.behaviours() {
        let (method, value) = (
            Ident::new(behaviour.key.name, at_macro(behaviour.name.span())),
            behaviour.expr(),
        );
        call.extend(quote_spanned!(at=> .#method(#value)));
    }
    call
}

/// Whether something shows or limits elapsed time.
fn shows_time(args: &Args) -> bool {
    let slots = [Slot::AttemptTimeout, Slot::Attempt, Slot::WrapError];
    slots.iter().any(|slot| args.get(*slot).is_some())
        || ["max_elapsed", "observer"]
            .iter()
            .any(|name| args.named(name).is_some())
}

// Input:
//   breaker = &K
//
// Output:
//   if let __retry::Err(refusal) = call.begin(__OPERATION) {
//       return __retry::refused(refusal);
//   }
fn begin(args: &Args, operation: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    let asks = shows_time(args)
        || args.get(Slot::Policy).is_some()
        || ["budget", "breaker"]
            .iter()
            .any(|name| args.named(name).is_some());
    if !asks {
        return TokenStream::new();
    }
    let refused = if args.get(Slot::WrapError).is_none() {
        quote_spanned!(at=> __retry::refused(refusal))
    } else {
        quote_spanned!(at=> call.wrap_refusal(__retry::refused(refusal)))
    };
    quote_spanned! {at=>
        if let __retry::Err(refusal) = call.begin(#operation) {
            return #refused;
        }
    }
}

// Input:
//   attempt_timeout = "1s"
//
// Output:
//   let (verdict, outcome) = match call.within(__OPERATION, __retry::Duration::new(1, 0), async { .. }).await {
//       __retry::Ok(outcome) => (__retry::verdict(&outcome), outcome),
//       __retry::Err(timed_out) => (__retry::Verdict::Retry, __retry::refused(timed_out)),
//   };
fn judged_outcome(args: &Args, operation: &TokenStream, attempt: &Attempt<'_>) -> TokenStream {
    let at = Span::mixed_site();
    let run = run(args, attempt);
    let verdict = verdict(args, attempt.output);
    if let Some(limit) = args.expr(Slot::AttemptTimeout) {
        quote_spanned! {at=>
            let (verdict, outcome) = match call.within(#operation, #limit, #run).await {
                __retry::Ok(outcome) => (#verdict, outcome),
                __retry::Err(timed_out) => (__retry::Verdict::Retry, __retry::refused(timed_out)),
            };
        }
    } else {
        let ended = attempt.is_async.then(|| quote_spanned!(at=> .await));
        quote_spanned! {at=>
            let outcome = #run #ended;
            let verdict = #verdict;
        }
    }
}

/// One attempt: an `async` block, or a closure that is called.
///
/// Not `move`: the arguments stay outside, for the next attempt. Both pairs of braces stand where the user's
/// do. The outer pair has the user's hygiene as well: a body that ends in the wrong type is underlined there,
/// and its lines are counted as covered (<https://github.com/tokio-rs/tracing/issues/2082>). The inner pair keeps
/// the return type out of reach of a `use` in the body (<https://github.com/tokio-rs/tracing/issues/3306>); it has
/// the template's hygiene, or a body of one expression had `unused_braces`.
//
// Output:
//   async { guide; copies; { BODY } }
//   (|| -> R { copies; { BODY } })()
fn run(args: &Args, attempt: &Attempt<'_>) -> TokenStream {
    let at = Span::mixed_site();
    let output = without_impl_trait(attempt.output);
    let output = if args.get(Slot::WrapError).is_none() {
        output.to_token_stream()
    } else {
        quote_spanned!(at_output(attempt.output)=> <#output as __retry::Wrapped>::Bare)
    };
    let guide = if attempt.is_async {
        guide(&output, attempt.output)
    } else {
        TokenStream::new()
    };
    let mut inner = Group::new(Delimiter::Brace, attempt.body.clone());
    inner.set_span(at_macro(attempt.braces));
    let copies = &attempt.copies;
    let mut outer = Group::new(Delimiter::Brace, quote!(#guide #copies #inner));
    outer.set_span(attempt.braces);
    if attempt.is_async {
        quote_spanned!(at=> async #outer)
    } else {
        quote_spanned!(at=> (|| -> #output #outer)())
    }
}

/// A never-taken `return` of the declared type: rustc then checks the body against that type from its first
/// statement on, as it does in the function that the user wrote.
fn guide(output: &TokenStream, declared: &Type) -> TokenStream {
    quote_spanned! {at_output(declared)=>
        #[allow(unreachable_code, clippy::diverging_sub_expression)]
        if let __retry::Some(outcome) = __retry::None::<#output> {
            return outcome;
        }
    }
}

// Input:
//   when = |outcome| outcome.is_err()
//   when = retry_http::transient
//   when_err = |error| error.is_timeout()
//   when_err = is_timeout
//
// Output:
//   __retry::judge(&outcome, |outcome| outcome.is_err())
//   { use __retry::Classify as _; (retry_http::transient).classify(&outcome) }
//   __retry::judge_err(&outcome, |error| error.is_timeout())
//   __retry::judge_err(&outcome, |error| { use __retry::Classify as _; (is_timeout).classify(error) })
fn verdict(args: &Args, output: &Type) -> TokenStream {
    let at = Span::mixed_site();
    if let Some(when) = args.expr(Slot::When) {
        return match bare(when) {
            Expr::Closure(_) => quote_spanned!(at=> __retry::judge(&outcome, #when)),
            _ => classify(when, &quote_spanned!(at=> &outcome)),
        };
    }
    if let Some(when) = args.expr(Slot::WhenErr) {
        return if let Expr::Closure(_) = bare(when) {
            quote_spanned!(at=> __retry::judge_err(&outcome, #when))
        } else {
            let classify = classify(when, &quote_spanned!(at=> error));
            quote_spanned!(at=> __retry::judge_err(&outcome, |error| #classify))
        };
    }
    let verdict = quote_spanned!(at_output(output)=> __retry::verdict);
    quote_spanned!(at=> #verdict(&outcome))
}

/// A method call, so that functions, values, statics, references and boxes all serve.
fn classify(classifier: &Expr, outcome: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    let classify = Ident::new("classify", at_macro(classifier.span()));
    quote_spanned!(at=> { use __retry::Classify as _; (#classifier).#classify(#outcome) })
}

fn after(args: &Args, operation: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    match args.expr(Slot::OnRetry) {
        None => quote_spanned!(at=> call.after(#operation, verdict, outcome)),
        Some(notify) => {
            quote_spanned!(at=> call.after_notifying(#operation, verdict, outcome, #notify))
        }
    }
}

fn at_output(output: &Type) -> Span {
    at_macro(output.span())
}

/// The place of the user's token with the hygiene of the template.
fn at_macro(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}
