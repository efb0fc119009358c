//! The layers of which a [`Retry`](crate::Retry) is made: their names, for those who keep one in a field.
//!
//! `Retry<P, C, N, B, T, S>` is a policy, who classifies, who is notified of retries, the other behaviour (the layer that
//! was attached last stands outermost), the timer, and the signal that stops it. What was not said has a default, so only
//! what comes before the last thing said has to be written. A closure has no name: write it as a function,
//! `rule as fn(&Error) -> bool`, or as a `dyn Classify`.
//!
//! ```
//! use retry_core::layers::{Budgeted, Plain, Quiet, Said};
//! use retry_core::{Budget, Classify, Policy, Retry};
//! use std::sync::Arc;
//!
//! type Rule = Arc<dyn Classify<Result<u8, u16>> + Send + Sync>;
//!
//! #[derive(Clone)]
//! struct Client {
//!     retry: Retry<Policy, Said<Rule>, Quiet, Budgeted<Plain, Arc<Budget>>>,
//! }
//!
//! let rule: Rule = Arc::new(|outcome: &Result<u8, u16>| *outcome == Err(503));
//! let retry = Policy::new().classify(rule).budget(Arc::new(Budget::new(0.1)));
//! let client = Client { retry };
//! assert_eq!(client.retry.clone().retry_blocking(|| Err(404)), Err(404));
//! ```

pub use crate::call::behaviour::{Behaviour, HeldBack, Plain};
pub use crate::call::budgeted::Budgeted;
pub use crate::call::cooled::Cooled;
pub use crate::call::cooling::{Cooling, MayCool, NoWait, Unheld};
pub use crate::call::guarded::{Admitted, Guarded};
pub use crate::call::judge::{ByAttempt, ByRef, Judge, OnError, Said, Unsaid};
pub use crate::call::layers::{Limited, Named, Nested, Seeded, WaitWith};
pub use crate::call::limit::{After, AttemptLimit, Deadline, NoLimit, Within};
pub use crate::call::notify::{History, Notify, OnRetry, OnRetryErr, Quiet};
pub use crate::call::observe::Observed;
pub use crate::call::signal::{Never, Signal, StopOn};
pub use crate::drive::run::Expressible;
pub use crate::story::error::CanSay;
pub use crate::time::timer::{Clock, RuntimeTimer};
