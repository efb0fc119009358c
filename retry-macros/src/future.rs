//! Functions that are not `async` and give back a future.
//!
//! A body that is one `async { .. }` or `Box::pin(async { .. })` is repeated from its first statement on; of what
//! `#[async_trait]` has written, the user's body alone.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Block, Expr, GenericArgument, Pat, PathSegment, Stmt, Token, Type, TypeParamBound};

use crate::async_trait::{binds_self, declares_ret, is_async_trait};
use crate::errors::Errors;
use crate::function::Function;
use crate::generics::{arguments, type_arguments};

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
    let Some(output) = future_output(&declared) else {
        if let Some(at) = future_within(&declared) {
            errors.at(
                at,
                "this future would run once, after the last attempt: make the function an `async fn` that awaits it, or give back the future itself",
            );
        }
        return None;
    };
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

/// Where a future stands inside another type; what a closure gives back is made anew by each call of it.
fn future_within(ty: &Type) -> Option<Span> {
    match ty {
        Type::Array(array) => future_within(&array.elem),
        Type::Group(group) => future_within(&group.elem),
        Type::ImplTrait(opaque) => future_in_bounds(&opaque.bounds),
        Type::Paren(paren) => future_within(&paren.elem),
        Type::Path(path) => path.path.segments.iter().find_map(future_in_segment),
        Type::Reference(reference) => future_within(&reference.elem),
        Type::Slice(slice) => future_within(&slice.elem),
        Type::TraitObject(object) => future_in_bounds(&object.bounds),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(future_within),
        _ => None,
    }
}

fn future_in_bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<Span> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.iter().find_map(future_in_segment),
        _ => None,
    })
}

fn future_in_segment(segment: &PathSegment) -> Option<Span> {
    let names = ["Future", "BoxFuture", "LocalBoxFuture"];
    if names.iter().any(|name| segment.ident == name) {
        return Some(segment.ident.span());
    }
    arguments(&segment.arguments).find_map(|argument| match argument {
        GenericArgument::Type(ty) => future_within(ty),
        GenericArgument::AssocType(assoc) => future_within(&assoc.ty),
        _ => None,
    })
}
