//! Waits, stops and whole calls, as two Python libraries make them.

mod executor;
mod retrying;
mod schedule;
mod tenacity;
