//! The verdict on an outcome: the outcome's own, or that of the user's classifier.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Pat, Type};

use crate::args::Args;
use crate::errors::Errors;
use crate::generics::type_arguments;
use crate::keys::Slot;
use crate::literal::bare;

/// A closure goes through a typed function, so that the type of its argument is inferred; anything else through a
/// method call, so that functions, values, statics, references and boxes all serve.
//
// Input:
//   (nothing)
//   when = |outcome| outcome.is_err()
//   when = retry_http::transient
//   when_err = |error| error.is_timeout()
//   when_err = is_timeout
//
// Output:
//   __retry::verdict(&outcome)
//   { FINISHED __retry::judge(&outcome, |outcome| outcome.is_err()) }
//   { FINISHED { use __retry::Classify as _; (retry_http::transient).classify(&outcome) } }
//   __retry::judge_err(&outcome, |error| error.is_timeout())
//   __retry::judge_err(&outcome, |error| { use __retry::Classify as _; (is_timeout).classify(error) })
pub(crate) fn verdict(args: &Args, output: &Type) -> TokenStream {
    // At the user's classifier, or at the return type that has to do without: there rustc explains what does not fit.
    let at = |span: Span| span.resolved_at(Span::mixed_site());
    if let Some(when) = args.expr(Slot::When) {
        let finished = finished(at(output.span()));
        let at = at(when.span());
        let verdict = match bare(when) {
            Expr::Closure(_) => quote_spanned!(at=> __retry::judge(&outcome, #when)),
            _ => classify(when, &quote_spanned!(at=> &outcome)),
        };
        return quote_spanned!(at=> { #finished #verdict });
    }
    if let Some(when) = args.expr(Slot::WhenErr) {
        let at = at(when.span());
        let judge = if let Expr::Closure(_) = bare(when) {
            when.to_token_stream()
        } else {
            let classify = classify(when, &quote_spanned!(at=> error));
            quote_spanned!(at=> |error| #classify)
        };
        return quote_spanned!(at=> __retry::judge_err(&outcome, #judge));
    }
    quote_spanned!(at(output.span())=> __retry::verdict(&outcome))
}

/// Of a future under another name the compiler says that it is no outcome.
fn finished(at: Span) -> TokenStream {
    quote_spanned! {at=>
        {
            use __retry::{GivenAny as _, GivenFuture as _};
            __retry::finished((&__retry::Given(&outcome)).kind());
        }
    }
}

fn classify(classifier: &Expr, outcome: &TokenStream) -> TokenStream {
    quote_spanned! {classifier.span().resolved_at(Span::mixed_site())=>
        { use __retry::Classify as _; (#classifier).classify(#outcome) }
    }
}

/// Notes a closure under `when` that is declared to take the error, and one under `when_err` that takes the outcome.
///
/// Of types that have other names the compiler finds it.
pub(crate) fn reject_mistaken(args: &Args, output: &Type, errors: &mut Errors) {
    let same = |one: &Type, other: &Type| text(one) == text(other);
    if args.has(Slot::WrapError) {
        reject_wrapped(args, output, errors);
        return;
    }
    if let Some(judged) = args.expr(Slot::When).and_then(declared) {
        if error_of(output).is_some_and(|error| same(error, judged)) && !same(output, judged) {
            errors.at(
                judged.span(),
                "`when` judges the whole outcome, and this is its error: write `when_err = ..`",
            );
        }
    }
    if let Some(judged) = args.expr(Slot::WhenErr).and_then(declared) {
        if same(output, judged) && error_of(output).is_some() {
            errors.at(
                judged.span(),
                "`when_err` judges the error, and this is the whole outcome: write `when = ..`",
            );
        }
    }
}

/// With `wrap_error` the outcome is judged before its error is wrapped.
fn reject_wrapped(args: &Args, output: &Type, errors: &mut Errors) {
    let Some(wrapped) = error_of(output) else {
        return;
    };
    for slot in [Slot::When, Slot::WhenErr] {
        let Some(judged) = args.expr(slot).and_then(declared) else {
            continue;
        };
        if text(judged) == text(wrapped) || text(judged) == text(output) {
            errors.at(
                judged.span(),
                "with `wrap_error` the bare `Result<T, E>` is judged, before its error is wrapped: write `when_err = |error: &E| ..`, or `when = |outcome: &Result<T, E>| ..`",
            );
        }
    }
}

/// `T` of a closure `|name: &T| ..`.
fn declared(classifier: &Expr) -> Option<&Type> {
    let Expr::Closure(closure) = bare(classifier) else {
        return None;
    };
    match closure.inputs.first()? {
        Pat::Type(typed) => match &*typed.ty {
            Type::Reference(reference) => Some(&reference.elem),
            _ => None,
        },
        _ => None,
    }
}

/// `E` of `Result<T, E>`, or of an alias whose name ends so.
fn error_of(output: &Type) -> Option<&Type> {
    match output {
        Type::Group(group) => error_of(&group.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let named = last.ident.to_string().ends_with("Result");
            type_arguments(&last.arguments).nth(1).filter(|_| named)
        }
        _ => None,
    }
}

fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}
