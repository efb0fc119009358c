//! Retry with backoff, budgets and circuit breakers.

mod attempts;
mod backoff;
mod breaker;
mod budget;
mod jitter;
mod policy;
mod sync;
mod validate;
mod verdict;

pub use attempts::{Attempts, Position, StopReason};
pub use breaker::{BreakerState, CircuitBreaker, CircuitOpen, Permit};
pub use budget::Budget;
pub use jitter::Jitter;
pub use policy::Policy;
pub use validate::InvalidPolicy;
pub use verdict::{Classify, Outcome, Verdict};
