//! Observers: what they are told, in which order, and that every call is closed exactly once.

use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{CircuitBreaker, Jitter, Policy};

use crate::clock::Clock;
use crate::failed::{Failed, failing};
use crate::recorder::Recorder;

const EVERY_SEC: Policy = Policy::new().fixed(Duration::from_secs(1));

/// Polls a call this often and drops it.
fn polled(times: u32, call: impl Future) {
    let mut call = pin!(call);
    for _ in 0..times {
        let _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
}

#[tokio::test]
async fn a_call_is_told_from_its_first_attempt_to_its_stop() {
    let table = [
        (
            failing(0),
            vec!["1 started", "1 ended Done", "1 stopped Done"],
        ),
        (
            failing(1),
            vec![
                "1 started",
                "1 ended Retry",
                "1 scheduled 1s",
                "2 started",
                "2 ended Done",
                "2 stopped Done",
            ],
        ),
    ];
    for (mut next, expected) in table {
        let (clock, observer) = (Clock::default(), Recorder::default());
        let call = EVERY_SEC.observer(&observer).timer(&clock);
        let _ = call.retry(|| ready(next())).await;
        assert_eq!(observer.lines(), expected);
    }
}

#[tokio::test]
async fn a_call_that_gives_up_is_stopped_not_abandoned() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let once = EVERY_SEC.max_attempts(1);
    let call = once.observer(&observer).timer(&clock);
    let _ = call.retry(|| ready(None::<()>)).await;
    let expected = ["1 started", "1 ended Retry", "1 stopped AttemptsExhausted"];
    assert_eq!(observer.lines(), expected);

    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = EVERY_SEC
        .when_err(|_| false)
        .observer(&observer)
        .timer(&clock);
    let _ = call.retry(|| ready(Err::<(), _>(1))).await;
    let expected = ["1 started", "1 ended Permanent", "1 stopped Permanent"];
    assert_eq!(observer.lines(), expected);
}

#[test]
fn a_call_dropped_in_an_attempt_is_abandoned() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = EVERY_SEC.observer(&observer).timer(&clock);
    polled(1, call.retry(pending::<Option<()>>));
    assert_eq!(observer.lines(), ["1 started", "1 abandoned"]);
}

#[test]
fn a_call_dropped_while_waiting_is_abandoned() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = EVERY_SEC.observer(&observer).timer(&clock);
    polled(1, call.retry(|| ready(None::<()>)));
    let expected = [
        "1 started",
        "1 ended Retry",
        "1 scheduled 1s",
        "1 abandoned",
    ];
    assert_eq!(observer.lines(), expected);
}

#[test]
fn a_call_whose_operation_panics_is_abandoned() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = EVERY_SEC.observer(&observer).timer(&clock);
    let panics =
        AssertUnwindSafe(|| polled(1, call.retry(async || -> Option<()> { panic!("bug") })));
    assert!(catch_unwind(panics).is_err());
    assert_eq!(observer.lines(), ["1 started", "1 abandoned"]);

    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = EVERY_SEC.observer(&observer).timer(&clock);
    let panics = AssertUnwindSafe(|| call.retry_blocking(|| -> Option<()> { panic!("bug") }));
    assert!(catch_unwind(panics).is_err());
    assert_eq!(observer.lines(), ["1 started", "1 abandoned"]);
}

#[tokio::test]
async fn a_call_that_a_breaker_refuses_is_stopped_without_an_attempt() {
    let (clock, observer, breaker) = (Clock::default(), Recorder::default(), CircuitBreaker::new());
    breaker.force_open();
    let call = EVERY_SEC
        .breaker(&breaker)
        .observer(&observer)
        .timer(&clock);
    let _ = call.retry(|| ready(Ok::<(), Failed>(()))).await;
    assert_eq!(observer.lines(), ["0 stopped CircuitOpen"]);
}

