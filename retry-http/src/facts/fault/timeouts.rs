//! Limits that others set: what tokio, tower and tonic say when an attempt took too long.

use core::error::Error;

/// tower and tonic are told by their words where they are not among the dependencies; both stand at the end of a chain.
pub(super) fn is_timeout(link: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "_adapter")]
    if link.is::<tokio::time::error::Elapsed>() {
        return true;
    }
    if link.is::<retry_core::TimedOut>() {
        return true;
    }
    link.source().is_none() && [TOWER, TONIC, TOKIO, REQWEST].contains(&&*link.to_string())
}

const TOWER: &str = "request timed out";
const TONIC: &str = "Timeout expired";
const TOKIO: &str = "deadline has elapsed";
const REQWEST: &str = "operation timed out";
