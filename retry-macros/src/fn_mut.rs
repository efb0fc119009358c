//! Arguments that are `FnMut`: a call changes them, and hardly one can be cloned for each attempt.

use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericParam, Generics, Ident, Pat, PatIdent, Signature, Token, Type, TypeParamBound,
    WherePredicate,
};

use crate::errors::Errors;
use crate::future::type_arguments;

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Notes each of them that is taken by value; its `mut` is then no second mistake.
pub(crate) fn reject_by_value(sig: &mut Signature, errors: &mut Errors) {
    for binding in by_value(sig) {
        binding.mutability = None;
        let name = &binding.ident;
        errors.at(
            name.span(),
            format!("each attempt would need an `FnMut` of its own: take `{name}: &mut impl FnMut(..)`, which all attempts share"),
        );
    }
}

fn by_value(sig: &mut Signature) -> impl Iterator<Item = &mut PatIdent> {
    let generics = &sig.generics;
    sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(argument) if is_fn_mut(&argument.ty, generics) => match &mut *argument.pat {
            Pat::Ident(name) if name.by_ref.is_none() => Some(name),
            _ => None,
        },
        _ => None,
    })
}

fn is_fn_mut(ty: &Type, generics: &Generics) -> bool {
    match ty {
        Type::Group(group) => is_fn_mut(&group.elem, generics),
        Type::Paren(paren) => is_fn_mut(&paren.elem, generics),
        Type::ImplTrait(opaque) => only_fn_mut(&[&opaque.bounds]),
        Type::TraitObject(object) => only_fn_mut(&[&object.bounds]),
        Type::Path(path) => match path.path.get_ident() {
            Some(name) => only_fn_mut(&bounds_of(name, generics)),
            None => path.path.segments.last().is_some_and(|last| {
                let boxed = type_arguments(&last.arguments).next();
                last.ident == "Box" && boxed.is_some_and(|ty| is_fn_mut(ty, generics))
            }),
        },
        _ => false,
    }
}

fn bounds_of<'a>(name: &Ident, generics: &'a Generics) -> Vec<&'a Bounds> {
    let declared = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) if param.ident == *name => Some(&param.bounds),
        _ => None,
    });
    let clauses = generics.where_clause.iter().flat_map(|all| &all.predicates);
    let demanded = clauses.filter_map(|clause| match clause {
        WherePredicate::Type(clause) => match &clause.bounded_ty {
            Type::Path(path) if path.path.is_ident(name) => Some(&clause.bounds),
            _ => None,
        },
        _ => None,
    });
    declared.chain(demanded).collect()
}

fn only_fn_mut(all: &[&Bounds]) -> bool {
    let has = |wanted: &str| {
        all.iter()
            .flat_map(|bounds| bounds.iter())
            .any(|bound| match bound {
                TypeParamBound::Trait(bound) => {
                    let last = bound.path.segments.last();
                    last.is_some_and(|last| last.ident == wanted)
                }
                _ => false,
            })
    };
    has("FnMut") && !has("Clone") && !has("Copy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_that_changes_is_found_wherever_its_bound_stands() {
        let table = [
            ("fn f(op: impl FnMut() -> u8 + Send)", true),
            ("fn f<F: FnMut()>(op: F)", true),
            ("fn f<F>(op: F) where F: std::ops::FnMut()", true),
            ("fn f(op: Box<dyn FnMut(u8) + '_>)", true),
            ("fn f(op: impl FnMut() + Clone)", false),
            ("fn f<F: Clone>(op: F) where F: FnMut()", false),
            ("fn f<F: FnMut()>(op: &mut F)", false),
            ("fn f(op: impl Fn())", false),
            ("fn f(ref mut op: impl FnMut())", false),
            ("fn f<F: FnMut()>(op: u8)", false),
        ];
        for (text, found) in table {
            let mut sig: Signature = syn::parse_str(text).unwrap();
            assert_eq!(by_value(&mut sig).next().is_some(), found, "{text}");
        }
    }
}
