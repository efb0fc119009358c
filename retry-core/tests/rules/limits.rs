//! `max_elapsed` and hints.

use std::future::ready;
use std::time::Duration;

use retry_core::{Jitter, Policy, Report, StopReason, Verdict};

use crate::clock::Clock;
use crate::failed::script;

const SEC: Duration = Duration::from_secs(1);
const NANO: Duration = Duration::from_nanos(1);
const EVERY_2S: Policy = Policy::new().unlimited().fixed(SEC.saturating_mul(2));

/// A call whose attempts take this long and fail, and the waits between them.
async fn failing(policy: Policy, attempt: Duration) -> (Report, Vec<Duration>) {
    let clock = Clock::default();
    let (_, report) = policy
        .timer(&clock)
        .report(|| {
            clock.pass(attempt);
            ready(None::<()>)
        })
        .await;
    (report, clock.waits())
}

#[tokio::test]
async fn attempts_and_waits_count_against_max_elapsed() {
    let (report, waits) = failing(EVERY_2S.max_elapsed(10 * SEC), SEC).await;
    assert_eq!(report.stop_reason(), StopReason::ElapsedLimit);
    assert_eq!((report.attempts(), waits.len()), (4, 3));
    assert_eq!(report.elapsed(), 10 * SEC);
}

#[tokio::test]
async fn no_wait_is_begun_that_would_end_at_or_after_max_elapsed() {
    let table = [
        (Duration::from_nanos(1_999_999_999), 1),
        (2 * SEC, 1),
        (2 * SEC + NANO, 2),
        (4 * SEC, 2),
        (4 * SEC + NANO, 3),
        (Duration::ZERO, 1),
    ];
    for (limit, attempts) in table {
        let (report, _) = failing(EVERY_2S.max_elapsed(limit), Duration::ZERO).await;
        assert_eq!(report.attempts(), attempts, "within {limit:?}");
        assert_eq!(report.stop_reason(), StopReason::ElapsedLimit);
    }
}

#[tokio::test]
async fn the_call_stops_at_once_rather_than_at_the_limit() {
    let policy = EVERY_2S.fixed(5 * SEC).max_elapsed(4 * SEC);
    let (report, waits) = failing(policy, SEC).await;
    assert_eq!((report.elapsed(), waits), (SEC, vec![]));
}

#[tokio::test]
async fn a_running_attempt_is_not_cancelled() {
    let clock = Clock::default();
    let (outcome, report) = EVERY_2S
        .max_elapsed(SEC)
        .timer(&clock)
        .report(|| {
            clock.pass(60 * SEC);
            ready(Some("late"))
        })
        .await;
    assert_eq!(
        (outcome, report.stop_reason()),
        (Some("late"), StopReason::Done)
    );
}

/// A call whose first attempt answers this hint and whose second succeeds.
async fn hinted(policy: Policy, hint: Duration, seed: u64) -> (StopReason, Vec<Duration>) {
    let clock = Clock::default();
    let mut told = Vec::new();
    let mut next = script([Some(hint), None]);
    let (_, report) = policy
        .when(|hint: &Option<Duration>| hint.map_or(Verdict::Done, Verdict::RetryAfter))
        .on_retry(|event| told.push(event.delay()))
        .seed(seed)
        .timer(&clock)
        .report(|| ready(next()))
        .await;
    assert_eq!(told, clock.waits(), "what is told is what is waited");
    (report.stop_reason(), told)
}

#[tokio::test]
async fn a_hint_is_a_floor_that_no_cap_binds() {
    let table = [
        (EVERY_2S, SEC, 2 * SEC),
        (EVERY_2S, 9 * SEC, 9 * SEC),
        (EVERY_2S.max_delay(2 * SEC), 9 * SEC, 9 * SEC),
        (EVERY_2S, Duration::ZERO, 2 * SEC),
        (EVERY_2S.fixed(Duration::ZERO), 9 * SEC, 9 * SEC),
        (EVERY_2S.max_elapsed(9 * SEC + NANO), 9 * SEC, 9 * SEC),
    ];
    for (policy, hint, wait) in table {
        let waited = hinted(policy, hint, 1).await;
        assert_eq!(
            waited,
            (StopReason::Done, vec![wait]),
            "{hint:?} under {policy}"
        );
    }
}

#[tokio::test]
async fn jitter_lengthens_a_hint_by_a_tenth_at_most_and_never_shortens_it() {
    for jitter in [
        Jitter::Full,
        Jitter::Equal,
        Jitter::Decorrelated,
        Jitter::Fraction(0.5),
    ] {
        let mut waits = Vec::new();
        for seed in 0..100 {
            let policy = EVERY_2S.fixed(SEC).jitter(jitter);
            waits.extend(hinted(policy, 10 * SEC, seed).await.1);
        }
        let (least, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(
            10 * SEC <= *least && *longest <= 11 * SEC,
            "{jitter:?}: {least:?}..{longest:?}"
        );
        assert!(
            *least + SEC / 2 < *longest,
            "{jitter:?} spreads: {least:?}..{longest:?}"
        );
    }
}

#[tokio::test]
async fn a_hint_that_is_too_long_stops_the_call_at_once() {
    let table = [
        (EVERY_2S, 60 * SEC, StopReason::Done),
        (EVERY_2S, 60 * SEC + NANO, StopReason::HintTooLong),
        (EVERY_2S.max_hint(8 * SEC), 9 * SEC, StopReason::HintTooLong),
        (
            EVERY_2S.max_hint(Duration::ZERO),
            NANO,
            StopReason::HintTooLong,
        ),
        (
            EVERY_2S.max_elapsed(9 * SEC),
            9 * SEC,
            StopReason::HintTooLong,
        ),
        (EVERY_2S.max_elapsed(9 * SEC), 8 * SEC, StopReason::Done),
        // The hint would fit, our own delay does not.
        (EVERY_2S.max_elapsed(2 * SEC), SEC, StopReason::ElapsedLimit),
        (
            EVERY_2S.max_attempts(1),
            90 * SEC,
            StopReason::AttemptsExhausted,
        ),
    ];
    for (policy, hint, expected) in table {
        let (reason, waits) = hinted(policy, hint, 1).await;
        assert_eq!(reason, expected, "{hint:?} under {policy}");
        assert_eq!(
            waits.is_empty(),
            reason != StopReason::Done,
            "{hint:?} under {policy}"
        );
    }
}
