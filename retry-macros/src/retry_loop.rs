//! The loop around the attempts.
//!
//! All decisions are made behind `call`, a value of `retry_core::__private`; this arranges the calls.
//! The crate's path appears once, so that a missing crate is one error. Everything that is not the user's is
//! spanned `mixed_site`: locals of the template are out of the body's reach, and lints take it for what it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;

use crate::args::Args;
use crate::attempt::{self, Attempt};
use crate::keys::{Clock, Slot};
use crate::policy::Terms;
use crate::verdict::verdict;

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
pub(crate) fn retry_loop(args: &Args, terms: &Terms, attempt: &Attempt) -> TokenStream {
    let at = Span::mixed_site();
    let path = args.path(Slot::Crate).map_or_else(
        || quote_spanned!(at=> ::retry_core),
        ToTokens::to_token_stream,
    );
    let Terms {
        declaration,
        reference,
    } = terms;
    let call = call(args);
    let begin = begin(args, reference, attempt);
    let bindings = args.names(Slot::Attempt);
    let run = attempt::run(args, reference, attempt);
    let verdict = verdict(args, &attempt.output);
    let after = match args.expr(Slot::OnRetry) {
        None => quote_spanned!(at=> call.after(#reference, verdict, outcome)),
        Some(notify) => {
            quote_spanned!(at=> call.after_notifying(#reference, verdict, outcome, #notify))
        }
    };
    let at_output = attempt.output.span().resolved_at(at);
    let last = if args.has(Slot::WrapError) {
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
            if let __retry::Break(last) = {
                #(let #bindings = call.attempt(#reference);)*
                let outcome = #run;
                let verdict = #verdict;
                #after
            } {
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
    let stopwatch = match args.clock() {
        Clock::Never => quote_spanned!(at=> .untimed()),
        Clock::IfAsked => quote_spanned!(at=> .timed_if_asked()),
        Clock::Always => quote_spanned!(at=> .timed()),
    };
    quote_spanned!(at=> __retry::call() #(#behaviours)* #stopwatch)
}

/// What comes before each attempt: the clock is read, guards are asked.
//
// Input:
//   breaker = &K, cooldown = &C
//
// Output:
//   if let __retry::Err(refusal) = call.hold(&__TERMS).await {
//       return __retry::refused(refusal);
//   }
//   if let __retry::Err(refusal) = call.begin(&__TERMS) {
//       return __retry::refused(refusal);
//   }
fn begin(args: &Args, terms: &TokenStream, attempt: &Attempt) -> TokenStream {
    let guarded = args.has(Slot::Guard) || args.has(Slot::Cooldown);
    if args.clock() == Clock::Never && !guarded && !cfg!(feature = "nested") {
        return TokenStream::new();
    }
    let at = Span::mixed_site();
    let refused = args
        .refusing()
        .map_or(at, |arg| arg.name.span().resolved_at(at));
    let mut refused = quote_spanned!(refused=> __retry::refused(refusal));
    if args.has(Slot::WrapError) {
        let at_output = attempt.output.span().resolved_at(at);
        refused = quote_spanned!(at_output=> call.wrap_refusal(refusal, #refused));
    }
    let hold = args.has(Slot::Cooldown).then(|| {
        let hold = if attempt.is_async {
            quote_spanned!(at=> call.hold(#terms).await)
        } else {
            quote_spanned!(at=> call.hold_blocking(#terms))
        };
        quote_spanned! {at=>
            if let __retry::Err(refusal) = #hold {
                return #refused;
            }
        }
    });
    quote_spanned! {at=>
        #hold
        if let __retry::Err(refusal) = call.begin(#terms) {
            return #refused;
        }
    }
}
