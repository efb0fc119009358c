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

// From the top down: each folder imports only from those below it, and `tests/tests/rooms.rs` holds that.

/// What a client's user meets: methods, a middleware, a layer. No rules.
mod adapt {
    #[cfg(any(feature = "middleware", feature = "tower"))]
    pub(crate) mod adapter;
    #[cfg(feature = "reqwest")]
    pub(crate) mod check;
    #[cfg(feature = "reqwest")]
    pub(crate) mod client;
    #[cfg(feature = "tower")]
    pub(crate) mod layer;
    #[cfg(feature = "middleware")]
    pub(crate) mod middleware;
    #[cfg(any(feature = "middleware", feature = "tower"))]
    pub(crate) mod no_response;
    #[cfg(feature = "_adapter")]
    pub(crate) mod per_host;
    #[cfg(feature = "reqwest")]
    pub(crate) mod send;
}

/// One request, sent several times: its body, its key, its responses, its spans. No rules.
#[cfg(feature = "_adapter")]
mod resend {
    #[cfg(feature = "reqwest")]
    pub(crate) mod body;
    pub(crate) mod call;
    pub(crate) mod drain;
    #[cfg(feature = "reqwest")]
    pub(crate) mod gather;
    pub(crate) mod key;
    pub(crate) mod replay;
    pub(crate) mod reply;
    pub(crate) mod telemetry;
}

/// What follows from an outcome: the verdict. Pure.
mod judge {
    pub(crate) mod classifier;
    #[cfg(feature = "tonic")]
    pub mod grpc;
    pub(crate) mod outcome;
    pub(crate) mod preset;
}

/// What an outcome shows. Pure, but for the redirects that are remembered.
mod facts {
    pub(crate) mod answer;
    #[cfg(feature = "reqwest")]
    pub(crate) mod error;
    pub(crate) mod fault;
    #[cfg(feature = "tonic")]
    pub(crate) mod grpc;
    pub(crate) mod hint;
    #[cfg(feature = "reqwest")]
    pub(crate) mod redirects;
    pub(crate) mod repeat;
    pub(crate) mod response;
    #[cfg(feature = "reqwest")]
    pub(crate) mod secrets;
    pub(crate) mod status;
}

pub use facts::fault::{Fault, Held, Itself, Local, Told};
pub use facts::hint::Hint;
pub use facts::hint::headers::Hints;
pub use facts::hint::rate_limit::ResetUnit;
pub use judge::classifier::Classifier;
#[cfg(feature = "tonic")]
pub use judge::grpc;
pub use judge::outcome::{keyed, transient, unprocessed};

#[cfg(feature = "_adapter")]
pub use adapt::per_host::{HostGuards, OfHost, OverHosts, PerHost};
#[cfg(feature = "_adapter")]
pub use resend::key::{IdempotencyKey, KeyStyle};

#[cfg(feature = "reqwest")]
pub use adapt::check::ResponseExt;
#[cfg(feature = "reqwest")]
pub use adapt::client::{builtin, client_builder};
#[cfg(feature = "reqwest")]
pub use adapt::send::{RequestBuilderExt, SendWith};
#[cfg(feature = "reqwest")]
pub use facts::error::Error;
#[cfg(feature = "reqwest")]
pub use reqwest;
#[cfg(feature = "reqwest")]
pub use resend::body::FreshBody;

#[cfg(any(feature = "middleware", feature = "tower"))]
pub use adapt::adapter::Adapter;
#[cfg(feature = "middleware")]
pub use adapt::middleware::RetryMiddleware;
#[cfg(any(feature = "middleware", feature = "tower"))]
pub use adapt::no_response::NoResponse;

#[cfg(feature = "tower")]
pub use adapt::layer::{RetryLayer, RetryService};
#[cfg(feature = "tower")]
pub use resend::replay::Replay;
#[cfg(feature = "tower")]
pub use resend::reply::Reply;
