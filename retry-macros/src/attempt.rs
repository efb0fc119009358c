//! One attempt: the user's body in an `async` block, under its time limit, or in a closure that is called.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use crate::args::{Arg, Args};
use crate::keys::Slot;
use crate::output::without_impl_trait;

pub(crate) struct Attempt {
    /// The declared type of the outcome.
    pub(crate) output: Type,
    /// Copies of arguments, before anything of the user's.
    pub(crate) copies: TokenStream,
    pub(crate) body: TokenStream,
    /// The user's braces around it.
    pub(crate) braces: Span,
    pub(crate) is_async: bool,
}

/// The expression that makes one attempt and gives its outcome.
///
/// Not `move`: the arguments stay outside, for the next attempt.
//
// Output:
//   async { guide copies match () { () => { BODY } } }.await
//   (|| -> R { BODY })()
pub(crate) fn run(args: &Args, terms: &TokenStream, attempt: &Attempt) -> TokenStream {
    let at = Span::mixed_site();
    let output = bare_output(args, &attempt.output);
    if !attempt.is_async {
        let block = block(attempt, &TokenStream::new());
        return if cfg!(feature = "nested") {
            quote_spanned!(at=> call.attempt_blocking(#terms, || -> #output #block))
        } else {
            quote_spanned!(at=> (|| -> #output #block)())
        };
    }
    let block = block(attempt, &guide(&output, attempt.output.span()));
    let future = if cfg!(feature = "nested") {
        quote_spanned!(at=> call.attempt_around(#terms, async #block))
    } else {
        quote_spanned!(at=> async #block)
    };
    match args.get(Slot::AttemptTimeout) {
        None => quote_spanned!(at=> #future.await),
        Some(limit) => within(limit, terms, &future),
    }
}

/// The future's outcome, or what a time limit makes of it.
//
// Input:
//   attempt_timeout = "1s"
//
// Output:
//   {
//       let ended = {
//           let attempt = __retry::pin!(async { .. });
//           let ended = call.within(&__TERMS, __retry::Duration::new(1, 0), attempt).await;
//           ended
//       };
//       match ended {
//           __retry::Ok(outcome) => outcome,
//           __retry::Err(timed_out) => __retry::refused(timed_out),
//       }
//   }
fn within(limit: &Arg, terms: &TokenStream, future: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    let (duration, at_name) = (limit.expr(), limit.name.span().resolved_at(at));
    let refused = quote_spanned!(at_name=> __retry::refused(timed_out));
    quote_spanned! {at=> {
        let ended = {
            let attempt = __retry::pin!(#future);
            let ended = call.within(#terms, #duration, attempt).await;
            ended
        };
        match ended {
            __retry::Ok(outcome) => outcome,
            __retry::Err(timed_out) => #refused,
        }
    }}
}

/// What the body gives.
fn bare_output(args: &Args, output: &Type) -> TokenStream {
    let at = output.span().resolved_at(Span::mixed_site());
    let output = without_impl_trait(output);
    if args.has(Slot::WrapError) {
        quote_spanned!(at=> <#output as __retry::Wrapped>::Bare)
    } else {
        output.to_token_stream()
    }
}

/// `{ guide copies match () { () => { BODY } } }`, or `{ BODY }` where nothing goes before it.
///
/// All braces are the user's in place and hygiene: a body that ends in the wrong type is underlined there, its lines are
/// counted as covered (<https://github.com/tokio-rs/tracing/issues/2082>), and its edition says when its last temporaries
/// are dropped. The inner pair keeps the return type out of reach of a `use` in the body
/// (<https://github.com/tokio-rs/tracing/issues/3306>). An arm ends the temporaries before the copies that they borrow,
/// as a function ends them before its arguments.
fn block(attempt: &Attempt, guide: &TokenStream) -> Group {
    let braced = |tokens| {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(attempt.braces);
        group
    };
    let (body, copies) = (braced(attempt.body.clone()), &attempt.copies);
    if guide.is_empty() && copies.is_empty() {
        return body;
    }
    braced(quote_spanned! {Span::mixed_site()=>
        #guide
        #copies
        match () { () => #body }
    })
}

/// A never-taken `return` of the declared type: rustc then checks the body against that type from its first statement
/// on, as it does in the function that the user wrote.
fn guide(output: &TokenStream, at: Span) -> TokenStream {
    quote_spanned! {at.resolved_at(Span::mixed_site())=>
        if let __retry::Some(outcome) = __retry::None::<#output> {
            return outcome;
        }
    }
}
