//! Stripe: a 409 is a lock that another request holds.

use crate::facts::answer::Answer;

use super::opinion::Opinion;

/// Whether the other request is this one, without its answer, Stripe does not say: only a key makes a repetition safe.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    (answer.status.as_u16() == 409).then_some(Opinion::TRANSIENT)
}
