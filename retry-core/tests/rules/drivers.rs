//! The async drivers: when the operation runs, how long they wait, what they give back.

use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Jitter, Policy, Rejected, StopReason, TimedOut};

use crate::clock::Clock;
use crate::failed::{Failed, failing, script};
use crate::recorder::Recorder;

const SEC: Duration = Duration::from_secs(1);

static DOUBLING: Policy = Policy::new()
    .max_attempts(4)
    .exp_multiplier(SEC)
    .jitter(Jitter::None);

#[tokio::test]
async fn exponential_waits_are_exactly_1_2_and_4_seconds() {
    let clock = Clock::default();
    let mut next = failing(3);
    let outcome = DOUBLING.timer(&clock).retry(|| ready(next())).await;
    assert_eq!(outcome, Ok(4));
    assert_eq!(clock.waits(), [SEC, 2 * SEC, 4 * SEC]);
}

#[tokio::test]
async fn full_jitter_only_shortens_waits() {
    let policy = DOUBLING.jitter(Jitter::Full);
    let mut shorter = 0;
    for seed in 0..100 {
        let clock = Clock::default();
        let call = policy.timer(&clock).seed(seed);
        let _ = call.retry(|| ready(Err::<(), _>(()))).await;
        for (wait, longest) in clock.waits().into_iter().zip([SEC, 2 * SEC, 4 * SEC]) {
            assert!(wait <= longest, "seed {seed}: {wait:?}");
            shorter += u32::from(wait < longest / 2);
        }
    }
    assert!((100..200).contains(&shorter), "{shorter} of 300 below half");
}

#[tokio::test]
async fn the_default_policy_makes_three_attempts() {
    let clock = Clock::default();
    let mut next = failing(9);
    let outcome = Policy::new().timer(&clock).retry(|| ready(next())).await;
    assert_eq!(outcome, Err(Failed::Busy(3)));
}

#[tokio::test]
async fn nothing_happens_before_the_first_poll() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let budget = Budget::new(1.0).reserve(0);
    let breaker = CircuitBreaker::new();
    breaker.force_open();
    let mut calls = 0;
    let call = DOUBLING
        .observer(&observer)
        .budget(&budget)
        .breaker(&breaker)
        .timer(&clock)
        .retry(|| {
            calls += 1;
            ready(Err::<(), Failed>(Failed::Busy(1)))
        });
    drop(call);
    assert_eq!((calls, budget.balance()), (0, 0));
    assert_eq!(observer.lines(), [""; 0]);
}

#[tokio::test]
async fn no_attempt_starts_before_its_delay_has_passed() {
    let clock = Clock::default();
    let mut started = Vec::new();
    let _ = DOUBLING
        .timer(&clock)
        .retry(|| {
            started.push(clock.time());
            clock.pass(SEC / 10);
            ready(None::<()>)
        })
        .await;
    let expected = [0, 1_100, 3_200, 7_300].map(Duration::from_millis);
    assert_eq!(started, expected);
}

