//! The annotated function. The signature is parsed; the body stays raw tokens, so that a body which is
//! being typed still expands and an editor keeps completing in it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Result, ReturnType, Signature, Token, Type, TypeTuple, Visibility, token,
};

use crate::args::Args;
use crate::errors::Errors;
use crate::keys::Slot;

#[derive(Clone)]
pub(crate) struct Function {
    attrs: Vec<Attribute>,
    vis: Visibility,
    pub(crate) sig: Signature,
    brace: token::Brace,
    inner_attrs: Vec<Attribute>,
    pub(crate) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if let Some(error) = not_a_function(input) {
            return Err(error);
        }
        let sig: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(Error::new(
                sig.ident.span(),
                "a function without a body has nothing to retry: put `#[retry]` on the function in the impl",
            ));
        }
        let content;
        Ok(Self {
            attrs,
            vis,
            sig,
            brace: syn::braced!(content in input),
            inner_attrs: content.call(Attribute::parse_inner)?,
            body: content.parse()?,
        })
    }
}

/// An error that names what the item is instead.
fn not_a_function(input: ParseStream<'_>) -> Option<Error> {
    let first: TokenTree = input.fork().parse().ok()?;
    let kind = first.to_string();
    let advice = match kind.as_str() {
        "impl" | "mod" | "trait" => "put it on each function inside that may be repeated",
        "struct" | "enum" | "union" | "type" | "static" | "use" | "let" | "macro_rules" => {
            "put it on the function that may be repeated"
        }
        _ => return None,
    };
    let article = if kind.starts_with(['e', 'i']) {
        "an"
    } else {
        "a"
    };
    let message =
        format!("`#[retry]` repeats a function, and this is {article} `{kind}`: {advice}");
    Some(Error::new(first.span(), message))
}

impl Function {
    /// The type of the outcome.
    pub(crate) fn output(&self) -> Type {
        match &self.sig.output {
            ReturnType::Type(_, output) => (**output).clone(),
            ReturnType::Default => Type::Tuple(TypeTuple {
                attrs: Vec::new(),
                paren_token: token::Paren(self.sig.ident.span()),
                elems: Punctuated::new(),
            }),
        }
    }

    /// The user's braces.
    pub(crate) fn braces(&self) -> Span {
        self.brace.span.join()
    }

    /// What no arguments could make right.
    pub(crate) fn reject_what_cannot_be_retried(&self, args: &Args, errors: &mut Errors) {
        if let Some(token) = &self.sig.constness {
            errors.at(
                token.span,
                "a `const fn` cannot wait between attempts: remove `const`, or call it from a function that is retried",
            );
        }
        if matches!(self.sig.output, ReturnType::Default) && !args.has(Slot::When) {
            errors.at(
                self.sig.ident.span(),
                "nothing to retry: this function returns `()`; return a `Result` or an `Option`, or name a classifier with `when`",
            );
        }
        for attr in &self.attrs {
            if attr
                .path()
                .segments
                .last()
                .is_some_and(|last| last.ident == "retry")
            {
                errors.at(
                    syn::spanned::Spanned::span(attr.path()),
                    "a second `#[retry]` would multiply the attempts: put all arguments into one",
                );
            }
        }
    }

    /// The same function around another body.
    pub(crate) fn with_body(&self, body: &TokenStream) -> TokenStream {
        let mut tokens = TokenStream::new();
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(&mut tokens);
        self.sig.to_tokens(&mut tokens);
        self.brace.surround(&mut tokens, |tokens| {
            tokens.append_all(&self.inner_attrs);
            body.to_tokens(tokens);
        });
        tokens
    }
}
