//! Which HTTP failures are worth another attempt, when, and how to make one.
//!
//! Two pure functions decide: [`Classifier::response`] over method, status, headers and time, and
//! [`Classifier::error`] over any chain of errors. Everything else brings a client's types to them.
//!
//! # One line for each kind of user
//!
//! A call that may run twice:
//!
//! ```no_run
//! use retry_core::retry;
//! use retry_http::{ResponseExt, reqwest};
//!
//! #[retry(max_attempts = 3, exp_multiplier_ms = 1000, when = retry_http::transient)]
//! async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, retry_http::Error> {
//!     Ok(client.get(url).send().await?.check().await?.text().await?)
//! }
//! ```
//!
//! One that must not, and is repeated only where the server did not act on it:
//!
//! ```no_run
//! # use retry_core::retry;
//! # use retry_http::{ResponseExt, reqwest};
//! #[retry(when = retry_http::unprocessed)]
//! async fn order(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, retry_http::Error> {
//!     client.post(url).body("one of these").send().await?.check().await
//! }
//! ```
//!
//! One that the server recognises by a key: [`keyed`] with an [`IdempotencyKey`].
//!
//! A request with a policy, without a function around it; here the method decides:
//!
//! ```no_run
//! # async fn run() -> Result<(), retry_http::Error> {
//! # use retry_core::Policy;
//! use retry_http::RequestBuilderExt;
//!
//! # let client = retry_http::reqwest::Client::new();
//! let names: Vec<String> = client.get("http://127.0.0.1:8080/names").send_with(Policy::new()).json().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Every request of a client: [`RetryMiddleware`] for reqwest-middleware, [`RetryLayer`] for tower and hyper-util,
//! [`builtin`] for what reqwest can do by itself. A call of tonic: [`grpc::transient`].
//!
//! Make clients with [`client_builder`]: reqwest's own default is to repeat some requests without a word.
//!
//! # Features
//!
//! | feature | brings |
//! | --- | --- |
//! | `reqwest` (default) | reqwest 0.13, re-exported, without a choice of TLS: for `https` turn on its `rustls` or `native-tls` |
//! | `blocking` | a look into the responses of `reqwest::blocking` |
//! | `middleware` | [`RetryMiddleware`], for reqwest-middleware |
//! | `tower` | [`RetryLayer`], over hyper-util's client, `reqwest::Client` and the like |
//! | `tonic` | [`grpc`], classifiers of tonic's statuses |
//! | `tracing` | a span for each attempt |
//! | `hyper` | a look into the errors of hyper, hyper-util and h2; part of the others |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod cause;
mod classifier;
mod fault;
mod hint;
mod outcome;
mod preset;
mod repeat;
mod status;

#[cfg(feature = "reqwest")]
mod body;
#[cfg(feature = "reqwest")]
mod check;
#[cfg(feature = "reqwest")]
mod client;
#[cfg(feature = "reqwest")]
mod error;
#[cfg(feature = "reqwest")]
mod redirects;
#[cfg(feature = "reqwest")]
mod send;

#[cfg(feature = "middleware")]
mod middleware;

#[cfg(feature = "tower")]
mod layer;
#[cfg(any(feature = "middleware", feature = "tower"))]
mod no_response;

#[cfg(feature = "tonic")]
pub mod grpc;

#[cfg(any(feature = "reqwest", feature = "tower"))]
mod drain;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod key;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod replay;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod reply;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod resend;
#[cfg(any(feature = "reqwest", feature = "tower"))]
mod telemetry;

pub use cause::{Fault, Held, Itself, Local};
pub use classifier::Classifier;
pub use hint::{Hint, Hints, ResetUnit};
pub use outcome::{keyed, transient, unprocessed};

#[cfg(feature = "reqwest")]
pub use body::FreshBody;
#[cfg(feature = "reqwest")]
pub use check::ResponseExt;
#[cfg(feature = "reqwest")]
pub use client::{builtin, client_builder};
#[cfg(feature = "reqwest")]
pub use error::Error;
#[cfg(any(feature = "reqwest", feature = "tower"))]
pub use key::{IdempotencyKey, KeyStyle};
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use send::{RequestBuilderExt, SendWith};

#[cfg(feature = "middleware")]
pub use middleware::RetryMiddleware;

#[cfg(feature = "tower")]
pub use layer::{RetryLayer, RetryService};
#[cfg(any(feature = "middleware", feature = "tower"))]
pub use no_response::NoResponse;
#[cfg(feature = "tower")]
pub use replay::Replay;
#[cfg(feature = "tower")]
pub use reply::Reply;
