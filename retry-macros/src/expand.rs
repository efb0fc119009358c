//! Where the loop goes: around the whole body, or inside the future that the body makes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Pat, Stmt};

use crate::args::Args;
use crate::attempt::Attempt;
use crate::bindings;
use crate::constants;
use crate::errors::Errors;
use crate::fn_mut;
use crate::function::Function;
use crate::future::{self, FutureBody, Repeated};
use crate::keys::Slot;
use crate::policy;
use crate::retry_loop::retry_loop;
use crate::verdict::reject_mistaken;

/// The function around its loop; nothing where there are mistakes.
pub(crate) fn expand(
    args: &Args,
    mut function: Function,
    errors: &mut Errors,
) -> Option<TokenStream> {
    function.reject_what_cannot_be_retried(args, errors);
    fn_mut::reject_by_value(&mut function.sig, args.names(Slot::Clone), errors);
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
    looped(args, &function.sig.ident, &attempt, errors)
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
    let patterns: Vec<&mut Pat> = match patterns {
        Some(moved) => bindings::reference_patterns(&mut function.sig)
            .chain(moved)
            .collect(),
        None => bindings::argument_patterns(&mut function.sig).collect(),
    };
    let copies = bindings::fresh_copies(patterns, args.names(Slot::Clone), errors);
    let stmts = std::mem::take(&mut block.stmts);
    let attempt = Attempt {
        output,
        copies,
        body: quote!(#(#stmts)*),
        braces: block.brace_token.span.join(),
        is_async: true,
    };
    let looped = looped(args, &function.sig.ident, &attempt, errors)?;
    block.stmts.push(Stmt::Expr(Expr::Verbatim(looped), None));
    Some(future.into_tokens())
}

/// The loop; nothing where there are mistakes.
fn looped(
    args: &Args,
    name: &Ident,
    attempt: &Attempt,
    errors: &mut Errors,
) -> Option<TokenStream> {
    reject_mistaken(args, &attempt.output, errors);
    errors
        .is_empty()
        .then(|| retry_loop(args, &policy::terms(args, name), attempt))
}
