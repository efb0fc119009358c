//! Stripe: a 409 is a lock that another request holds, and a header has the last word.

use http::HeaderMap;

use crate::answer::Answer;

use super::Opinion;

pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    // Stripe did not begin the request that it answers with 409, so any call may be repeated.
    (answer.status.as_u16() == 409).then_some(Opinion::Refused(None))
}

pub(super) fn asks_for_retry(headers: &HeaderMap) -> bool {
    headers
        .get("stripe-should-retry")
        .is_some_and(|value| value == "true")
}
