//! HTTP.
mod classifier;
mod fault;
mod hint;
mod outcome;
mod preset;
mod status;

#[cfg(feature = "reqwest")]
mod check;
#[cfg(feature = "reqwest")]
mod drain;
#[cfg(feature = "reqwest")]
mod error;

pub use classifier::Classifier;
pub use hint::{Hint, Hints, ResetUnit};
pub use outcome::{Failure, keyed, transient, unprocessed};

#[cfg(feature = "reqwest")]
pub use check::ResponseExt;
#[cfg(feature = "reqwest")]
pub use error::Error;
#[cfg(feature = "reqwest")]
pub use reqwest;
