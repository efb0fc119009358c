//! Never twice: what must not run twice does not, and what cannot run twice is a call like any other.

#[path = "../http_wire/mod.rs"]
mod http_wire;

mod bodies;
mod drains;
mod keys;
mod redirects;
mod timeouts;
