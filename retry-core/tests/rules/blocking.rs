//! The blocking drivers, on a clock that does not block.

use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Jitter, Policy, StopReason};

use crate::clock::Clock;
use crate::failed::{Failed, failing};
use crate::recorder::Recorder;

const SEC: Duration = Duration::from_secs(1);

static DOUBLING: Policy = Policy::new()
    .max_attempts(4)
    .exp_multiplier(SEC)
    .jitter(Jitter::None);

#[test]
fn exponential_waits_are_exactly_1_2_and_4_seconds() {
    let clock = Clock::default();
    let outcome = DOUBLING.timer(&clock).retry_blocking(failing(9));
    assert_eq!(outcome, Err(Failed::Busy(4)));
    assert_eq!(clock.waits(), [SEC, 2 * SEC, 4 * SEC]);
}

#[test]
fn a_zero_delay_does_not_touch_the_timer() {
    let clock = Clock::default();
    let policy = Policy::new().fixed(Duration::ZERO);
    assert_eq!(policy.timer(&clock).retry_blocking(failing(2)), Ok(3));
    assert_eq!(clock.waits(), []);
}

#[test]
fn a_zero_delay_needs_no_timer_at_all() {
    let policy = Policy::new().fixed(Duration::ZERO);
    assert_eq!(policy.retry_blocking(failing(2)), Ok(3));
}

#[test]
fn no_attempt_starts_before_its_delay_has_passed() {
    let clock = Clock::default();
    let mut started = Vec::new();
    let _ = DOUBLING.timer(&clock).retry_blocking(|| {
        started.push(clock.time().as_secs());
        None::<()>
    });
    assert_eq!(started, [0, 1, 3, 7]);
}

#[test]
fn each_attempt_knows_its_place_in_the_call() {
    let clock = Clock::default();
    let mut seen = Vec::new();
    let _ = DOUBLING
        .max_attempts(2)
        .timer(&clock)
        .retry_with_blocking(|attempt| {
            let delay = attempt.previous_delay();
            seen.push((
                attempt.number(),
                delay,
                attempt.elapsed(),
                attempt.is_last(),
            ));
            None::<()>
        });
    let zero = Duration::ZERO;
    assert_eq!(seen, [(1, zero, zero, false), (2, SEC, SEC, true)]);
}

#[test]
fn limits_behaviour_and_report_are_those_of_the_async_drivers() {
    let (clock, observer) = (Clock::default(), Recorder::default());
    let (budget, breaker) = (Budget::new(0.0).reserve(1), CircuitBreaker::new());
    let mut told = Vec::new();
    let (outcome, report) = DOUBLING
        .when_err(|error| matches!(error, Failed::Busy(_)))
        .on_retry(|event| told.push(event.delay()))
        .budget(&budget)
        .breaker(&breaker)
        .observer(&observer)
        .timer(&clock)
        .report_blocking(failing(9));
    assert_eq!(outcome, Err(Failed::Busy(2)));
    assert_eq!(told, [SEC]);
    assert_eq!((report.attempts(), report.waited()), (2, SEC));
    assert_eq!(report.stop_reason(), StopReason::BudgetExhausted);
    assert_eq!(
        observer.lines(),
        [
            "1 started",
            "1 ended Retry",
            "1 scheduled 1s",
            "2 started",
            "2 ended Retry",
            "2 stopped BudgetExhausted",
        ]
    );
}

#[test]
fn an_operation_may_borrow_what_its_closure_holds() {
    let clock = Clock::default();
    let mut log = String::new();
    let outcome = DOUBLING.timer(&clock).retry_blocking(|| {
        log.push('x');
        (log.len() == 3).then_some(())
    });
    assert_eq!((outcome, log.as_str()), (Some(()), "xxx"));
}
