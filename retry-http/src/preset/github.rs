//! GitHub: both of its rate limits answer 403 or 429.

use crate::answer::Answer;
use crate::hint::{Hint, Hints, ResetUnit};

use super::Opinion;

/// GitHub's documentation of its REST API: `retry-after` for the secondary limit, `x-ratelimit-remaining: 0` and
/// `x-ratelimit-reset` in seconds since 1970 for the primary one.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    if !matches!(answer.status.as_u16(), 403 | 429) {
        return None;
    }
    let hints = Hints::standard().rate_limit(ResetUnit::EpochSeconds);
    match answer.hint(hints) {
        Hint::After(delay) => Some(Opinion::Refused(Some(delay))),
        _ => None,
    }
}
