//! Bugs seen in other crates, each with the crate and the version that had it. None may appear here.

use std::future::{pending, ready};
use std::time::Duration;

use retry_core::{Budget, Jitter, Policy, StopReason, Verdict};

use crate::clock::Clock;
use crate::failed::{Failed, failing};
use crate::runtime::Runtime;

const MS: Duration = Duration::from_millis(1);
const SEC: Duration = Duration::from_secs(1);
const POLICY: Policy = Policy::new();

/// The own delays of a call with this seed.
fn delays(policy: Policy, seed: u64) -> Vec<Duration> {
    let mut attempts = policy.unlimited().start().seed(seed);
    let decide = || attempts.decide(Verdict::Retry, Duration::ZERO);
    std::iter::repeat_with(decide)
        .take(12)
        .filter_map(std::ops::ControlFlow::continue_value)
        .collect()
}

/// backon 1.6.0 adds jitter after the cap, and its Fibonacci ignores the cap: 3.99998 s under a cap of 2 s.
#[test]
fn jitter_does_not_exceed_the_cap() {
    let backoffs = [
        Policy::new().exp_multiplier(SEC),
        Policy::new().fib_multiplier(SEC),
        Policy::new().incr_step(SEC),
        Policy::new().fixed(SEC),
        Policy::new().random_max(9 * SEC),
    ];
    let jitters = [
        Jitter::Full,
        Jitter::Equal,
        Jitter::Decorrelated,
        Jitter::Fraction(1.0),
    ];
    for backoff in backoffs {
        for jitter in jitters {
            let policy = backoff.max_delay(2 * SEC).jitter(jitter);
            for seed in 0..50 {
                assert!(
                    delays(policy, seed).iter().all(|d| *d <= 2 * SEC),
                    "{policy}"
                );
            }
        }
    }
}

/// tokio-retry2 0.9.1 reports the hint and sleeps the strategy's delay: 20 ms for two hints of 30 s.
#[tokio::test]
async fn a_hint_is_waited_for_not_only_reported() {
    let (clock, mut told, mut next) = (Clock::default(), Vec::new(), failing(2));
    let outcome = Policy::new()
        .fixed(10 * MS)
        .when_err(|_| Verdict::RetryAfter(30 * SEC))
        .on_retry(|event| told.push(event.delay()))
        .timer(&clock)
        .retry(|| ready(next()))
        .await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(
        (clock.waits(), told),
        (vec![30 * SEC; 2], vec![30 * SEC; 2])
    );
}

/// backoff 0.4.0 never asks the policy about a hint: 102 attempts under a limit of 1 ms.
#[tokio::test]
async fn a_hint_does_not_outlive_the_deadline() {
    let clock = Clock::default();
    let (outcome, report) = Policy::new()
        .unlimited()
        .max_elapsed(MS)
        .when_err(|_| Verdict::RetryAfter(SEC))
        .timer(&clock)
        .report(|| ready(Err::<(), _>("busy")))
        .await;
    assert_eq!((outcome, report.attempts()), (Err("busy"), 1));
    assert_eq!(report.stop_reason(), StopReason::HintTooLong);
}

/// tokio-retry2 0.9.1 reports the sum of the delays before, and reports once more for a retry that never happens.
#[tokio::test]
async fn what_is_told_is_the_wait_that_follows_and_no_more() {
    let (clock, mut told) = (Clock::default(), Vec::new());
    let _ = Policy::new()
        .max_attempts(4)
        .fixed(100 * MS)
        .on_retry(|event| told.push(event.delay()))
        .timer(&clock)
        .retry(|| ready(None::<()>))
        .await;
    assert_eq!(told, [100 * MS; 3]);
    assert_eq!(clock.waits(), told);
}

/// tokio-retry2 0.9.1 draws the factor of its range once, when the strategy is built: six equal delays.
#[tokio::test]
async fn jitter_is_drawn_for_each_retry() {
    let policy = Policy::new()
        .max_attempts(8)
        .fixed(SEC)
        .jitter(Jitter::Full);
    for seed in 0..20 {
        let mut delays = delays(policy, seed);
        delays.sort_unstable();
        delays.dedup();
        assert_eq!(delays.len(), 12, "seed {seed}");
    }
    let clock = Clock::default();
    let call = policy.timer(&clock);
    let _ = call.retry(|| ready(None::<()>)).await;
    assert!(clock.waits().windows(2).all(|pair| pair[0] != pair[1]));
}

/// mulligan 0.7.1 panics where the base is above three times the previous delay.
#[test]
fn decorrelated_jitter_copes_with_a_base_above_three_times_the_previous_delay() {
    let mut attempts = POLICY.fixed(Duration::ZERO).start();
    let _ = attempts.decide(Verdict::Retry, Duration::ZERO);
    let policy = POLICY.jitter(Jitter::Decorrelated);
    let mut resumed = policy.resume(attempts.position());
    let delay = resumed.decide(Verdict::Retry, Duration::ZERO);
    assert_eq!(delay.continue_value(), Some(policy.base_delay(1)));
}

