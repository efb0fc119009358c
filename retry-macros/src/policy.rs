//! The policy of the annotated function: a checked constant, or the user's value with its overrides.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;

use crate::args::{Arg, Args};
use crate::keys::Slot;
use crate::value::Value;

/// The terms of a call, as `retry_core` takes them: the operation's name and its policy.
pub(crate) struct Terms {
    /// What declares it, before the loop.
    pub(crate) declaration: TokenStream,
    /// What refers to it.
    pub(crate) reference: TokenStream,
}

pub(crate) fn terms(args: &Args, function: &Ident) -> Terms {
    let at = Span::mixed_site();
    let name = args
        .expr(Slot::Name)
        .map_or_else(|| function_name(function), ToTokens::to_token_stream);
    match args.expr(Slot::Policy) {
        None => constant(args, &name),
        Some(policy) => {
            let setters = args.settings().map(setter);
            let checked = overrides(args);
            let of = quote_spanned!(policy.span().resolved_at(at)=> __retry::policy);
            Terms {
                declaration: quote_spanned! {at=>
                    #checked
                    let terms = __retry::Terms::new(#name, #of(#policy) #(#setters)*);
                },
                reference: quote_spanned!(at=> &terms),
            }
        }
    }
}

/// A constant, in a `static` because that is checked faster than a `const`: the future holds none of it, and a bad value is an error under `cargo check`.
//
// Input:
//   #[retry(max_attempts = 3, fixed = "1s")]
//   fn f() ..
//
// Output:
//   static __TERMS: __retry::Terms = __retry::Terms::new(
//       "f",
//       __retry::Policy::new().max_attempts(3).fixed(__retry::Duration::new(1, 0)),
//   );
//   const _: () = __retry::check(&__TERMS, "max_attempts");
//   const _: () = __retry::check(&__TERMS, "fixed");
fn constant(args: &Args, name: &TokenStream) -> Terms {
    let at = Span::mixed_site();
    let setters = args.settings().map(setter);
    let checks = args.settings().map(check);
    Terms {
        declaration: quote_spanned! {at=>
            static __TERMS: __retry::Terms =
                __retry::Terms::new(#name, __retry::Policy::new() #(#setters)*);
            #(#checks)*
        },
        reference: quote_spanned!(at=> &__TERMS),
    }
}

fn setter(setting: &Arg) -> TokenStream {
    let at = setting.name.span().resolved_at(Span::mixed_site());
    if let Value::Setter(setter) = &setting.value {
        let setter = Ident::new(&setter.to_string(), at);
        quote_spanned!(at=> .#setter())
    } else {
        let (setter, value) = (Ident::new(setting.key.name, at), setting.expr());
        quote_spanned!(at=> .#setter(#value))
    }
}

/// What is known of the overrides of a policy that is not known before the call.
//
// Input:
//   policy = self.policy, max_attempts = 3, fixed = self.delay
//
// Output:
//   static __SAID: __retry::Terms =
//       __retry::Terms::new("", __retry::Policy::new().max_attempts(3));
//   const _: () = __retry::check_said(&__SAID, "max_attempts", &["max_attempts"]);
fn overrides(args: &Args) -> TokenStream {
    let at = Span::mixed_site();
    let known: Vec<&Arg> = args.settings().filter(|arg| arg.is_known()).collect();
    if known.is_empty() {
        return TokenStream::new();
    }
    let setters = known.iter().map(|arg| setter(arg));
    let said = known.iter().map(|arg| arg.key.name);
    let said = quote_spanned!(at=> &[#(#said),*]);
    let checks = known.iter().map(|setting| {
        let field = setting.key.name;
        quote_spanned! {place(setting)=>
            const _: () = __retry::check_said(&__SAID, #field, #said);
        }
    });
    quote_spanned! {at=>
        static __SAID: __retry::Terms =
            __retry::Terms::new("", __retry::Policy::new() #(#setters)*);
        #(#checks)*
    }
}

fn check(setting: &Arg) -> TokenStream {
    let field = setting.key.name;
    quote_spanned! {place(setting)=>
        const _: () = __retry::check(&__TERMS, #field);
    }
}

/// Where a bad value is reported.
fn place(setting: &Arg) -> Span {
    let at = match setting.expr() {
        Some(value) => value.span(),
        None => setting.name.span(),
    };
    at.resolved_at(Span::mixed_site())
}

/// `r#type` is named `type`.
fn function_name(function: &Ident) -> TokenStream {
    let text = function.to_string();
    let name = text.strip_prefix("r#").unwrap_or(&text);
    quote_spanned!(Span::mixed_site()=> #name)
}
