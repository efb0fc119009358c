//! Functions that are not `async` and give back a future.
//!
//! `#[async_trait]` on an impl runs before the attributes inside it, so what arrives here is no longer `async`:
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
//! A body of the user's own that is one `async { .. }` or `Box::pin(async { .. })` is treated alike.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::{Block, Expr, GenericArgument, Pat, PathArguments, Stmt, Type, TypeParamBound};

use crate::errors::Errors;
use crate::function::Function;

/// The statements of a function around the block that is to be repeated.
pub(crate) struct FutureBody {
    stmts: Vec<Stmt>,
    output: Type,
    by_async_trait: bool,
}

/// The block that is to be repeated.
pub(crate) struct Repeated<'a> {
    pub(crate) block: &'a mut Block,
    /// What the arguments are bound by that `#[async_trait]` moves into the block.
    pub(crate) patterns: Option<Vec<&'a mut Pat>>,
}

/// The repeated block of a function that gives back a future; `None` for one that gives back anything else.
pub(crate) fn find(function: &Function, errors: &mut Errors) -> Option<FutureBody> {
    let declared = function.output();
    let output = future_output(&declared)?;
    let stmts = Block::parse_within.parse2(function.body.clone());
    let mut body = FutureBody {
        stmts: stmts.unwrap_or_default(),
        output,
        by_async_trait: is_async_trait(function),
    };
    if let Some((at, message)) = body.obstacle(declared.span()) {
        errors.at(at, message);
        return None;
    }
    if let Some(declared) = body.declared_output() {
        body.output = declared;
    }
    Some(body)
}

impl FutureBody {
    pub(crate) fn output(&self) -> Type {
        self.output.clone()
    }

    /// What keeps an attempt from being the whole body.
    fn obstacle(&mut self, declared: Span) -> Option<(Span, &'static str)> {
        let Some(_) = self.async_block() else {
            return Some((
                self.stmts.last().map_or(declared, Stmt::span),
                "this future cannot be made anew for each attempt: let the body be one `async move { .. }` or `Box::pin(async move { .. })`, or make the function an `async fn`",
            ));
        };
        let (_, before) = self.stmts.split_last()?;
        let once = before.iter().find(|stmt| !matches!(stmt, Stmt::Item(_)))?;
        Some((
            once.span(),
            "this would run once, not in each attempt: move everything into the `async move` block, or make the function an `async fn`",
        ))
    }

    fn async_block(&mut self) -> Option<&mut Block> {
        match self.stmts.last_mut()? {
            Stmt::Expr(last, None) => async_block(last),
            _ => None,
        }
    }

    pub(crate) fn repeated(&mut self) -> Option<Repeated<'_>> {
        let by_async_trait = self.by_async_trait;
        let block = self.async_block()?;
        let body = |stmt: &Stmt| by_async_trait && declares_ret(stmt).is_some();
        // `__ret` alone may follow: what else did would run once.
        let last_two = block.stmts.len().saturating_sub(2);
        let at = block.stmts.iter().position(body);
        let Some(at) = at.filter(|at| *at >= last_two) else {
            return Some(Repeated {
                block,
                patterns: None,
            });
        };
        let (before, body) = block.stmts.split_at_mut(at);
        let patterns = before.iter_mut().filter_map(|stmt| match stmt {
            Stmt::Local(local) if !binds_self(&local.pat) => Some(&mut local.pat),
            _ => None,
        });
        let Some(Stmt::Local(ret)) = body.first_mut() else {
            return None;
        };
        match &mut *ret.init.as_mut()?.expr {
            Expr::Block(block) => Some(Repeated {
                block: &mut block.block,
                patterns: Some(patterns.collect()),
            }),
            _ => None,
        }
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        let stmts = self.stmts;
        quote!(#(#stmts)*)
    }

    fn declared_output(&mut self) -> Option<Type> {
        if !self.by_async_trait {
            return None;
        }
        let mut stmts = self.async_block()?.stmts.iter();
        stmts.find_map(declares_ret).cloned()
    }
}

/// The block in `async { .. }` or `Box::pin(async { .. })`.
fn async_block(expr: &mut Expr) -> Option<&mut Block> {
    match expr {
        Expr::Async(block) => Some(&mut block.block),
        Expr::Group(group) => async_block(&mut group.expr),
        Expr::Paren(paren) => async_block(&mut paren.expr),
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else {
                return None;
            };
            let last_two: Vec<_> = function
                .path
                .segments
                .iter()
                .rev()
                .take(2)
                .map(|s| &s.ident)
                .collect();
            match last_two.as_slice() {
                [pin, boxed] if *pin == "pin" && *boxed == "Box" => {}
                _ => return None,
            }
            async_block(call.args.first_mut()?)
        }
        _ => None,
    }
}

/// The type in `let __ret: T = { .. }`, which is `let _: () = { .. }` where nothing is given back.
fn declares_ret(stmt: &Stmt) -> Option<&Type> {
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

fn binds_self(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(name) if name.ident == "__self")
}

/// `T` of `impl Future<Output = T>`, `Pin<Box<dyn Future<Output = T>>>` or `BoxFuture<'_, T>`.
fn future_output(ty: &Type) -> Option<Type> {
    let bounds = match ty {
        Type::Group(group) => return future_output(&group.elem),
        Type::Paren(paren) => return future_output(&paren.elem),
        Type::ImplTrait(opaque) => &opaque.bounds,
        Type::TraitObject(object) => &object.bounds,
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let mut types = type_arguments(&last.arguments);
            return match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => types.next().cloned(),
                "Pin" | "Box" => types.next().and_then(future_output),
                _ => None,
            };
        }
        _ => return None,
    };
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future")?;
        arguments(&last.arguments).find_map(|argument| match argument {
            GenericArgument::AssocType(output) if output.ident == "Output" => {
                Some(output.ty.clone())
            }
            _ => None,
        })
    })
}

fn arguments(arguments: &PathArguments) -> impl Iterator<Item = &GenericArgument> {
    let given = match arguments {
        PathArguments::AngleBracketed(given) => Some(&given.args),
        _ => None,
    };
    given.into_iter().flatten()
}

pub(crate) fn type_arguments(all: &PathArguments) -> impl Iterator<Item = &Type> {
    arguments(all).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `self` in the arguments of the attribute, where `#[async_trait]` has moved it to `__self`. The module `self::` stays.
pub(crate) fn rename_self(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed = TokenStream::new();
    while let Some(token) = tokens.next() {
        let begins_path =
            matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
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

/// Whether `#[async_trait]` has been here.
pub(crate) fn is_async_trait(function: &Function) -> bool {
    let lifetime = |param: &syn::LifetimeParam| param.lifetime.ident == "async_trait";
    function.sig.generics.lifetimes().any(lifetime)
        || function
            .output()
            .to_token_stream()
            .to_string()
            .contains("'async_trait")
}
