//! The attribute: every shape of function, every argument, every pitfall.
#![expect(
    clippy::items_after_statements,
    reason = "a test holds the functions that it is about"
)]

mod arguments;
mod attributes;
mod control_flow;
mod hygiene;
mod patterns;
mod receivers;
mod send;
mod shapes;
mod size;
mod traits;
mod types;
