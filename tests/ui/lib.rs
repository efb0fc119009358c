//! Messages of the compiler: see `tests/messages.rs`.
