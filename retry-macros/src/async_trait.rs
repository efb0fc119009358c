//! What `#[async_trait]` leaves of an `async fn`.
//!
//! On an impl it runs before the attributes inside it, so what arrives here is no longer `async`:
//!
//! ```text
//! fn f(..) -> Pin<Box<dyn Future<Output = T> + Send + 'async_trait>> {
//!     Box::pin(async move {
//!         let __self = self;              // the arguments are moved in
//!         let __ret: T = { BODY };
//!         __ret
//!     })
//! }
//! ```
//!
//! The loop goes around `BODY` only, so that the arguments are moved in once and each attempt borrows them.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{LifetimeParam, Pat, Stmt, Type};

use crate::function::Function;

/// Whether `#[async_trait]` has been here.
pub(crate) fn is_async_trait(function: &Function) -> bool {
    let lifetime = |param: &LifetimeParam| param.lifetime.ident == "async_trait";
    function.sig.generics.lifetimes().any(lifetime)
        || function
            .output()
            .to_token_stream()
            .to_string()
            .contains("'async_trait")
}

/// The type in `let __ret: T = { .. }`, which is `let _: () = { .. }` where nothing is given back.
pub(crate) fn declares_ret(stmt: &Stmt) -> Option<&Type> {
    let Stmt::Local(local) = stmt else {
        return None;
    };
    let (Pat::Type(typed), Some(_)) = (&local.pat, &local.init) else {
        return None;
    };
    match (&*typed.pat, &*typed.ty) {
        (Pat::Ident(name), ty) if name.ident == "__ret" => Some(ty),
        (Pat::Wild(_), ty @ Type::Tuple(tuple)) if tuple.elems.is_empty() => Some(ty),
        _ => None,
    }
}

pub(crate) fn binds_self(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(name) if name.ident == "__self")
}

/// `self` in the arguments of the attribute, where `#[async_trait]` has moved it to `__self`. The module `self::` stays, and
/// so does a whole `use ..;`.
pub(crate) fn rename_self(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed = TokenStream::new();
    let mut in_use = false;
    while let Some(token) = tokens.next() {
        let begins_path =
            matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
        match &token {
            TokenTree::Ident(ident) if ident == "use" => in_use = true,
            TokenTree::Punct(end) if end.as_char() == ';' => in_use = false,
            _ => {}
        }
        if in_use {
            renamed.extend([token]);
            continue;
        }
        renamed.extend([match token {
            TokenTree::Ident(ident) if ident == "self" && !begins_path => {
                Ident::new("__self", ident.span()).into()
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rename_self(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        }]);
    }
    renamed
}
