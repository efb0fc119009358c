//! Retry with backoff, budgets and circuit breakers: one attribute, or one policy.
//!
//! ```
//! use retry_core::retry;
//!
//! #[retry(max_attempts = 3, exp_multiplier_ms = 10)]
//! async fn read(path: &str) -> std::io::Result<String> {
//!     tokio::fs::read_to_string(path).await
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! assert!(read("/no/such/file").await.is_err()); // after three attempts
//! # }
//! ```
//!
//! The attribute turns the function into a loop that is as small as one written by hand. Library authors, and whoever
//! decides at run time, use the [`Policy`] itself:
//!
//! ```
//! use retry_core::Policy;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! const POLICY: Policy = Policy::new().max_attempts(3).exp_multiplier(Duration::from_millis(10));
//! let outcome = POLICY.retry(async || tokio::fs::read("/no/such/file").await).await;
//! assert!(outcome.is_err());
//! # }
//! ```
//!
//! # Pick a policy
//!
//! [`Policy::new`] is a good one: 3 attempts, exponential backoff from 100 ms up to 20 s, full jitter. Print
//! [`policy.preview()`](Policy::preview) to see what another one means, and assert
//! [`policy.worst_wait()`](Policy::worst_wait) against your deadline at compile time. With the feature `serde` a policy is
//! read from a file, in the same words:
//!
//! ```
//! # #[cfg(feature = "serde")] {
//! use retry_core::Policy;
//!
//! let policy: Policy = toml::from_str(r#"
//!     max_attempts = 5
//!     exp_multiplier = "250ms"
//!     max_elapsed = "1m 30s"
//!     jitter = "equal"
//! "#)?;
//! assert_eq!(policy.max_attempts(5), policy);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Say what is worth another attempt
//!
//! Unless told otherwise, every `Err` and every `None` is retried. Nothing here looks inside an error: name a
//! classifier that knows yours, with `when` (the whole outcome), `when_err` (the error) or a type that implements
//! [`Classify`]. For HTTP, `retry_http::transient` is one.
//!
//! ```
//! use retry_core::{Policy, Verdict};
//! use std::io::{Error, ErrorKind};
//!
//! let policy = Policy::new().fixed(std::time::Duration::ZERO);
//! let mut attempts = 0;
//! let outcome = policy
//!     .when_err(|error: &Error| match error.kind() {
//!         ErrorKind::NotFound | ErrorKind::PermissionDenied => Verdict::Permanent,
//!         _ => Verdict::Retry,
//!     })
//!     .retry_blocking(|| {
//!         attempts += 1;
//!         std::fs::read("/no/such/file")
//!     });
//! assert!(outcome.is_err());
//! assert_eq!(attempts, 1);
//! ```
//!
//! # Protect the server
//!
//! Backoff spreads a burst; it does not lower the load of many independent clients. A [`Budget`] does: it bounds retries
//! to a share of calls. A [`CircuitBreaker`] stops calling a server that is down. A [`Cooldown`] lets all calls keep the pause
//! that one of them was asked for. They are built in a `static`, and come back into balance when a call's future is dropped. A
//! [`hedge`](Retry::hedge) is for answers that are slow, not failed.
//!
//! ```
//! use retry_core::{Budget, Policy, StopReason};
//!
//! static BUDGET: Budget = Budget::new(0.1).reserve(1);
//!
//! let policy = Policy::new().fixed(std::time::Duration::ZERO);
//! let (outcome, report) = policy.budget(&BUDGET).report_blocking(|| Err::<(), _>("overloaded"));
//! assert_eq!(outcome, Err("overloaded"));
//! assert_eq!((report.attempts(), report.stop_reason()), (2, StopReason::BudgetExhausted));
//! ```
//!
//! # Know what happened
//!
//! [`on_retry`](Retry::on_retry) sees each failed outcome and the delay that follows. [`report`](Retry::report) tells
//! attempts, time and the reason of the end, on success too. `wrap_error` in the attribute, or
//! [`Report::wrap_error`], puts the same into a [`RetryError`]. An [`Observer`] is told of every attempt. The feature
//! `tracing` emits one event a retry and a warning when a call gives up; the feature `metrics` counts calls by operation
//! and stop reason (`retry_calls_total`, `retry_retries_total`, `retry_attempts`, `retry_delay_seconds`).
//!
//! # Test it
//!
//! tokio's paused clock works as it is. The feature `test-util` adds a manual clock, scripted outcomes and a switch that
//! turns the waits of a whole test off. [`seed`](Retry::seed) makes delays repeatable.
//!
//! # When not to retry
//!
//! - Something that must not happen twice, unless the other side recognises the repetition by a key.
//! - A failure that stays: a bad request, a missing file, a rejected certificate. Classify it as permanent.
//! - In several layers at once: three attempts in each of three layers are 27.
//! - Where a person waits: prefer one attempt with a clear error to a minute of silence.
//!
//! # Words
//!
//! | word | means |
//! | --- | --- |
//! | operation | what is repeated: a function body, a closure, a request |
//! | attempt | one run of the operation, or one race of it with its hedges; the first is attempt 1 |
//! | retry | any attempt after the first |
//! | outcome | what an attempt produced, whole: the `Result`, the `Option`, any value |
//! | verdict | what a classifier says of an outcome |
//! | hint | a delay that the other side asked for |
//! | backoff | the rule that gives the base delay after attempt n |
//! | jitter | the random part of a delay |
//! | delay | the wait between two attempts, after cap, jitter and hint |
//! | policy | attempts, backoff, jitter and limits together: plain data |
//! | budget | a token bucket that many calls share and that bounds retries to a share of calls |
//! | breaker | a circuit breaker: open, half-open, closed |
//! | cooldown | a pause that one call's hint imposes on every call that shares it |
//! | guard | a budget, a breaker, a cooldown |
//! | hedge | a second run of a slow operation beside the first |
//! | stop reason | why no further attempt was made |
//!
//! # Features
//!
//! | feature | default | gives |
//! | --- | --- | --- |
//! | `macros` | yes | the attribute |
//! | `tokio` | yes | waits on tokio's timer |
//! | `smol` | | waits on the timer of smol's reactor; with `tokio` too, only outside a tokio runtime |
//! | `serde` | | policies, budgets, breakers and positions as configuration |
//! | `tracing` | | events |
//! | `metrics` | | counters and histograms |
//! | `nested` | | a call inside an attempt of another one makes one attempt, see [`Retry::nested`] |
//! | `test-util` | | time, outcomes and a switch for tests |
//!
//! Without a timer feature, name a [`Timer`] of your own with `timer`, or use the blocking methods. The minimum Rust is 1.85.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![allow(clippy::inline_always, reason = "see decide/progress.rs")]
#![allow(
    clippy::module_inception,
    reason = "a folder is named after what it is about, and so is its first file"
)]

