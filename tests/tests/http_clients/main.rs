//! Other people's clients, errors and timeouts: each is retried, or does not compile.

#[path = "../http_wire/mod.rs"]
mod http_wire;

mod responses;
mod timeouts;
