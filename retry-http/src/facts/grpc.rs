//! What a status of tonic shows: a hint, and what the server did with the call.

use core::error::Error;

use tonic::{Code, Status, TimeoutExpired};
use tonic_types::StatusExt;

use crate::facts::fault::chain::chain;
use crate::facts::fault::kind::FaultKind;
use crate::facts::hint::Hint;
use crate::facts::repeat::Seen;

/// The status that a chain of errors tells of.
pub(crate) fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Status> {
    chain(error).find_map(|link| link.downcast_ref())
}

pub(crate) fn hint(status: &Status) -> Hint {
    if let Some(pushback) = status.metadata().get("grpc-retry-pushback-ms") {
        return Hint::pushback_value(pushback.as_encoded_bytes());
    }
    let info = status.get_details_retry_info();
    info.and_then(|info| info.retry_delay)
        .map_or(Hint::None, Hint::After)
}

/// What the server did with a call that it answered like this; `None` where the same would come again.
pub(crate) fn seen(status: &Status, hint: Hint) -> Option<Seen> {
    match status.code() {
        Code::ResourceExhausted if hint.delay().is_some() => Some(Seen::NotProcessed),
        // tonic has codes of its own for faults of HTTP/2, other ones without its `server` feature.
        code => match status.source() {
            Some(cause) => {
                let fault = FaultKind::of(cause);
                fault.is_transient().then(|| fault.seen())
            }
            None if code == Code::Unavailable || is_own_timeout(status) => Some(Seen::Maybe),
            None => None,
        },
    }
}

/// `Endpoint::timeout`: tonic keeps the words of its error, and not the error.
fn is_own_timeout(status: &Status) -> bool {
    status.code() == Code::Cancelled && status.message() == TimeoutExpired(()).to_string()
}
