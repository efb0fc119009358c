//! `chain`: an error and what is below it, also where `source()` skips it.

use core::error::Error;
use std::io;

/// A chain that is longer than this is taken to have no end.
const DEPTH: usize = 64;

/// `error` and what is below it.
///
/// An `io::Error` skips its own payload in `source()`, and a rustls error sits in such a payload.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    core::iter::successors(Some(error), |error| below(*error)).take(DEPTH)
}

fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    // Transparent, so its own `source()` skips the very error that has the flags.
    #[cfg(feature = "middleware")]
    match error.downcast_ref() {
        Some(reqwest_middleware::Error::Reqwest(error)) => return Some(error),
        Some(reqwest_middleware::Error::Middleware(error)) => return Some(error.as_ref()),
        None => {}
    }
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(payload) => Some(payload),
        None => error.source(),
    }
}
