//! What follows an attempt, or a refusal: pure. The policy decides; here are only the words between it and a queue.

use std::ops::ControlFlow;
use std::time::Duration;

use retry_core::{Jitter, Policy, StopReason, Verdict};

use crate::clock::Moment;
use crate::story::Story;

/// Whether the policy ends whatever happens: asked, not read. After four billion attempts and five hundred years, does it
/// still go on?
pub(crate) fn is_limited(policy: &Policy) -> bool {
    let worst = retry_core::Position::new(u32::MAX - 1, Duration::MAX, Duration::ZERO);
    policy
        .resume(worst)
        .decide(Verdict::Retry, Duration::MAX)
        .is_break()
}

/// Counts the attempt that has just ended, and decides what follows it.
pub(crate) fn after(
    policy: &Policy,
    seed: u64,
    story: &mut Story,
    verdict: Verdict,
    now: Moment,
) -> ControlFlow<StopReason, Duration> {
    let mut attempts = policy.resume(story.position).seed(seed);
    let next = attempts.decide(verdict, story.elapsed(now));
    story.position = attempts.position();
    next
}

/// A guard refuses the next attempt for `left`: how long to stay away, unless the policy's time or the patience ends first.
///
/// It counts no attempt, so `max_attempts` has no say.
pub(crate) fn refused(
    policy: &Policy,
    patience: Duration,
    story: &mut Story,
    left: Duration,
    now: Moment,
) -> Option<Duration> {
    let since = *story.refused.get_or_insert(now);
    let elapsed_only = policy
        .unlimited()
        .fixed(Duration::ZERO)
        .jitter(Jitter::Full)
        .max_hint(Duration::MAX);
    let away = elapsed_only
        .start()
        .decide(Verdict::RetryAfter(left), story.elapsed(now));
    match away {
        ControlFlow::Continue(away) if now.after(away).since(since) <= patience => Some(away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn a_policy_ends_by_attempts_or_by_time() {
        assert!(is_limited(&Policy::new()));
        assert!(is_limited(&Policy::new().max_attempts(u32::MAX)));
        assert!(is_limited(
            &Policy::new().unlimited().max_elapsed(HOUR * 72)
        ));
        assert!(!is_limited(&Policy::new().unlimited()));
        assert!(!is_limited(
            &Policy::new().unlimited().fixed(Duration::ZERO)
        ));
    }

    #[test]
    fn a_stored_story_draws_the_schedule_of_one_process() {
        let policy = Policy::new()
            .max_attempts(20)
            .exp_multiplier(Duration::from_secs(1))
            .jitter(Jitter::Decorrelated);
        let mut whole = policy.start().seed(7);
        let mut story = Story::default();
        for _ in 0..19 {
            let expected = whole.decide(Verdict::Retry, Duration::ZERO);
            let text = serde_json::to_string(&story).unwrap();
            story = serde_json::from_str(&text).unwrap();
            assert_eq!(
                after(&policy, 7, &mut story, Verdict::Retry, Moment(0)),
                expected
            );
        }
        let last = after(&policy, 7, &mut story, Verdict::Retry, Moment(0));
        assert_eq!(last, ControlFlow::Break(StopReason::AttemptsExhausted));
    }

    #[test]
    fn a_refusal_counts_no_attempt_and_ends_with_time_or_patience() {
        let policy = Policy::new().max_attempts(1).max_elapsed(HOUR);
        let mut story = Story {
            began: Some(Moment(0)),
            ..Story::default()
        };
        let away = refused(&policy, HOUR * 9, &mut story, HOUR / 4, Moment(0)).unwrap();
        assert!(away >= HOUR / 4 && away <= HOUR / 4 + HOUR / 40);
        assert_eq!(story.attempts(), 0);
        assert_eq!(
            refused(&policy, HOUR * 9, &mut story, HOUR, Moment(0)),
            None,
            "max_elapsed"
        );
        let mut patient = Story::default();
        let policy = Policy::new();
        assert!(refused(&policy, HOUR, &mut patient, HOUR / 4, Moment(0)).is_some());
        let late = Moment(0).after(HOUR / 8 * 7);
        assert_eq!(
            refused(&policy, HOUR, &mut patient, HOUR / 4, late),
            None,
            "patience"
        );
    }
}
