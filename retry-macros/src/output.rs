//! The declared return type, in the places where the expansion repeats it.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Token, Type, TypeInfer, TypeParamBound};

/// The type with `_` for each `impl Trait`, which may be written in a signature only.
pub(crate) fn without_impl_trait(output: &Type) -> Type {
    let mut output = output.clone();
    erase(&mut output);
    output
}

fn erase(ty: &mut Type) {
    match ty {
        Type::ImplTrait(opaque) => {
            // The template's hygiene: no lint asks the user to spell this `_` out.
            let span = opaque.span().resolved_at(Span::mixed_site());
            *ty = Type::Infer(TypeInfer {
                attrs: Vec::new(),
                underscore_token: Token![_](span),
            });
        }
        Type::Array(array) => erase(&mut array.elem),
        Type::Group(group) => erase(&mut group.elem),
        Type::Paren(paren) => erase(&mut paren.elem),
        Type::Ptr(pointer) => erase(&mut pointer.elem),
        Type::Reference(reference) => erase(&mut reference.elem),
        Type::Slice(slice) => erase(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(erase),
        Type::Path(path) => path
            .path
            .segments
            .iter_mut()
            .for_each(|segment| erase_arguments(&mut segment.arguments)),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    let segments = bound.path.segments.iter_mut();
                    segments.for_each(|segment| erase_arguments(&mut segment.arguments));
                }
            }
        }
        _ => {}
    }
}

fn erase_arguments(arguments: &mut PathArguments) {
    if let PathArguments::AngleBracketed(arguments) = arguments {
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Type(ty) => erase(ty),
                GenericArgument::AssocType(assoc) => erase(&mut assoc.ty),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens as _;

    #[test]
    fn impl_trait_becomes_an_underscore_wherever_it_may_stand() {
        let table = [
            ("impl Iterator<Item = u8> + '_", "_"),
            (
                "Result<impl Fn(u8) -> u8, Box<dyn Error>>",
                "Result<_, Box<dyn Error>>",
            ),
            ("(impl A, &'a [impl B; 3])", "(_, &'a [_; 3])"),
            (
                "Result<Box<dyn Iterator<Item = impl Display> + 'a>, E>",
                "Result<Box<dyn Iterator<Item = _> + 'a>, E>",
            ),
            ("Result<u8, E>", "Result<u8, E>"),
        ];
        for (declared, repeated) in table {
            let declared: Type = syn::parse_str(declared).unwrap();
            let repeated: Type = syn::parse_str(repeated).unwrap();
            assert_eq!(
                without_impl_trait(&declared).to_token_stream().to_string(),
                repeated.to_token_stream().to_string()
            );
        }
    }
}
