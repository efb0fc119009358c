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
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::classifier::{Classifier, Standing};
use crate::fault::{Fault, chain};
use crate::hint::Hint;
use crate::outcome::Failure;

/// For calls that may be repeated: `UNAVAILABLE`, `RESOURCE_EXHAUSTED` with a delay, and every transient fault of the
/// transport, whatever code tonic gave it.
///
/// `grpc-retry-pushback-ms` and `google.rpc.RetryInfo` are hints; a pushback that is negative or no number forbids
/// another attempt (gRFC A6). Goes with the same outcomes as [`transient`](crate::transient).
pub fn transient<T, E: Failure<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    judge(Standing::Repeatable, outcome)
}

/// For calls that must not run twice: what the transport proves not to have been processed, and `RESOURCE_EXHAUSTED`
/// with a delay.
pub fn unprocessed<T, E: Failure<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    judge(Standing::Once, outcome)
}

fn judge<T, E: Failure<Kind>, Kind>(standing: Standing, outcome: &Result<T, E>) -> Verdict {
    let Err(error) = outcome else {
        return Verdict::Done;
    };
    let error = error.error();
    let status = chain(error).find_map(|link| link.downcast_ref::<Status>());
    status.map_or_else(
        || Classifier::fault(standing, Fault::of(error)),
        |status| by_status(standing, status),
    )
}

fn by_status(standing: Standing, status: &Status) -> Verdict {
    let hint = hint(status);
    let again = match status.code() {
        Code::Ok => return Verdict::Done,
        _ if hint == Hint::Forbid => false,
        Code::ResourceExhausted => hint.delay().is_some(),
        // Without its `server` feature tonic calls every fault of HTTP/2 `Unknown`: what is below tells more.
        code => match status.source() {
            Some(cause) => Classifier::fault(standing, Fault::of(cause)).is_retry(),
            None => code == Code::Unavailable && standing != Standing::Once,
        },
    };
    match hint.delay() {
        _ if !again => Verdict::Permanent,
        Some(delay) => Verdict::RetryAfter(delay),
        None => Verdict::Retry,
    }
}

fn hint(status: &Status) -> Hint {
    if let Some(pushback) = status.metadata().get("grpc-retry-pushback-ms") {
        return Hint::pushback_value(pushback.as_encoded_bytes());
    }
    let info = status.get_details_retry_info();
    info.and_then(|info| info.retry_delay)
        .map_or(Hint::None, Hint::After)
}
