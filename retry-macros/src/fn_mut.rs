//! Arguments that are `FnMut`: a call changes them, and hardly one can be cloned for each attempt.

use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericParam, Generics, Ident, Pat, PatIdent, Signature, Token, Type, TypeParamBound,
    WherePredicate,
};

use crate::errors::Errors;
use crate::generics::type_arguments;

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Notes each of them that is taken by value; its `mut` is then no second mistake.
///
/// A trait of the user's own may bring the copies that `cloned` asks for: there the compiler says what is missing.
pub(crate) fn reject_by_value(sig: &mut Signature, cloned: &[Ident], errors: &mut Errors) {
    for (binding, kind) in by_value(sig, cloned) {
        binding.mutability = None;
        let name = &binding.ident;
        errors.at(
            name.span(),
            format!("each attempt would need an `{kind}` of its own: take `{name}: &mut impl {kind}(..)`, which all attempts share"),
        );
    }
}

fn by_value<'a>(
    sig: &'a mut Signature,
    cloned: &'a [Ident],
) -> impl Iterator<Item = (&'a mut PatIdent, &'static str)> {
    let generics = &sig.generics;
    sig.inputs.iter_mut().filter_map(|input| {
        let FnArg::Typed(argument) = input else {
            return None;
        };
        let Pat::Ident(name) = &mut *argument.pat else {
            return None;
        };
        let kind = fn_mut(&argument.ty, cloned.contains(&name.ident), generics)?;
        name.by_ref.is_none().then_some((name, kind))
    })
}

fn fn_mut(ty: &Type, cloned: bool, generics: &Generics) -> Option<&'static str> {
    match ty {
        Type::Group(group) => fn_mut(&group.elem, cloned, generics),
        Type::Paren(paren) => fn_mut(&paren.elem, cloned, generics),
        Type::ImplTrait(opaque) => without_copies(&[&opaque.bounds], cloned),
        Type::TraitObject(object) => without_copies(&[&object.bounds], cloned),
        Type::Path(path) => {
            if let Some(name) = path.path.get_ident() {
                return without_copies(&bounds_of(name, generics), cloned);
            }
            let last = path.path.segments.last()?;
            let boxed = type_arguments(&last.arguments).next()?;
            (last.ident == "Box").then(|| fn_mut(boxed, cloned, generics))?
        }
        _ => None,
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

/// Traits that make no copies, nor demand them.
const NO_COPIES: [&str; 5] = ["FnMut", "AsyncFnMut", "Send", "Sync", "Unpin"];

/// The kind of closure, where the bounds make no copies of it.
fn without_copies(all: &[&Bounds], cloned: bool) -> Option<&'static str> {
    let names = || {
        let bounds = all.iter().flat_map(|bounds| bounds.iter());
        bounds.filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| &last.ident),
            _ => None,
        })
    };
    let has = |wanted: &&str| names().any(|name| name == wanted);
    let of_the_user = |name: &Ident| !NO_COPIES.iter().any(|known| name == known);
    if ["Clone", "Copy"].iter().any(has) || (cloned && names().any(of_the_user)) {
        return None;
    }
    ["FnMut", "AsyncFnMut"].into_iter().find(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_that_changes_is_found_wherever_its_bound_stands() {
        let table = [
            ("fn f(op: impl FnMut() -> u8 + Send)", true),
            ("fn f<F: FnMut()>(op: F)", true),
            ("fn f(mut op: impl AsyncFnMut(u8) -> u8)", true),
            ("fn f<F>(op: F) where F: std::ops::FnMut()", true),
            ("fn f(op: Box<dyn FnMut(u8) + '_>)", true),
            ("fn f(op: impl FnMut() + Clone)", false),
            ("fn f<F: Clone>(op: F) where F: FnMut()", false),
            ("fn f<F: FnMut()>(op: &mut F)", false),
            ("fn f(op: impl Fn())", false),
            ("fn f(ref mut op: impl FnMut())", false),
            ("fn f<F: FnMut()>(op: u8)", false),
            ("fn f(own: impl FnMut() + Send)", true),
            ("fn f(own: impl FnMut() + Reusable)", false),
            ("fn f(op: impl FnMut() + Reusable)", true),
        ];
        let cloned = [syn::parse_str("own").unwrap()];
        for (text, found) in table {
            let mut sig: Signature = syn::parse_str(text).unwrap();
            assert_eq!(
                by_value(&mut sig, &cloned).next().is_some(),
                found,
                "{text}"
            );
        }
    }
}
