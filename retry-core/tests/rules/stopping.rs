//! `stop_on`: a signal ends the waiting, never an attempt.

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::task::Poll;
use std::time::Duration;

use retry_core::{Budget, Policy, Report, StopReason, Timer};
use tokio::time::{Instant, sleep, sleep_until};

use crate::recorder::Recorder;
use crate::runtime::Runtime;

const SEC: Duration = Duration::from_secs(1);
const EVERY_10S: Policy = Policy::new().fixed(SEC.saturating_mul(10));

/// Fires at a time, and must not be polled after that.
fn at(time: Instant) -> impl Future<Output = ()> {
    let (mut signal, mut fired) = (Box::pin(sleep_until(time)), false);
    poll_fn(move |cx| {
        assert!(!fired, "polled after it fired");
        let poll = signal.as_mut().poll(cx);
        fired = poll.is_ready();
        poll
    })
}

/// A wait that is over as soon as it is polled.
struct AtOnce;

impl Timer for AtOnce {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {}
}

/// A call that is stopped at second `stop`, whose attempts take `attempt` and fail until the last.
async fn stopped(stop: Duration, attempt: Duration) -> (Result<u32, u32>, Report, Duration) {
    let (start, mut calls) = (Instant::now(), 0);
    let (outcome, report) = EVERY_10S
        .stop_on(at(start + stop))
        .timer(Runtime::new())
        .report(|| {
            calls += 1;
            let calls = calls;
            async move {
                sleep(attempt).await;
                if calls < 3 { Err(calls) } else { Ok(calls) }
            }
        })
        .await;
    (outcome, report, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_signal_fires() {
    let (outcome, report, elapsed) = stopped(5 * SEC, SEC).await;
    assert_eq!((outcome, elapsed), (Err(1), 5 * SEC));
    assert_eq!(report.stop_reason(), StopReason::Stopped);
    assert_eq!((report.attempts(), report.waited()), (1, Duration::ZERO));

    let (outcome, report, elapsed) = stopped(15 * SEC, SEC).await;
    assert_eq!((outcome, elapsed), (Err(2), 15 * SEC));
    assert_eq!((report.attempts(), report.waited()), (2, 10 * SEC));
}

#[tokio::test(start_paused = true)]
async fn a_running_attempt_ends_by_itself_and_no_wait_follows() {
    let (outcome, report, elapsed) = stopped(SEC, 3 * SEC).await;
    assert_eq!((outcome, elapsed), (Err(1), 3 * SEC));
    assert_eq!(report.stop_reason(), StopReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_signal_that_has_fired_before_the_call_allows_one_attempt() {
    let (outcome, report, elapsed) = stopped(Duration::ZERO, Duration::ZERO).await;
    assert_eq!(
        (outcome, report.attempts(), elapsed),
        (Err(1), 1, Duration::ZERO)
    );
}

#[tokio::test(start_paused = true)]
async fn a_success_is_a_success_although_the_signal_has_fired() {
    let (outcome, report, elapsed) = stopped(27 * SEC, 3 * SEC).await;
    assert_eq!((outcome, elapsed), (Ok(3), 29 * SEC));
    assert_eq!(report.stop_reason(), StopReason::Done);
}

#[tokio::test(start_paused = true)]
async fn a_signal_that_never_fires_changes_nothing() {
    let call = EVERY_10S.stop_on(pending::<()>()).timer(Runtime::new());
    let (outcome, report) = call.report(async || None::<()>).await;
    assert_eq!((outcome, report.attempts()), (None, 3));
    assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_wait_returns_the_token_and_tells_the_observer() {
    let (budget, observer) = (Budget::new(0.0).reserve(1), Recorder::default());
    let outcome = EVERY_10S
        .budget(&budget)
        .observer(&observer)
        .stop_on(at(Instant::now() + SEC))
        .timer(Runtime::new())
        .retry(async || None::<()>)
        .await;
    assert_eq!((outcome, budget.balance()), (None, 1));
    let expected = [
        "1 started",
        "1 ended Retry",
        "1 scheduled 10s",
        "1 stopped Stopped",
    ];
    assert_eq!(observer.lines(), expected);
    assert_eq!(observer.previous_delays(), [Duration::ZERO; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_wait_schedules_nothing() {
    let (told, observer) = (Cell::new(0), Recorder::default());
    let outcome = EVERY_10S
        .on_retry(|_| told.set(told.get() + 1))
        .observer(&observer)
        .stop_on(at(Instant::now()))
        .timer(Runtime::new())
        .retry(async || None::<()>)
        .await;
    assert_eq!((outcome, told.get()), (None, 0));
    let expected = ["1 started", "1 ended Retry", "1 stopped Stopped"];
    assert_eq!(observer.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_stop_reaches_a_call_that_does_not_wait_between_attempts() {
    let calls = Cell::new(0);
    let signal = poll_fn(|_| {
        if calls.get() < 5 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    });
    let policy = Policy::new().unlimited().fixed(Duration::ZERO);
    let call = policy.stop_on(signal).timer(Runtime::new());
    let operation = async || {
        calls.set(calls.get() + 1);
        Err::<(), _>(calls.get())
    };
    assert_eq!(call.retry(operation).await, Err(5));
}

#[tokio::test]
async fn a_signal_that_fires_with_the_end_of_the_wait_stops_the_call() {
    let polls = Cell::new(0);
    let second_poll = poll_fn(|_| {
        polls.set(polls.get() + 1);
        if polls.get() < 2 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    });
    let call = EVERY_10S.stop_on(second_poll).timer(AtOnce);
    let (outcome, report) = call.report(async || None::<()>).await;
    assert_eq!((outcome, report.attempts()), (None, 1));
    assert_eq!(report.stop_reason(), StopReason::Stopped);
}

/// Nobody pays for a retry that a signal has already prevented.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_stopped_says_so_although_its_budget_is_empty() {
    let empty = Budget::new(0.0).reserve(0);
    let (_, report) = EVERY_10S
        .stop_on(ready(()))
        .budget(&empty)
        .timer(Runtime::new())
        .report(|| ready(Err::<(), _>("busy")))
        .await;
    assert_eq!(report.stop_reason(), StopReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_signal_keeps_its_history() {
    let (mut past, mut calls) = (Vec::new(), 0);
    let call = EVERY_10S
        .history(&mut past)
        .stop_on(at(Instant::now() + 15 * SEC))
        .timer(Runtime::new());
    let outcome = call
        .retry(|| {
            calls += 1;
            ready(Err::<(), _>(calls))
        })
        .await;
    assert_eq!(outcome, Err(2));
    assert_eq!(past, [(Err(1), 10 * SEC)], "the last outcome is given back");

    let (mut past, mut calls) = (Vec::new(), 0);
    let call = EVERY_10S
        .history(&mut past)
        .stop_on(pending::<()>())
        .timer(Runtime::new());
    let operation = || {
        calls += 1;
        ready(Err::<(), _>(calls))
    };
    assert_eq!(call.retry(operation).await, Err(3));
    assert_eq!(past, [(Err(1), 10 * SEC), (Err(2), 10 * SEC)]);
}
