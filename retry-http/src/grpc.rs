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

use core::error::Error;

use retry_core::Verdict;
use tonic::{Code, Status, TimeoutExpired};
use tonic_types::StatusExt;

use crate::cause::Fault;
use crate::classifier::Classifier;
use crate::fault::FaultKind;
use crate::hint::Hint;
use crate::repeat::{Repeat, Seen};

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

/// The verdict on a status; what is below it tells more than its code.
pub(crate) fn status(repeat: Repeat, status: &Status) -> Verdict {
    let hint = hint(status);
    let again = match status.code() {
        Code::Ok => return Verdict::Done,
        _ if hint == Hint::Forbid => false,
        Code::ResourceExhausted if hint.delay().is_some() => repeat.allows(Seen::NotProcessed),
        // tonic has codes of its own for faults of HTTP/2, other ones without its `server` feature.
        code => match status.source() {
            Some(cause) => Classifier::fault(repeat, FaultKind::of(cause), || false).is_retry(),
            None if code == Code::Unavailable || is_own_timeout(status) => {
                repeat.allows(Seen::Maybe)
            }
            None => false,
        },
    };
    match hint.delay() {
        _ if !again => Verdict::Permanent,
        Some(delay) => Verdict::RetryAfter(delay),
        None => Verdict::Retry,
    }
}

/// `Endpoint::timeout`: tonic keeps the words of its error, and not the error.
fn is_own_timeout(status: &Status) -> bool {
    status.code() == Code::Cancelled && status.message() == TimeoutExpired(()).to_string()
}

pub(crate) fn hint(status: &Status) -> Hint {
    if let Some(pushback) = status.metadata().get("grpc-retry-pushback-ms") {
        return Hint::pushback_value(pushback.as_encoded_bytes());
    }
    let info = status.get_details_retry_info();
    info.and_then(|info| info.retry_delay)
        .map_or(Hint::None, Hint::After)
}
