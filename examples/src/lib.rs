//! A flaky server.
