//! Cooldowns through the drivers: whom a hint holds, for how long, and what is said where that is too long.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use retry_core::{CircuitBreaker, Cooldown, Guard, Policy, StopReason, Verdict};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::failed::{Failed, failing};
use crate::recorder::Recorder;

pub(crate) const SEC: Duration = Duration::from_secs(1);
/// A hint of 2 s holds everybody for 2 s, and those who waited come back within 1 s more.
pub(crate) const HINT: Duration = Duration::from_secs(2);
pub(crate) const EVERY_SEC: Policy = Policy::new().max_attempts(4).fixed(SEC);

fn told(_: &Failed) -> Verdict {
    Verdict::RetryAfter(HINT)
}

#[tokio::test]
async fn the_hint_of_one_call_holds_the_first_attempt_of_another() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let once = EVERY_SEC.max_attempts(1).cooldown(&cooldown).timer(&clock);
    let outcome = once.when_err(told).retry(|| ready(failing(1)())).await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(clock.waits(), []);

    clock.pass(SEC / 2);
    let (outcome, report) = once.report(|| ready(Ok::<_, Failed>(7))).await;
    assert_eq!((outcome, report.attempts()), (Ok(7), 1));
    let [wait] = clock.waits()[..] else {
        panic!("one wait: {:?}", clock.waits());
    };
    let left = SEC * 3 / 2;
    assert!(left <= wait && wait <= left + HINT / 2, "{wait:?}");
    assert_eq!(report.waited(), wait);

    let outcome = once.retry(|| ready(Ok::<_, Failed>(8))).await;
    assert_eq!((outcome, clock.waits().len()), (Ok(8), 1), "it is over");
}

#[tokio::test]
async fn the_call_that_was_told_waits_like_all_others() {
    for seed in 0..50 {
        let (clock, cooldown) = (Clock::default(), Cooldown::new());
        let mut next = failing(1);
        let call = EVERY_SEC.cooldown(&cooldown).timer(&clock).seed(seed);
        let outcome = call.when_err(told).retry(|| ready(next())).await;
        assert_eq!(outcome, Ok(2));
        let [wait] = clock.waits()[..] else {
            panic!("one wait: {:?}", clock.waits());
        };
        assert!(HINT <= wait && wait <= HINT + HINT / 2, "{wait:?}");
    }
}

#[tokio::test]
async fn an_own_delay_that_is_longer_stays() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let mut next = failing(1);
    let call = EVERY_SEC.fixed(10 * SEC).cooldown(&cooldown).timer(&clock);
    let outcome = call.when_err(told).retry(|| ready(next())).await;
    assert_eq!((outcome, clock.waits()), (Ok(2), vec![10 * SEC]));
}

#[tokio::test]
async fn a_cooldown_that_holds_too_long_refuses_a_first_attempt() {
    for policy in [EVERY_SEC.max_hint(SEC), EVERY_SEC.max_elapsed(HINT)] {
        let (clock, cooldown, recorder) = (Clock::default(), Cooldown::new(), Recorder::default());
        cooldown.hold(HINT, || clock.time());
        let call = policy.cooldown(&cooldown).timer(&clock).observer(&recorder);
        let (outcome, report) = call
            .report(|| -> std::future::Ready<Result<(), Failed>> { panic!("called") })
            .await;
        let refused = |by: retry_core::Rejected| (by.guard(), by.time_left());
        assert!(
            matches!(outcome, Err(Failed::Rejected(by)) if refused(by) == (Guard::Cooldown, HINT)),
            "{policy}"
        );
        assert_eq!(
            (report.attempts(), report.stop_reason()),
            (0, StopReason::CoolingDown)
        );
        assert_eq!(clock.waits(), []);
        assert_eq!(recorder.lines(), ["0 stopped CoolingDown"]);
    }
}

#[tokio::test]
async fn a_cooldown_that_holds_too_long_ends_a_call_with_its_last_outcome() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let call = EVERY_SEC.max_hint(SEC).cooldown(&cooldown).timer(&clock);
    let (outcome, report) = call
        .report(|| {
            // Another call is told while this one runs.
            cooldown.hold(HINT, || clock.time());
            ready(Err::<(), _>(Failed::Busy(1)))
        })
        .await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(report.stop_reason(), StopReason::CoolingDown);
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn an_own_hint_that_is_too_long_is_not_blamed_on_the_cooldown() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let call = EVERY_SEC.max_hint(SEC).cooldown(&cooldown).timer(&clock);
    let (_, report) = call
        .when_err(told)
        .report(|| ready(Err::<(), _>(Failed::Busy(1))))
        .await;
    assert_eq!(report.stop_reason(), StopReason::HintTooLong);
}

