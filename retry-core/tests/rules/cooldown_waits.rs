//! What happens while a cooldown makes a call wait: others are told meanwhile, a signal fires, the call is dropped.

use std::future::{pending, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{Cooldown, DefaultTimer, Guard, StopReason, Timer as _};
use tokio::time::{Instant, sleep};

use crate::clock::Clock;
use crate::cooldowns::{EVERY_SEC, HINT, SEC};
use crate::failed::{Failed, failing};
use crate::recorder::Recorder;

#[tokio::test(start_paused = true)]
async fn it_is_read_once_more_after_a_wait() {
    let cooldown = Arc::new(Cooldown::new());
    let start = Instant::now();
    let others = Arc::clone(&cooldown);
    tokio::spawn(async move {
        sleep(SEC / 2).await;
        others.hold(5 * SEC, || DefaultTimer.now());
    });
    let mut next = failing(1);
    let (outcome, report) = EVERY_SEC.cooldown(&cooldown).report(|| ready(next())).await;
    assert_eq!((outcome, report.attempts()), (Ok(2), 2));
    let waited = start.elapsed();
    assert!(SEC * 11 / 2 <= waited && waited <= 8 * SEC, "{waited:?}");
    let rounded = waited.saturating_sub(report.waited());
    assert!(rounded < SEC / 100, "{rounded:?} more than reported");
}

/// Whoever waits before a first attempt looks once more at the end, in every driver.
#[tokio::test(start_paused = true)]
async fn a_hint_that_comes_while_a_first_attempt_is_held_holds_it_longer() {
    #[cfg(feature = "macros")]
    #[retry_core::retry(cooldown = cooldown)]
    async fn annotated(cooldown: &Cooldown) -> Result<u32, Failed> {
        Ok(1)
    }
    let held = |cooldown: Arc<Cooldown>| async move {
        cooldown.hold(HINT, || DefaultTimer.now());
        let others = Arc::clone(&cooldown);
        tokio::spawn(async move {
            sleep(SEC).await;
            others.hold(10 * SEC, || DefaultTimer.now());
        });
    };
    let (start, cooldown) = (Instant::now(), Arc::new(Cooldown::new()));
    held(Arc::clone(&cooldown)).await;
    assert_eq!(
        EVERY_SEC
            .cooldown(&cooldown)
            .retry(|| ready(Ok::<_, Failed>(1)))
            .await,
        Ok(1)
    );
    assert!(start.elapsed() >= 11 * SEC, "{:?}", start.elapsed());
    #[cfg(feature = "macros")]
    {
        let (start, cooldown) = (Instant::now(), Arc::new(Cooldown::new()));
        held(Arc::clone(&cooldown)).await;
        assert_eq!(annotated(&cooldown).await, Ok(1));
        assert!(start.elapsed() >= 11 * SEC, "{:?}", start.elapsed());
    }
}

#[test]
fn a_blocking_call_looks_once_more_too_and_reports_its_waits() {
    /// The first wait brings another hint.
    struct Telling<'c>(&'c Clock, &'c Cooldown);
    impl retry_core::Timer for Telling<'_> {
        fn now(&self) -> Duration {
            self.0.time()
        }
        async fn sleep(&self, _: Duration) {
            unreachable!("it blocks")
        }
        fn sleep_blocking(&self, delay: Duration) {
            if self.0.waits().is_empty() {
                self.1.hold(10 * SEC, || self.0.time());
            }
            self.0.sleep_blocking(delay);
        }
    }
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    cooldown.hold(HINT, || clock.time());
    let call = EVERY_SEC
        .cooldown(&cooldown)
        .timer(Telling(&clock, &cooldown));
    let (outcome, report) = call.report_blocking(|| Ok::<_, Failed>(1));
    assert_eq!((outcome, clock.waits().len()), (Ok(1), 2));
    assert!(clock.time() >= 10 * SEC);
    assert_eq!(report.waited(), clock.waits().iter().sum());
}

