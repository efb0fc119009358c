//! GitHub: both of its rate limits answer 403 or 429.

use core::time::Duration;

use crate::facts::answer::Answer;
use crate::facts::hint::Hint;
use crate::facts::hint::headers::Hints;
use crate::facts::hint::rate_limit::ResetUnit;

use super::opinion::Opinion;

/// What its documentation asks for where the response names no time.
const AT_LEAST: Duration = Duration::from_secs(60);

/// GitHub's documentation of its REST API: `retry-after` for the secondary limit, `x-ratelimit-remaining: 0` and
/// `x-ratelimit-reset` in seconds since 1970 for the primary one, and a minute where there is neither.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    let status = answer.status.as_u16();
    if !matches!(status, 403 | 429) {
        return None;
    }
    let hints = Hints::standard().rate_limit(ResetUnit::EpochSeconds);
    if let Hint::After(delay) = answer.hint(hints) {
        // Nothing is left, and the reset is past: another limit speaks, which names no time.
        let stale = delay.is_zero() && speaks_of_a_limit(answer);
        return Some(Opinion::refused(Some(if stale { AT_LEAST } else { delay })));
    }
    // A 403 may also be what it says.
    (status == 429 || nothing_left(answer) || speaks_of_a_limit(answer))
        .then_some(Opinion::refused(Some(AT_LEAST)))
}

fn nothing_left(answer: Answer<'_>) -> bool {
    let left = answer.headers.get("x-ratelimit-remaining");
    left.is_some_and(|left| left == "0")
}

/// The message of either limit, of today and of old, or the page that it points to.
#[cfg(feature = "reqwest")]
fn speaks_of_a_limit(answer: Answer<'_>) -> bool {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(answer.body) else {
        return false;
    };
    let says = |name: &str, words: &str| {
        let text = body.get(name).and_then(serde_json::Value::as_str);
        text.is_some_and(|text| text.to_ascii_lowercase().contains(words))
    };
    says("message", "rate limit")
        || says("message", "abuse detection")
        || says("documentation_url", "rate-limits")
}

#[cfg(not(feature = "reqwest"))]
fn speaks_of_a_limit(_: Answer<'_>) -> bool {
    false
}