#[tokio::test]
async fn the_time_left_of_a_breaker_is_no_hint_for_others() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let breaker = CircuitBreaker::new().min_calls(1).break_time(10 * SEC);
    let call = EVERY_SEC.max_attempts(2).timer(&clock);
    let guarded = call.cooldown(&cooldown).breaker(&breaker);
    let mut next = failing(1);
    let outcome = guarded.retry(|| ready(next())).await;
    assert_eq!((outcome, clock.waits()), (Ok(2), vec![10 * SEC]));
    assert_eq!(cooldown.time_left(|| panic!("nothing holds")), None);
}

#[tokio::test]
async fn of_two_cooldowns_the_longer_one_counts() {
    let (clock, host, key) = (Clock::default(), Cooldown::new(), Cooldown::new());
    let now = || clock.time();
    host.hold(SEC, now);
    key.hold(5 * SEC, now);
    for call in [EVERY_SEC.cooldown(&host).cooldown(&key)] {
        let outcome = call.timer(&clock).retry(|| ready(Ok::<_, Failed>(1))).await;
        assert_eq!(outcome, Ok(1));
    }
    assert!(clock.waits()[0] >= 5 * SEC);
}

#[tokio::test]
async fn a_guard_that_is_left_out_guards_nothing() {
    let call = EVERY_SEC.max_attempts(2).fixed(Duration::ZERO);
    let (outcome, report) = call
        .cooldown(None::<&Cooldown>)
        .breaker(None::<Arc<CircuitBreaker>>)
        .budget(None::<&retry_core::Budget>)
        .when_err(told)
        .report(|| ready(failing(9)()))
        .await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted);
}

#[test]
fn a_blocking_call_is_held_too() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    cooldown.hold(HINT, || clock.time());
    let call = EVERY_SEC.cooldown(&cooldown).timer(&clock);
    assert_eq!(call.retry_blocking(|| Ok::<_, Failed>(1)), Ok(1));
    assert!(clock.waits()[0] >= HINT);
    cooldown.hold(HINT, || clock.time());
    let short = EVERY_SEC.max_hint(SEC).cooldown(&cooldown).timer(&clock);
    let outcome: Result<(), _> = short.retry_blocking(|| panic!("called"));
    assert!(matches!(outcome, Err(Failed::Rejected(_))));
}

/// 10,000 calls, one of which is told to wait for 2 s: none comes back before, and no tenth of a second sees more than a
/// fifth of them.
#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_come_back_spread_over_half_the_pause() {
    static COOLDOWN: Cooldown = Cooldown::new();
    const CALLS: u64 = 10_000;
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for seed in 0..CALLS {
        let call = EVERY_SEC.cooldown(&COOLDOWN).seed(seed).when_err(told);
        calls.spawn(async move {
            let mut attempts = Vec::new();
            let outcome = call
                .retry_with(|attempt| {
                    attempts.push(start.elapsed());
                    ready(match (seed, attempt.number()) {
                        (0, 1) => Err(Failed::Busy(1)),
                        _ => Ok(()),
                    })
                })
                .await;
            assert_eq!(outcome, Ok(()));
            attempts
        });
    }
    let attempts: Vec<_> = calls.join_all().await.into_iter().flatten().collect();
    assert_eq!(attempts.len() as u64, CALLS + 1);
    let mut buckets = vec![0u64; 100];
    for at in attempts {
        buckets[usize::try_from(at.as_millis()).unwrap() / 100] += 1;
    }
    assert_eq!(buckets[0], 1, "the call that was told, and nobody else");
    assert_eq!(
        buckets[1..20].iter().sum::<u64>(),
        0,
        "a request within the pause"
    );
    assert_eq!(buckets[31..].iter().sum::<u64>(), 0);
    let most = buckets.iter().max().copied();
    assert!(most < Some(CALLS / 5), "{most:?} at once");
}
