//! Classifiers for tonic: what a `Status` says, and what is below it.
//!
//! ```no_run
//! use retry_core::retry;
//! use tonic::{Response, Status};
//! # #[derive(Clone)] struct Client;
//! # impl Client { async fn say_hello(&mut self, name: String) -> Result<Response<String>, Status> { todo!() } }
//!
//! #[retry(max_attempts = 4, when = retry_http::grpc::transient)]
//! async fn hello(client: &mut Client, name: &str) -> Result<Response<String>, Status> {
//!     client.say_hello(name.to_owned()).await
//! }
//! ```

use retry_core::Verdict;

use crate::facts::fault::Fault;
use crate::judge::classifier::Classifier;

/// For calls that may be repeated: `UNAVAILABLE`, `RESOURCE_EXHAUSTED` with a delay, and every transient fault of the
/// transport, whatever code tonic gave it.
///
/// `grpc-retry-pushback-ms` and `google.rpc.RetryInfo` are hints; a pushback that is negative or no number forbids
/// another attempt (gRFC A6). Goes with the same outcomes as [`transient`](crate::transient).
pub fn transient<T: 'static, E: Fault<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::transient().classify(outcome)
}

/// For calls that must not run twice: what the transport proves not to have been processed, and `RESOURCE_EXHAUSTED`
/// with a delay.
pub fn unprocessed<T: 'static, E: Fault<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::unprocessed().classify(outcome)
}