/// backon 1.6.0 panics when the sum of its delays overflows, retrying 0.1.0 when a power does.
#[tokio::test]
async fn huge_durations_do_not_panic() {
    let huge = Policy::new().max_attempts(100).max_delay(Duration::MAX);
    let policies = [
        huge.fixed(Duration::MAX),
        huge.exp_multiplier(Duration::MAX).exp_base(f64::MAX),
        huge.exp_multiplier(MS).exp_base(1e300),
        huge.fib_multiplier(Duration::MAX),
        huge.incr_start(Duration::MAX).incr_step(Duration::MAX),
        huge.random_min(Duration::MAX).random_max(Duration::MAX),
    ];
    for policy in policies {
        let clock = Clock::default();
        let call = policy.timer(&clock);
        let (_, report) = call.report(|| ready(None::<()>)).await;
        assert_eq!(
            (report.attempts(), clock.waits().len()),
            (100, 99),
            "{policy}"
        );
        let longest = Duration::from_secs(9_223_372_036); // 292 years
        assert_eq!(policy.base_delay(u32::MAX), longest, "{policy}");
    }
}

/// backon 1.6.0 adds up its sleeps only: 33 s of attempts and sleeps under a limit of 3 s.
#[tokio::test]
async fn the_time_limit_includes_the_attempts() {
    let clock = Clock::default();
    let policy = Policy::new().max_elapsed(3 * SEC).fixed(SEC);
    let (_, report) = policy
        .timer(&clock)
        .report(|| {
            clock.pass(10 * SEC);
            ready(None::<()>)
        })
        .await;
    assert_eq!((report.attempts(), report.elapsed()), (1, 10 * SEC));
}

/// tokio-retry2 0.9.1 starts its clock when the strategy is built.
#[tokio::test]
async fn the_time_limit_starts_with_the_call() {
    let (clock, mut next) = (Clock::default(), failing(2));
    let policy = Policy::new().max_elapsed(9 * SEC).fixed(SEC);
    let call = policy.timer(&clock).retry(|| ready(next()));
    clock.pass(3600 * SEC);
    assert_eq!(call.await, Ok(3));
}

/// reqwest 0.13.5 looks at the scope only from the second retry on: a host outside it is retried once.
#[tokio::test]
async fn what_is_out_of_scope_gets_no_retry_at_all() {
    let (clock, mut hits) = (Clock::default(), 0);
    let out_of_scope = |_: &Result<(), &str>| false;
    let outcome = Policy::new()
        .when(out_of_scope)
        .timer(&clock)
        .retry(|| {
            hits += 1;
            ready(Err("503"))
        })
        .await;
    assert_eq!((outcome, hits), (Err("503"), 1));
}

/// execution-policy 0.0.6 gives an error of its own in place of the last one when time or budget is out.
#[tokio::test]
async fn the_last_error_survives_the_limits() {
    let empty = Budget::new(0.0).reserve(0);
    let (clock, mut next) = (Clock::default(), failing(9));
    let call = POLICY.budget(&empty).timer(&clock);
    assert_eq!(call.retry(|| ready(next())).await, Err(Failed::Busy(1)));

    let (clock, mut next) = (Clock::default(), failing(9));
    let policy = Policy::new().fixed(SEC).max_elapsed(2 * SEC);
    let call = policy.timer(&clock).retry(|| ready(next()));
    assert_eq!(call.await, Err(Failed::Busy(2)));
}

/// The same crate: an attempt timeout hides the error of the attempt before. History keeps it for who asks.
#[tokio::test(start_paused = true)]
async fn an_error_before_a_timeout_is_in_the_history() {
    let (mut past, mut calls) = (Vec::new(), 0);
    let outcome = Policy::new()
        .max_attempts(2)
        .fixed(SEC)
        .history(&mut past)
        .attempt_timeout(SEC)
        .timer(Runtime::new())
        .retry(|| {
            calls += 1;
            let first = calls == 1;
            async move {
                if first {
                    Err::<(), _>(Failed::Busy(1))
                } else {
                    pending().await
                }
            }
        })
        .await;
    assert!(matches!(outcome, Err(Failed::TimedOut(_))));
    assert_eq!(past, [(Err(Failed::Busy(1)), SEC)]);
}

/// backoff 0.4.0 calls the operation and then sleeps, so that eager work starts before its delay.
#[tokio::test]
async fn the_operation_is_called_after_the_delay() {
    let (clock, mut called) = (Clock::default(), Vec::new());
    let policy = Policy::new().fixed(SEC);
    let call = policy.timer(&clock).retry(|| {
        called.push(clock.time());
        ready(None::<()>)
    });
    call.await;
    assert_eq!(called, [Duration::ZERO, SEC, 2 * SEC]);
}

/// tokio-retry 0.3.2, tokio-retry2 0.9.1 and backoff 0.4.0 call the closure when the future is built.
#[tokio::test]
async fn the_operation_is_not_called_before_the_future_is_polled() {
    let mut calls = 0;
    drop(POLICY.timer(Clock::default()).retry(|| {
        calls += 1;
        ready(Some(()))
    }));
    assert_eq!(calls, 0);
}

/// loop-retry 0.1.1 reports an error that is not retried as exhausted retries.
#[test]
fn a_permanent_error_is_not_reported_as_exhausted_attempts() {
    let call = POLICY.when_err(|_| false);
    let (outcome, report) = call.report_blocking(|| Err::<(), _>("forbidden"));
    assert_eq!(report.stop_reason(), StopReason::Permanent);
    let error = report.wrap_error(outcome).unwrap_err();
    assert!(error.is_permanent());
    assert_eq!(error.to_string(), "failed for good");
}

/// tower 0.5.3 truncates 1 / 0.6 and so lets every call retry.
#[test]
fn a_budget_is_exact_at_fractions() {
    let budget = Budget::new(0.6).reserve(0);
    (0..10).for_each(|_| budget.deposit());
    assert_eq!((0..10).filter(|_| budget.withdraw()).count(), 6);
}
