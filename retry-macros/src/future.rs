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
//! A body of the user's own that ends in `async { .. }` or `Box::pin(async { .. })` is treated alike.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
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
}

/// The block that is to be repeated.
pub(crate) struct Repeated<'a> {
    pub(crate) block: &'a mut Block,
    /// What the block's arguments are bound by, where not in the signature.
    pub(crate) patterns: Option<Vec<&'a mut Pat>>,
}

/// The repeated block of a function that gives back a future; `None` for one that gives back anything else.
pub(crate) fn find(function: &Function, errors: &mut Errors) -> Option<FutureBody> {
    let output = future_output(&function.output())?;
    let stmts = Block::parse_within.parse2(function.body.clone()).ok();
    let found = stmts.and_then(|stmts| {
        let mut body = FutureBody { stmts, output };
        if let Some(declared) = body.declared_output() {
            body.output = declared;
        }
        body.repeated().is_some().then_some(body)
    });
    if found.is_none() {
        errors.at(
            function.output().span(),
            "this function gives back a future that cannot be made anew: write an `async fn`, or end the body in `async move { .. }` or `Box::pin(async move { .. })`",
        );
    }
    found
}

impl FutureBody {
    pub(crate) fn output(&self) -> Type {
        self.output.clone()
    }

    pub(crate) fn repeated(&mut self) -> Option<Repeated<'_>> {
        let Some(Stmt::Expr(last, None)) = self.stmts.last_mut() else {
            return None;
        };
        let block = async_block(last)?;
        if !block.stmts.iter().any(|stmt| declares_ret(stmt).is_some()) {
            return Some(Repeated {
                block,
                patterns: None,
            });
        }
        let mut patterns = Vec::new();
        for stmt in &mut block.stmts {
            let is_ret = declares_ret(stmt).is_some();
            let Stmt::Local(local) = stmt else { continue };
            let init = local.init.as_mut().map(|init| &mut *init.expr);
            match (is_ret, init) {
                (true, Some(Expr::Block(block))) => {
                    let block = &mut block.block;
                    return Some(Repeated {
                        block,
                        patterns: Some(patterns),
                    });
                }
                _ if !binds_self(&local.pat) => patterns.push(&mut local.pat),
                _ => {}
            }
        }
        None
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        let stmts = self.stmts;
        quote!(#(#stmts)*)
    }

    fn declared_output(&mut self) -> Option<Type> {
        let Some(Stmt::Expr(last, None)) = self.stmts.last_mut() else {
            return None;
        };
        async_block(last)?
            .stmts
            .iter()
            .find_map(declares_ret)
            .cloned()
    }
}

/// The block in `async { .. }` or `Box::pin(async { .. })`.
fn async_block(expr: &mut Expr) -> Option<&mut Block> {
    match expr {
        Expr::Async(block) => Some(&mut block.block),
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
            match call.args.first_mut()? {
                Expr::Async(block) => Some(&mut block.block),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The type in `let __ret: T = ..`.
fn declares_ret(stmt: &Stmt) -> Option<&Type> {
    let Stmt::Local(local) = stmt else {
        return None;
    };
    let Pat::Type(typed) = &local.pat else {
        return None;
    };
    match &*typed.pat {
        Pat::Ident(name) if name.ident == "__ret" => Some(&typed.ty),
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

fn type_arguments(all: &PathArguments) -> impl Iterator<Item = &Type> {
    arguments(all).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `self` in the arguments of the attribute, where `#[async_trait]` has moved it to `__self`.
pub(crate) fn rename_self(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "self" => Ident::new("__self", ident.span()).into(),
            TokenTree::Group(group) => {
                let mut renamed = Group::new(group.delimiter(), rename_self(group.stream()));
                renamed.set_span(group.span());
                renamed.into()
            }
            token => token,
        })
        .collect()
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
