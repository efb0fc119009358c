//! Retry with backoff, budgets and circuit breakers.

mod verdict;

pub use verdict::{Classify, Outcome, Verdict};