#[tokio::test]
async fn a_retry_that_a_breaker_refuses_stops_the_call_after_its_last_attempt() {
    let (clock, observer, breaker) = (Clock::default(), Recorder::default(), CircuitBreaker::new());
    let call = EVERY_SEC
        .on_retry(|_| breaker.force_open())
        .breaker(&breaker)
        .observer(&observer)
        .timer(&clock);
    let _ = call.retry(|| ready(Err::<(), _>(Failed::Busy(1)))).await;
    let expected = [
        "1 started",
        "1 ended Retry",
        "1 scheduled 1s",
        "1 stopped CircuitOpen",
    ];
    assert_eq!(observer.lines(), expected);
}

#[tokio::test]
async fn every_observer_of_a_call_is_told() {
    let (clock, first, second) = (Clock::default(), Recorder::default(), Recorder::default());
    let call = EVERY_SEC.observer(&first).observer(&second).timer(&clock);
    let _ = call.retry(|| ready(None::<()>)).await;
    assert_eq!(first.lines(), second.lines());
    assert_eq!(first.lines().len(), 9);
}

/// After attempt n, n seconds: each delay tells which one it is.
const GROWING: Policy = Policy::new()
    .incr_start(Duration::from_secs(1))
    .incr_step(Duration::from_secs(1))
    .jitter(Jitter::None);

fn seconds(expected: &[u64]) -> Vec<Duration> {
    expected.iter().copied().map(Duration::from_secs).collect()
}

#[tokio::test]
async fn each_event_tells_the_delay_before_its_attempt() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let call = GROWING.observer(&observer).timer(&clock);
    let _ = call.retry(|| ready(None::<()>)).await;
    let expected = [0, 0, 0, 1, 1, 1, 2, 2, 2];
    assert_eq!(observer.previous_delays(), seconds(&expected));
}

#[tokio::test]
async fn a_call_that_ends_after_a_wait_still_tells_the_delay_before_its_last_attempt() {
    for waits in [1, 2] {
        let (clock, observer, breaker) =
            (Clock::default(), Recorder::default(), CircuitBreaker::new());
        let call = GROWING
            .on_retry(|event| {
                if event.attempt().number() == waits {
                    breaker.force_open();
                }
            })
            .breaker(&breaker)
            .observer(&observer)
            .timer(&clock);
        let _ = call.retry(|| ready(Err::<(), _>(Failed::Busy(1)))).await;
        let last = observer.lines().pop();
        assert_eq!(last, Some(format!("{waits} stopped CircuitOpen")));
        let expected: &[u64] = if waits == 1 {
            &[0; 4]
        } else {
            &[0, 0, 0, 1, 1, 1, 1]
        };
        assert_eq!(observer.previous_delays(), seconds(expected));
    }
    for polls in [1, 2] {
        let (clock, observer) = (Clock::default(), Recorder::default());
        let call = GROWING.observer(&observer).timer(&clock);
        polled(polls, call.retry(|| ready(None::<()>)));
        let expected: &[u64] = if polls == 1 {
            &[0; 4]
        } else {
            &[0, 0, 0, 1, 1, 1, 1]
        };
        assert_eq!(observer.previous_delays(), seconds(expected), "abandoned");
    }
}

#[test]
fn the_events_of_one_call_have_one_id() {
    #[derive(Default)]
    struct Ids(std::sync::Mutex<Vec<retry_core::CallId>>);
    impl retry_core::Observer for Ids {
        fn observe(&self, attempt: &retry_core::Attempt, _: retry_core::Event) {
            self.0.lock().unwrap().push(attempt.call_id());
        }
    }
    let ids = Ids::default();
    let policy = Policy::new().fixed(Duration::ZERO);
    policy.observer(&ids).retry_blocking(|| None::<u8>);
    let ids = ids.0.into_inner().unwrap();
    assert!(
        ids.len() > 6 && ids.iter().all(|id| *id == ids[0]),
        "{ids:?}"
    );
}
