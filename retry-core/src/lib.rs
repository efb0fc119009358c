//! Retry with backoff, budgets and circuit breakers.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod attempt;
mod attempts;
mod backoff;
mod behaviour;
mod breaker;
mod budget;
mod builder;
mod call;
mod error;
mod guard;
#[cfg(feature = "serde")]
mod human;
mod jitter;
mod limit;
mod notify;
mod observe;
mod policy;
mod preview;
mod progress;
mod report;
mod run;
mod runner;
mod signal;
mod start;
mod stop;
mod stopwatch;
mod sync;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod test_util;
mod timer;
mod validate;
mod verdict;

pub use attempt::{Attempt, CallId, RetryEvent};
pub use attempts::{Attempts, Position};
pub use breaker::{BreakerState, CircuitBreaker, CircuitOpen, Permit};
pub use budget::Budget;
pub use builder::Retry;
pub use error::{RetryError, TimedOut};
pub use jitter::Jitter;
pub use observe::Observer;
pub use policy::Policy;
pub use preview::Preview;
pub use report::Report;
pub use runner::Runner;
pub use stop::StopReason;
pub use timer::{DefaultTimer, Timer};
pub use validate::InvalidPolicy;
pub use verdict::{Classify, Outcome, Verdict};

#[cfg(feature = "macros")]
pub use retry_macros::retry;
