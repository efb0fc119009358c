//! Google: the reason is in the JSON body, and the same 403 may pass in a second or never.

use serde::Deserialize;

use crate::answer::Answer;

use super::Opinion;

/// `{"error": {"status": "...", "errors": [{"reason": "..."}]}}`; everything else in it is of no interest here.
#[derive(Deserialize)]
struct Body {
    error: Failure,
}

#[derive(Deserialize)]
struct Failure {
    status: Option<String>,
    #[serde(default)]
    errors: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    reason: Option<String>,
}

/// The first known reason decides, and `error.status` where there is none.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    let Body { error } = serde_json::from_slice(answer.body).ok()?;
    let mut reasons = error
        .errors
        .iter()
        .filter_map(|item| item.reason.as_deref());
    reasons
        .find_map(by_reason)
        .or_else(|| by_status(error.status.as_deref()?))
}

fn by_reason(reason: &str) -> Option<Opinion> {
    match reason {
        "rateLimitExceeded" | "userRateLimitExceeded" => Some(Opinion::Refused(None)),
        "backendError" | "internalError" | "badGateway" => Some(Opinion::Transient),
        // These pass at midnight, if at all.
        "dailyLimitExceeded" | "quotaExceeded" => Some(Opinion::Permanent),
        _ => None,
    }
}

/// Names of `google.rpc.Code` that decide where the status does not.
fn by_status(status: &str) -> Option<Opinion> {
    match status {
        "RESOURCE_EXHAUSTED" => Some(Opinion::Refused(None)),
        "UNAVAILABLE" => Some(Opinion::Transient),
        _ => None,
    }
}
