//! The names that the arguments bind: which of them an attempt may change, and which it gets afresh.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{FnArg, Ident, Pat, PatIdent, Signature, Type};

use crate::errors::Errors;

/// Calls `visit` for every name that a pattern binds.
pub(crate) fn visit_bindings(pat: &mut Pat, visit: &mut dyn FnMut(&mut PatIdent)) {
    match pat {
        Pat::Ident(ident) => {
            visit(ident);
            if let Some((_, pat)) = &mut ident.subpat {
                visit_bindings(pat, visit);
            }
        }
        Pat::Or(or) => each(&mut or.cases, visit),
        Pat::Paren(paren) => visit_bindings(&mut paren.pat, visit),
        Pat::Reference(reference) => visit_bindings(&mut reference.pat, visit),
        Pat::Slice(slice) => each(&mut slice.elems, visit),
        Pat::Struct(pattern) => each(
            pattern.fields.iter_mut().map(|field| &mut *field.pat),
            visit,
        ),
        Pat::Tuple(tuple) => each(&mut tuple.elems, visit),
        Pat::TupleStruct(tuple) => each(&mut tuple.elems, visit),
        Pat::Type(typed) => visit_bindings(&mut typed.pat, visit),
        _ => {}
    }
}

fn each<'a>(pats: impl IntoIterator<Item = &'a mut Pat>, visit: &mut dyn FnMut(&mut PatIdent)) {
    for pat in pats {
        visit_bindings(pat, visit);
    }
}

/// The patterns of the arguments, the receiver left out.
pub(crate) fn argument_patterns(sig: &mut Signature) -> impl Iterator<Item = &mut Pat> {
    sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&mut *argument.pat),
        FnArg::Receiver(_) => None,
    })
}

/// Those of the arguments that are references, which `#[async_trait]` does not move into its block.
pub(crate) fn reference_patterns(sig: &mut Signature) -> impl Iterator<Item = &mut Pat> {
    sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(argument) if matches!(*argument.ty, Type::Reference(_)) => {
            Some(&mut *argument.pat)
        }
        _ => None,
    })
}

/// `clone(a, b)`: statements that give every attempt a copy of its own.
///
/// A `mut` moves from the argument to the copy. A `mut` that stays would let one attempt see what an earlier
/// one did to the argument, so it is a mistake.
//
// Input:
//   clone(n, body)
//   fn f(mut n: u32, body: String)
//
// Output:
//   fn f(n: u32, body: String)
//   let mut n = __retry::Clone::clone(&n);
//   let body = __retry::Clone::clone(&body);
pub(crate) fn fresh_copies<'a>(
    patterns: impl IntoIterator<Item = &'a mut Pat>,
    names: &[Ident],
    errors: &mut Errors,
) -> TokenStream {
    let mut copied: Vec<(&Ident, Option<syn::Token![mut]>)> = Vec::new();
    for pat in patterns {
        visit_bindings(
            pat,
            &mut |binding| match names.iter().find(|name| **name == binding.ident) {
                Some(name) => copied.push((name, binding.mutability.take())),
                None => reject_mut(binding, names, errors),
            },
        );
    }
    let mut statements = TokenStream::new();
    for name in names {
        match copied.iter().find(|(copied, _)| *copied == name) {
            Some((_, mutability)) => {
                let at = name.span().resolved_at(Span::mixed_site());
                statements.extend(quote_spanned! {at=>
                    let #mutability #name = __retry::Clone::clone(&#name);
                });
            }
            None => errors.at(name.span(), format!("no argument is named `{name}`")),
        }
    }
    statements
}

fn reject_mut(binding: &PatIdent, names: &[Ident], errors: &mut Errors) {
    // `ref mut` borrows from the argument, as `&mut` does: sharing is what it means.
    let (Some(token), None) = (&binding.mutability, &binding.by_ref) else {
        return;
    };
    let name = &binding.ident;
    let all: Vec<_> = names.iter().chain([name]).map(Ident::to_string).collect();
    errors.at(
        token.span,
        format!(
            "what one attempt does to `{name}` would leak into the next: add `clone({})`, which gives each attempt a fresh `mut {name}`, or take it by `&mut`, which all attempts share",
            all.join(", ")
        ),
    );
}
