//! The loop around the body.
//!
//! All decisions are made behind `call`, a value of `retry_core::__private`; this arranges the calls.
//! The crate's path appears once, so that a missing crate is one error. Everything that is not the user's is
//! spanned `mixed_site`: locals of the template are out of the body's reach, and lints take it for what it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Stmt};

use crate::args::Args;
use crate::attempt::{self, Attempt};
use crate::bindings;
use crate::constants;
use crate::errors::Errors;
use crate::fn_mut;
use crate::function::Function;
use crate::future::{self, FutureBody, Repeated};
use crate::keys::Slot;
use crate::policy::{self, Operation};
use crate::verdict::{reject_mistaken, verdict};

/// The function around its loop; nothing where there are mistakes.
pub(crate) fn expand(
    args: &Args,
    mut function: Function,
    errors: &mut Errors,
) -> Option<TokenStream> {
    function.reject_what_cannot_be_retried(args, errors);
    fn_mut::reject_by_value(&mut function.sig, errors);
    constants::reject_variables(args, &mut function, errors);
    let is_async = function.sig.asyncness.is_some();
    let future = if is_async {
        None
    } else {
        future::find(&function, errors)
    };
    if !is_async && future.is_none() {
        args.reject_async_only(errors);
    }
    let body = match future {
        Some(future) => in_future(args, &mut function, future, errors),
        None => around_body(args, &mut function, errors),
    }?;
    Some(function.with_body(&body))
}

/// The loop in place of the whole body.
fn around_body(args: &Args, function: &mut Function, errors: &mut Errors) -> Option<TokenStream> {
    let patterns = bindings::argument_patterns(&mut function.sig);
    let copies = bindings::fresh_copies(patterns, args.names(Slot::Clone), errors);
    let attempt = Attempt {
        output: function.output(),
        copies,
        body: std::mem::take(&mut function.body),
        braces: function.braces(),
        is_async: function.sig.asyncness.is_some(),
    };
    let operation = policy::operation(args, &function.sig.ident);
    reject_mistaken(args, &attempt.output, errors);
    errors
        .is_empty()
        .then(|| retry_loop(args, &operation, &attempt))
}

