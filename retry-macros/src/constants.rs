//! Without `policy` the policy is a constant: no argument of the function, no `self`, no generics.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

use crate::args::Args;
use crate::bindings::{argument_patterns, visit_bindings};
use crate::errors::Errors;
use crate::function::Function;
use crate::keys::Slot;

/// Notes every name in the settings that stands for something not known before the call.
pub(crate) fn reject_variables(args: &Args, function: &mut Function, errors: &mut Errors) {
    if args.get(Slot::Policy).is_some() {
        return;
    }
    let mut variables = vec!["self".to_owned(), "Self".to_owned()];
    for param in &function.sig.generics.params {
        match param {
            syn::GenericParam::Type(param) => variables.push(param.ident.to_string()),
            syn::GenericParam::Const(param) => variables.push(param.ident.to_string()),
            syn::GenericParam::Lifetime(_) => {}
        }
    }
    for pat in argument_patterns(&mut function.sig) {
        visit_bindings(pat, &mut |binding| {
            variables.push(binding.ident.to_string());
        });
    }
    for setting in args.settings() {
        let value = setting.expr().map(ToTokens::to_token_stream);
        if let Some(variable) = value.and_then(|value| find(value, &variables)) {
            let setter = setting.key.name;
            errors.at(
                variable.span(),
                format!("the policy is a constant, and `{variable}` is not: write `policy = Policy::new().{setter}(..)`"),
            );
        }
    }
}

/// The first of the names that is no field, method or later part of a path.
fn find(tokens: TokenStream, names: &[String]) -> Option<proc_macro2::Ident> {
    let mut after = None;
    for token in tokens {
        match &token {
            TokenTree::Ident(ident)
                if !matches!(after, Some('.' | ':')) && names.contains(&ident.to_string()) =>
            {
                return Some(ident.clone());
            }
            TokenTree::Group(group) => {
                if let Some(found) = find(group.stream(), names) {
                    return Some(found);
                }
            }
            _ => {}
        }
        after = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
    None
}