// From the top down: each folder imports only from those below it, and `tests/tests/rooms.rs` holds that.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod layers;
pub mod race;
#[cfg(feature = "test-util")]
pub mod test_util;

/// Loops, and what starts them.
mod drive {
    pub(crate) mod bare;
    mod blocking;
    pub(crate) mod builder;
    mod drive;
    mod guards;
    pub(crate) mod hedge;
    mod hedged;
    mod lapse;
    mod permits;
    mod race;
    pub(crate) mod retries;
    pub(crate) mod run;
    mod told;
}

/// One call and its layers, those of the guards too.
mod call {
    pub(crate) mod behaviour;
    pub(crate) mod bounds;
    pub(crate) mod budgeted;
    pub(crate) mod call;
    pub(crate) mod cooled;
    pub(crate) mod cooling;
    pub(crate) mod finished;
    pub(crate) mod guarded;
    mod hold;
    pub(crate) mod judge;
    pub(crate) mod layers;
    pub(crate) mod limit;
    pub(crate) mod nesting;
    pub(crate) mod notify;
    pub(crate) mod observe;
    pub(crate) mod signal;
    pub(crate) mod stopwatch;
    pub(crate) mod terms;
}

/// What is told afterwards.
mod story {
    pub(crate) mod attempt;
    pub(crate) mod error;
    pub(crate) mod event;
    pub(crate) mod report;
    pub(crate) mod telemetry;
}

/// Clocks and sleeping.
mod time {
    pub(crate) mod timer;
    pub(crate) mod wait;
}

/// What calls share: usable by hand, know no call.
mod guard {
    pub(crate) mod breaker;
    pub(crate) mod budget;
    pub(crate) mod cooldown;
    pub(crate) mod latency;
    pub(crate) mod rejected;
    pub(crate) mod share;
    mod slices;
    pub(crate) mod sync;
}

/// What follows an attempt: pure.
mod decide {
    pub(crate) mod attempts;
    pub(crate) mod cooling;
    pub(crate) mod delay;
    pub(crate) mod full;
    #[cfg(feature = "test-util")]
    pub(crate) mod hurry;
    pub(crate) mod next;
    pub(crate) mod position;
    pub(crate) mod progress;
    pub(crate) mod race;
    pub(crate) mod stop;
    pub(crate) mod usual;
    pub(crate) mod verdict;
    pub(crate) mod way;
}

/// Plain data.
mod policy {
    mod asked;
    pub(crate) mod backoff;
    #[cfg(feature = "serde")]
    pub(crate) mod config;
    pub(crate) mod display;
    pub(crate) mod duration;
    #[cfg(feature = "serde")]
    pub(crate) mod human;
    pub(crate) mod jitter;
    pub(crate) mod nanos;
    pub(crate) mod parse;
    pub(crate) mod policy;
    pub(crate) mod preview;
    pub(crate) mod random;
    pub(crate) mod rule;
    pub(crate) mod said;
    pub(crate) mod validate;
}

pub use call::limit::out_of_time;
pub use call::observe::Observer;
pub use decide::attempts::Attempts;
pub use decide::position::Position;
pub use decide::stop::StopReason;
pub use decide::verdict::{Classify, Outcome, Verdict};
pub use drive::builder::Retry;
pub use drive::hedge::{Hedge, Hedged};
pub use drive::retries::{Guards, Retries};
pub use guard::breaker::{BreakerState, CircuitBreaker, Permit};
pub use guard::budget::Budget;
pub use guard::cooldown::Cooldown;
pub use guard::latency::Latency;
pub use guard::rejected::{Guard, Rejected};
pub use guard::share::Share;
pub use policy::jitter::Jitter;
pub use policy::parse::ParsePolicyError;
pub use policy::policy::Policy;
pub use policy::preview::{Preview, PreviewRow};
pub use policy::validate::InvalidSetting;
pub use story::attempt::{Attempt, CallId, RetryEvent};
pub use story::error::{RetryError, TimedOut};
pub use story::event::Event;
pub use story::report::Report;
pub use time::timer::{DefaultTimer, Timer};

#[cfg(feature = "macros")]
pub use retry_macros::retry;
