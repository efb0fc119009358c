//! The Rust blocks of the README, of MIGRATING.md and of the guide, as tests.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../MIGRATING.md")]
mod migrating {}

#[cfg(doctest)]
#[doc = include_str!("reqwest.md")]
mod with_reqwest {}

#[cfg(doctest)]
#[doc = include_str!("download.md")]
mod download {}

#[cfg(doctest)]
#[doc = include_str!("adapters.md")]
mod adapters {}

#[cfg(doctest)]
#[doc = include_str!("once.md")]
mod once {}

#[cfg(doctest)]
#[doc = include_str!("blocking.md")]
mod blocking {}

#[cfg(doctest)]
#[doc = include_str!("tasks.md")]
mod tasks {}

#[cfg(doctest)]
#[doc = include_str!("durable.md")]
mod durable {}

#[cfg(doctest)]
#[doc = include_str!("database.md")]
mod database {}

#[cfg(doctest)]
#[doc = include_str!("library.md")]
mod library {}

#[cfg(doctest)]
#[doc = include_str!("keep.md")]
mod kept {}

#[cfg(doctest)]
#[doc = include_str!("configuration.md")]
mod configuration {}

#[cfg(doctest)]
#[doc = include_str!("protect.md")]
mod protect {}

#[cfg(doctest)]
#[doc = include_str!("observe.md")]
mod observe {}

#[cfg(doctest)]
#[doc = include_str!("testing.md")]
mod testing {}

#[cfg(doctest)]
#[doc = include_str!("not.md")]
mod when_not {}

#[cfg(doctest)]
#[doc = include_str!("storm.md")]
mod storm {}