#[tokio::test]
async fn who_is_told_of_a_retry_sees_the_delay_that_a_cooldown_imposes() {
    let (clock, cooldown) = (Clock::default(), Cooldown::new());
    let (mut told, mut next) = (Vec::new(), failing(1));
    let call = EVERY_SEC.cooldown(&cooldown).timer(&clock);
    let outcome = call
        .on_retry(|event: &retry_core::RetryEvent<'_, Result<u32, Failed>>| {
            told.push(event.delay());
        })
        .retry(|| {
            cooldown.hold(5 * SEC, || clock.time());
            ready(next())
        })
        .await;
    assert_eq!(outcome, Ok(2));
    assert_eq!(told[0], clock.waits()[0]);
    assert!(told[0] >= 5 * SEC);
}

#[tokio::test(start_paused = true)]
async fn a_remainder_that_is_too_long_refuses_the_retry() {
    let cooldown = Arc::new(Cooldown::new());
    let others = Arc::clone(&cooldown);
    tokio::spawn(async move {
        sleep(SEC / 2).await;
        others.hold(5 * SEC, || DefaultTimer.now());
    });
    let call = EVERY_SEC.max_hint(SEC).cooldown(&cooldown);
    let (outcome, report) = call.report(|| ready(failing(1)())).await;
    assert!(matches!(outcome, Err(Failed::Rejected(by)) if by.guard() == Guard::Cooldown));
    assert_eq!(
        (report.attempts(), report.stop_reason()),
        (1, StopReason::CoolingDown)
    );
}

/// A timer that never wakes anybody.
struct Forever;
impl retry_core::Timer for Forever {
    fn now(&self) -> Duration {
        Duration::ZERO
    }
    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

#[test]
fn a_call_dropped_while_it_is_held_is_abandoned() {
    let (cooldown, recorder) = (Cooldown::new(), Recorder::default());
    cooldown.hold(HINT, || Duration::ZERO);
    {
        let call = EVERY_SEC
            .cooldown(&cooldown)
            .observer(&recorder)
            .timer(Forever)
            .seed(1);
        let mut held = pin!(call.retry(|| ready(Ok::<_, Failed>(1))));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(held.as_mut().poll(&mut cx).is_pending());
    }
    let lines = recorder.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("1 CoolingDown(2."), "{lines:?}");
    assert_eq!(lines[1], "1 abandoned");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_wait_before_a_first_attempt() {
    let cooldown = Cooldown::new();
    cooldown.hold(HINT, || DefaultTimer.now());
    let call = EVERY_SEC.cooldown(&cooldown).stop_on(sleep(SEC));
    let (outcome, report) = call
        .report(|| -> std::future::Ready<Result<(), Failed>> { panic!("called") })
        .await;
    assert!(matches!(outcome, Err(Failed::Rejected(by)) if by.time_left() == SEC));
    assert_eq!(report.stop_reason(), StopReason::Stopped);
}

/// Within the spread too: or a shutdown would let a whole fleet go at once.
#[tokio::test(start_paused = true)]
async fn a_signal_after_the_end_of_a_cooldown_starts_nothing_either() {
    let cooldown = Cooldown::new();
    cooldown.hold(HINT, || DefaultTimer.now());
    let nearly_all = HINT + SEC / 50;
    let mut refused = 0;
    for seed in 0..100 {
        let call = EVERY_SEC
            .cooldown(&cooldown)
            .seed(seed)
            .stop_on(async move {
                tokio::time::sleep_until(Instant::now()).await;
                sleep(nearly_all).await;
            });
        let held = call.report(|| ready(Ok::<_, Failed>(1)));
        let (outcome, report) = held.await;
        refused += u32::from(outcome.is_err());
        assert!(outcome.is_ok() || report.stop_reason() == StopReason::Stopped);
        cooldown.reset();
        cooldown.hold(HINT, || DefaultTimer.now());
    }
    assert!(refused > 90, "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_wait_before_a_later_attempt_with_the_last_outcome() {
    let cooldown = Arc::new(Cooldown::new());
    let others = Arc::clone(&cooldown);
    let call = EVERY_SEC
        .on_retry(move |_| {
            others.hold(5 * SEC, || DefaultTimer.now());
        })
        .cooldown(&cooldown)
        .stop_on(sleep(3 * SEC));
    let (outcome, report) = call.report(|| ready(failing(9)())).await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(
        (report.attempts(), report.stop_reason()),
        (1, StopReason::Stopped)
    );
}
