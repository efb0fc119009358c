//! Retry with backoff, budgets and circuit breakers.

mod attempts;
mod backoff;
mod jitter;
mod policy;
mod validate;
mod verdict;

pub use attempts::{Attempts, Position, StopReason};
pub use jitter::Jitter;
pub use policy::Policy;
pub use validate::InvalidPolicy;
pub use verdict::{Classify, Outcome, Verdict};