#[tokio::test]
async fn on_retry_sees_exactly_the_delay_that_follows() {
    let clock = Clock::default();
    let mut told = Vec::new();
    let outcome = Policy::new()
        .max_attempts(6)
        .on_retry(|event| told.push((event.attempt().number(), *event.outcome(), event.delay())))
        .timer(&clock)
        .retry(|| ready(Err::<(), _>("busy")))
        .await;
    assert_eq!(outcome, Err("busy"));
    let waits = clock.waits();
    let expected: Vec<_> = (1..=5)
        .zip(waits)
        .map(|(n, wait)| (n, Err("busy"), wait))
        .collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_event_tells_the_sum_of_the_delays_where_no_clock_runs() {
    let (clock, mut told) = (Clock::default(), Vec::new());
    let operation = || {
        clock.pass(SEC);
        ready(None::<()>)
    };
    let elapsed = DOUBLING.on_retry(|event| told.push(event.attempt().elapsed().as_secs()));
    elapsed.timer(&clock).retry(operation).await;
    assert_eq!(told, [0, 1, 3]);
}

#[tokio::test]
async fn on_retry_is_silent_when_no_retry_follows() {
    let clock = Clock::default();
    let table = [
        (DOUBLING, "fine", 0),
        (DOUBLING, "broken", 0),
        (DOUBLING.max_attempts(1), "busy", 0),
        (DOUBLING.max_attempts(2), "busy", 1),
        (DOUBLING.max_elapsed(SEC), "busy", 0),
        (DOUBLING.max_elapsed(2 * SEC), "busy", 1),
    ];
    for (policy, said, expected) in table {
        let mut told = 0;
        let outcome = if said == "fine" { Ok(()) } else { Err(said) };
        let _ = policy
            .when_err(|error| *error == "busy")
            .on_retry(|_| told += 1)
            .timer(&clock)
            .retry(|| ready(outcome))
            .await;
        assert_eq!(told, expected, "{said} under {policy}");
    }
}

#[tokio::test]
async fn a_zero_delay_does_not_touch_the_timer() {
    let clock = Clock::default();
    let policy = Policy::new().fixed(Duration::ZERO);
    let mut next = failing(2);
    let outcome = policy.timer(&clock).retry(|| ready(next())).await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn a_zero_delay_lets_other_tasks_run() {
    let policy = Policy::new().unlimited().fixed(Duration::ZERO);
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let other = tokio::spawn(async move { set.store(true, Relaxed) });
    let mut attempts = 0;
    let outcome = policy
        .timer(Clock::default())
        .retry(|| {
            attempts += 1;
            assert!(attempts < 1_000, "the other task starves");
            ready(flag.load(Relaxed).then_some(()))
        })
        .await;
    assert_eq!(outcome, Some(()));
    other.await.unwrap();
}

#[tokio::test]
async fn a_call_on_a_static_policy_can_be_spawned() {
    static CLOCK: Clock = Clock::new();
    let mut next = failing(1);
    let call = DOUBLING.timer(&CLOCK).retry(move || ready(next()));
    assert_eq!(tokio::spawn(call).await.unwrap(), Ok(2));
}

/// An error that must stay on its thread.
#[derive(Debug)]
struct Local(#[expect(dead_code, reason = "makes it `!Send`")] Rc<()>);

impl From<Rejected> for Local {
    fn from(_: Rejected) -> Self {
        Self(Rc::default())
    }
}

impl From<TimedOut> for Local {
    fn from(_: TimedOut) -> Self {
        Self(Rc::default())
    }
}

fn sent<F: Future + Send>(call: F) -> F {
    call
}

#[tokio::test]
async fn a_call_is_send_although_its_error_is_not() {
    async fn operation() -> Result<(), Local> {
        tokio::task::yield_now().await;
        Err(Local(Rc::default()))
    }
    let (clock, observer) = (Clock::default(), Recorder::default());
    let (budget, breaker) = (Budget::new(0.5), CircuitBreaker::new());

    let bare = sent(DOUBLING.timer(&clock).retry(operation)).await;
    let with = sent(DOUBLING.timer(&clock).retry_with(|_| operation())).await;
    let (told, report) = sent(DOUBLING.timer(&clock).report(operation)).await;
    let full = DOUBLING
        .when_err(|_: &Local| true)
        .on_retry(|_| ())
        .budget(&budget)
        .breaker(&breaker)
        .attempt_timeout(SEC)
        .observer(&observer)
        .timer(&clock);
    let full = sent(full.retry(operation)).await;

    assert!([bare, with, told, full].iter().all(Result::is_err));
    assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted);
}

#[tokio::test]
async fn each_attempt_knows_its_place_in_the_call() {
    let clock = Clock::default();
    let mut calls = Vec::new();
    for _ in 0..2 {
        let mut seen = Vec::new();
        let _ = DOUBLING
            .max_attempts(3)
            .timer(&clock)
            .retry_with(|attempt| {
                calls.push(attempt.call_id());
                seen.push((
                    attempt.number(),
                    attempt.previous_delay().as_secs(),
                    attempt.elapsed().as_secs(),
                    attempt.is_last(),
                ));
                clock.pass(SEC);
                ready(None::<()>)
            })
            .await;
        assert_eq!(seen, [(1, 0, 0, false), (2, 1, 2, false), (3, 2, 5, true)]);
    }
    assert!(calls[..3].iter().all(|id| *id == calls[0]));
    assert!(calls[3..].iter().all(|id| *id == calls[3]));
    assert_ne!(calls[0], calls[3]);
    assert_ne!(calls[0].to_string(), calls[3].to_string());
}

#[tokio::test]
async fn a_report_tells_attempts_time_and_waits_on_success_too() {
    let clock = Clock::default();
    let mut next = script([None, None, Some(7)]);
    let (outcome, report) = DOUBLING
        .timer(&clock)
        .report(|| {
            clock.pass(SEC / 2);
            ready(next())
        })
        .await;
    assert_eq!((outcome, report.attempts()), (Some(7), 3));
    assert_eq!(report.waited(), 3 * SEC);
    assert_eq!(report.elapsed(), Duration::from_millis(4_500));
    assert_eq!(report.stop_reason(), StopReason::Done);
}
