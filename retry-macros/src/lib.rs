//! The attribute `#[retry]` of `retry-core`, which re-exports it: depend on that.
//!
//! It arranges calls into `retry-core` and decides nothing. It reads the arguments (`args`, by the table in `keys` and
//! the kinds in `value`), the function (`function`, `future`, `bindings`, `fn_mut`), and writes the loop (`expand`,
//! `retry_loop`).
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)
)]

mod args;
mod async_trait;
mod attempt;
mod bindings;
mod constants;
mod duration;
mod errors;
mod expand;
mod fn_mut;
mod function;
mod future;
#[cfg(test)]
mod fuzz;
mod generics;
mod keys;
mod known;
mod literal;
mod output;
mod policy;
mod retry_loop;
mod suggest;
#[cfg(test)]
mod tests;
mod unknown;
mod value;
mod verdict;
mod words;

use proc_macro::TokenStream;

#[doc = include_str!("retry.md")]
#[proc_macro_attribute]
pub fn retry(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute(args.into(), item.into()).into()
}

/// The attribute on streams that exist outside the compiler too.
///
/// A mistake leaves the item as it is: without it every caller would get a second, misleading error, and an
/// editor would lose completion.
fn attribute(
    args: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let function = errors.keep(syn::parse2::<function::Function>(item.clone()));
    let args = match &function {
        Some(function) if async_trait::is_async_trait(function) => async_trait::rename_self(args),
        _ => args,
    };
    let args = args::Args::parse(args, &mut errors);
    let expanded = function.and_then(|function| expand::expand(&args, function, &mut errors));
    let mut tokens = errors.into_compile_errors();
    tokens.extend(expanded.unwrap_or(item));
    tokens
}
