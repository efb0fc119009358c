//! `attempt_timeout`, under a paused clock.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

use retry_core::{Policy, StopReason, out_of_time};
use tokio::time::{Instant, sleep};

use crate::failed::Failed;
use crate::runtime::Runtime;

const SEC: Duration = Duration::from_secs(1);
const EVERY_SEC: Policy = Policy::new().fixed(SEC);

fn timed_out_after<T>(outcome: &Result<T, Failed>) -> Option<Duration> {
    match outcome {
        Err(Failed::TimedOut(error)) => Some(error.after()),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_is_retried_like_any_failure() {
    let start = Instant::now();
    let (outcome, report) = EVERY_SEC
        .attempt_timeout(3 * SEC)
        .timer(Runtime::new())
        .report(pending::<Result<(), Failed>>)
        .await;
    assert_eq!(timed_out_after(&outcome), Some(3 * SEC));
    assert_eq!(report.attempts(), 3);
    assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted);
    assert_eq!(start.elapsed(), 11 * SEC);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_is_judged_like_any_outcome() {
    let asked = Cell::new(0);
    let (outcome, report) = EVERY_SEC
        .when_err(|error: &Failed| {
            asked.set(asked.get() + 1);
            !matches!(error, Failed::TimedOut(_))
        })
        .attempt_timeout(3 * SEC)
        .timer(Runtime::new())
        .report(pending::<Result<(), Failed>>)
        .await;
    assert_eq!(timed_out_after(&outcome), Some(3 * SEC));
    assert_eq!((report.attempts(), asked.get()), (1, 1));
    assert_eq!(report.stop_reason(), StopReason::Permanent);
}

/// Knows its outcome at once, and is done with it when it is told that time is up.
async fn tidies_up(told: &Cell<u32>) -> Result<&'static str, Failed> {
    poll_fn(|_| {
        if !out_of_time() {
            return Poll::Pending;
        }
        told.set(told.get() + 1);
        Poll::Ready(())
    })
    .await;
    Ok("known")
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_told_in_its_last_poll_that_its_time_is_up() {
    let (told, start) = (Cell::new(0), Instant::now());
    let call = EVERY_SEC.attempt_timeout(3 * SEC).timer(Runtime::new());
    let outcome = call.retry(|| tidies_up(&told)).await;
    assert_eq!((outcome, told.get()), (Ok("known"), 1));
    assert_eq!(start.elapsed(), 3 * SEC);
    assert!(!out_of_time());
}

#[tokio::test(start_paused = true)]
async fn only_the_attempt_whose_time_is_up_is_told() {
    let told = Cell::new(0);
    let inner = EVERY_SEC.attempt_timeout(SEC).timer(Runtime::new());
    let outer = EVERY_SEC.attempt_timeout(3 * SEC).timer(Runtime::new());
    let outcome = outer
        .retry(async || {
            let inner = inner.retry(|| tidies_up(&told)).await;
            assert!(!out_of_time());
            inner
        })
        .await;
    assert_eq!((outcome, told.get()), (Ok("known"), 1));
}

#[test]
fn a_panic_in_the_last_poll_leaves_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let panicked = std::panic::catch_unwind(|| {
        runtime.block_on(async {
            let call = EVERY_SEC.attempt_timeout(SEC).timer(Runtime::new());
            call.retry(async || {
                poll_fn(|_| {
                    assert!(!out_of_time());
                    Poll::<()>::Pending
                })
                .await;
                Ok::<_, Failed>(())
            })
            .await
        })
    });
    assert!(panicked.is_err());
    assert!(!out_of_time());
}

#[tokio::test(start_paused = true)]
async fn an_attempt_gets_no_more_than_max_elapsed_leaves() {
    let start = Instant::now();
    let (outcome, report) = EVERY_SEC
        .max_elapsed(5 * SEC)
        .attempt_timeout(3 * SEC)
        .timer(Runtime::new())
        .report(pending::<Result<(), Failed>>)
        .await;
    assert_eq!(timed_out_after(&outcome), Some(SEC));
    assert_eq!(report.attempts(), 2);
    assert_eq!(report.stop_reason(), StopReason::ElapsedLimit);
    assert_eq!(start.elapsed(), 5 * SEC);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_in_time_is_left_alone() {
    let call = EVERY_SEC.attempt_timeout(3 * SEC).timer(Runtime::new());
    let outcome = call
        .retry(async || {
            sleep(Duration::from_millis(2_999)).await;
            Ok::<_, Failed>("slow")
        })
        .await;
    assert_eq!(outcome, Ok("slow"));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_ready_at_the_last_moment_counts() {
    let call = EVERY_SEC.attempt_timeout(3 * SEC).timer(Runtime::new());
    let outcome = call
        .retry(async || {
            sleep(3 * SEC).await;
            Ok::<_, Failed>("just")
        })
        .await;
    assert_eq!(outcome, Ok("just"));
}

#[tokio::test(start_paused = true)]
async fn an_error_in_time_is_judged_as_ever() {
    let call = EVERY_SEC.when_err(|error| *error != Failed::Busy(1));
    let (outcome, report) = call
        .attempt_timeout(SEC)
        .timer(Runtime::new())
        .report(async || Err::<(), _>(Failed::Busy(1)))
        .await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(report.stop_reason(), StopReason::Permanent);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_is_dropped_before_the_wait() {
    struct Held<'a>(&'a Cell<Option<Duration>>, Instant);
    impl Drop for Held<'_> {
        fn drop(&mut self) {
            self.0.set(Some(self.1.elapsed()));
        }
    }
    let (dropped, start) = (Cell::new(None), Instant::now());
    let call = EVERY_SEC.attempt_timeout(3 * SEC).timer(Runtime::new());
    let outcome = call
        .retry(|| {
            let held = dropped.get().is_none().then(|| Held(&dropped, start));
            async move {
                match held {
                    Some(_held) => pending().await,
                    None => Ok::<_, Failed>(()),
                }
            }
        })
        .await;
    assert_eq!((outcome, start.elapsed()), (Ok(()), 4 * SEC));
    assert_eq!(dropped.get(), Some(3 * SEC));
}
