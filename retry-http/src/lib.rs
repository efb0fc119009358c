//! Which HTTP failures are worth another attempt, when, and how to make one.
//!
//! Two pure functions decide: [`Classifier::response`] over method, status, headers and time, and
//! [`Classifier::error`] over any chain of errors. Everything else brings a client's types to them.
//!
//! ```no_run
//! # async fn run() -> Result<(), retry_http::Error> {
//! use retry_core::retry;
//! use retry_http::{ResponseExt, reqwest};
//!
//! #[retry(max_attempts = 3, exp_multiplier_ms = 1000, when = retry_http::transient)]
//! async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, retry_http::Error> {
//!     Ok(client.get(url).send().await?.check().await?.text().await?)
//! }
//! # fetch(&reqwest::Client::new(), "http://127.0.0.1").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `reqwest` (default): reqwest 0.13, re-exported, without a choice of TLS. `hyper`: looks into the errors of hyper,
//! hyper-util and h2; part of `reqwest`.

mod classifier;
mod fault;
mod hint;
mod outcome;
mod preset;
mod status;

#[cfg(feature = "reqwest")]
mod check;
#[cfg(feature = "reqwest")]
mod drain;
#[cfg(feature = "reqwest")]
mod error;

pub use classifier::Classifier;
pub use hint::{Hint, Hints, ResetUnit};
pub use outcome::{Failure, keyed, transient, unprocessed};

#[cfg(feature = "reqwest")]
pub use check::ResponseExt;
#[cfg(feature = "reqwest")]
pub use error::Error;
#[cfg(feature = "reqwest")]
pub use reqwest;
