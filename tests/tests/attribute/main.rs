//! The attribute: every shape of function, every argument, every pitfall.
#![expect(
    clippy::items_after_statements,
    clippy::multiple_bound_locations,
    clippy::trivially_copy_pass_by_ref,
    reason = "a test holds the functions that it is about, and they are there to be odd"
)]

mod arguments;
mod attributes;
mod constants;
mod control_flow;
mod futures;
mod hygiene;
mod patterns;
mod receivers;
mod send;
mod shapes;
mod size;
mod traits;
mod types;
