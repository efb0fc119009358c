//! What stands between the angle brackets of a path.

use syn::{GenericArgument, PathArguments, Type};

pub(crate) fn arguments(arguments: &PathArguments) -> impl Iterator<Item = &GenericArgument> {
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
