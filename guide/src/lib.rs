//! The Rust blocks of the README and of MIGRATING.md, as tests.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../MIGRATING.md")]
mod migrating {}