/// The loop inside the future that the body makes.
fn in_future(
    args: &Args,
    function: &mut Function,
    mut future: FutureBody,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let output = future.output();
    let Repeated { block, patterns } = future.repeated()?;
    let names = args.names(Slot::Clone);
    let copies = match patterns {
        Some(moved) => {
            let all = bindings::reference_patterns(&mut function.sig).chain(moved);
            bindings::fresh_copies(all, names, errors)
        }
        None => bindings::fresh_copies(
            bindings::argument_patterns(&mut function.sig),
            names,
            errors,
        ),
    };
    let stmts = std::mem::take(&mut block.stmts);
    let attempt = Attempt {
        output,
        copies,
        body: quote!(#(#stmts)*),
        braces: block.brace_token.span.join(),
        is_async: true,
    };
    let operation = policy::operation(args, &function.sig.ident);
    reject_mistaken(args, &attempt.output, errors);
    if !errors.is_empty() {
        return None;
    }
    let looped = retry_loop(args, &operation, &attempt);
    block.stmts.push(Stmt::Expr(Expr::Verbatim(looped), None));
    Some(future.into_tokens())
}

// Input:
//   #[retry(max_attempts = 3)]
//   async fn f() -> R { BODY }
//
// Output (of the body):
//   use ::retry_core::__private as __retry;
//   static __TERMS: __retry::Terms = ..;
//   let mut call = __retry::call().untimed();
//   loop {
//       if let __retry::Break(last) = {
//           let outcome = async { .. BODY .. }.await;
//           let verdict = __retry::verdict(&outcome);
//           call.after(&__TERMS, verdict, outcome)
//       } {
//           return last.outcome;
//       }
//       call.wait().await;
//   }
pub(crate) fn retry_loop(args: &Args, operation: &Operation, attempt: &Attempt) -> TokenStream {
    let at = Span::mixed_site();
    let path = args.path(Slot::Crate).map_or_else(
        || quote_spanned!(at=> ::retry_core),
        ToTokens::to_token_stream,
    );
    let Operation {
        declaration,
        reference,
    } = operation;
    let call = call(args);
    let begin = begin(args, reference, attempt);
    let judged = judged_outcome(args, reference, attempt);
    let after = match args.expr(Slot::OnRetry) {
        None => quote_spanned!(at=> call.after(#reference, verdict, outcome)),
        Some(notify) => {
            quote_spanned!(at=> call.after_notifying(#reference, verdict, outcome, #notify))
        }
    };
    let at_output = attempt.output.span().resolved_at(at);
    let last = if args.any(&["wrap_error"]) {
        quote_spanned!(at_output=> call.wrap_error(last))
    } else {
        quote_spanned!(at=> last.outcome)
    };
    let wait = if attempt.is_async {
        quote_spanned!(at=> call.wait().await;)
    } else {
        quote_spanned!(at=> call.wait_blocking();)
    };
    // The block ends before the wait: a future stores what is in scope while it waits, and would not be `Send` if an
    // error in it is not.
    quote_spanned! {at=>
        use #path::__private as __retry;
        #declaration
        let mut call = #call;
        loop {
            #begin
            if let __retry::Break(last) = { #judged #after } {
                return #last;
            }
            #wait
        }
    }
}

// Input:
//   budget = &B, seed = 7, max_elapsed = "5s"
//
// Output:
//   __retry::call().budget(&B).seed(7).timed()
fn call(args: &Args) -> TokenStream {
    let at = Span::mixed_site();
    let behaviours = args.behaviours().map(|behaviour| {
        let at = behaviour.name.span().resolved_at(at);
        let (method, value) = (Ident::new(behaviour.key.name, at), behaviour.expr());
        quote_spanned!(at=> .#method(#value))
    });
    let stopwatch = if shows_time(args) {
        quote_spanned!(at=> .timed())
    } else if asks_policy(args) {
        quote_spanned!(at=> .timed_if_asked())
    } else {
        quote_spanned!(at=> .untimed())
    };
    quote_spanned!(at=> __retry::call() #(#behaviours)* #stopwatch)
}

/// Whether something shows or limits elapsed time.
fn shows_time(args: &Args) -> bool {
    args.any(&[
        "attempt",
        "attempt_timeout",
        "max_elapsed",
        "observer",
        "wrap_error",
    ])
}

/// Whether the policy may have a limit, or an event shows what has been waited.
fn asks_policy(args: &Args) -> bool {
    args.any(&["on_retry", "policy"])
}

// Input:
//   breaker = &K
//
// Output:
//   if let __retry::Err(refusal) = call.begin(&__TERMS) {
//       return __retry::refused(refusal);
//   }
fn begin(args: &Args, operation: &TokenStream, attempt: &Attempt) -> TokenStream {
    if !shows_time(args) && !asks_policy(args) && !args.any(&["breaker", "budget"]) {
        return TokenStream::new();
    }
    let at = Span::mixed_site();
    let refused = args.span("breaker").unwrap_or(at).resolved_at(at);
    let mut refused = quote_spanned!(refused=> __retry::refused(refusal));
    if args.any(&["wrap_error"]) {
        let at_output = attempt.output.span().resolved_at(at);
        refused = quote_spanned!(at_output=> call.wrap_refusal(#refused));
    }
    quote_spanned! {at=>
        if let __retry::Err(refusal) = call.begin(#operation) {
            return #refused;
        }
    }
}

// Input:
//   attempt = attempt, attempt_timeout = "1s"
//
// Output:
//   let attempt = call.attempt(&__TERMS);
//   let outcome = {
//       let ended = {
//           let attempt = __retry::pin!(async { .. });
//           let ended = call.within(&__TERMS, __retry::Duration::new(1, 0), attempt).await;
//           ended
//       };
//       match ended {
//           __retry::Ok(outcome) => outcome,
//           __retry::Err(timed_out) => __retry::refused(timed_out),
//       }
//   };
//   let verdict = __retry::verdict(&outcome);
fn judged_outcome(args: &Args, operation: &TokenStream, attempt: &Attempt) -> TokenStream {
    let at = Span::mixed_site();
    let bindings = args.names(Slot::Attempt);
    let run = attempt::run(args, attempt);
    let verdict = verdict(args, &attempt.output);
    let outcome = match args.get(Slot::AttemptTimeout) {
        None => run,
        Some(timeout) => {
            let limit = timeout.expr();
            let refused = quote_spanned! {timeout.name.span().resolved_at(at)=>
                __retry::refused(timed_out)
            };
            quote_spanned! {at=> {
                let ended = {
                    let attempt = __retry::pin!(#run);
                    let ended = call.within(#operation, #limit, attempt).await;
                    ended
                };
                match ended {
                    __retry::Ok(outcome) => outcome,
                    __retry::Err(timed_out) => #refused,
                }
            }}
        }
    };
    quote_spanned! {at=>
        #(let #bindings = call.attempt(#operation);)*
        let outcome = #outcome;
        let verdict = #verdict;
    }
}
