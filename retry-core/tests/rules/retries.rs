//! What adapters take: tidying up after outcomes, and what can be attempted once.

use std::future::{pending, ready};
use std::sync::Mutex;
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy, Retries, StopReason, Verdict};
use tokio::time::{Instant, sleep};

use crate::failed::Failed;
use crate::recorder::Recorder;
use crate::runtime::Runtime;

const SEC: Duration = Duration::from_secs(1);
const EVERY_SEC: Policy = Policy::new().fixed(SEC);

type Outcome = Result<u32, Failed>;

fn busy(outcome: &Outcome) -> bool {
    outcome.is_err()
}

fn fails_twice(attempt: retry_core::Attempt) -> std::future::Ready<Outcome> {
    let number = attempt.number();
    ready(if number < 3 {
        Err(Failed::Busy(number))
    } else {
        Ok(number)
    })
}

#[tokio::test(start_paused = true)]
async fn outcomes_that_are_retried_are_tidied_up_and_the_last_is_not() {
    let tidied = Mutex::new(Vec::new());
    let outcome = EVERY_SEC
        .timer(Runtime::new())
        .run_tidily(busy, fails_twice, |outcome| {
            tidied.lock().unwrap().push(outcome);
            ready(())
        })
        .await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(
        *tidied.lock().unwrap(),
        [Err(Failed::Busy(1)), Err(Failed::Busy(2))]
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_users_classifier_gives_up_is_not_tidied_up() {
    let tidied = Mutex::new(0);
    let outcome = EVERY_SEC
        .when_err(|_: &Failed| false)
        .timer(Runtime::new())
        .run_tidily(busy, fails_twice, |_| {
            *tidied.lock().unwrap() += 1;
            ready(())
        })
        .await;
    assert_eq!(
        (outcome, *tidied.lock().unwrap()),
        (Err(Failed::Busy(1)), 0)
    );
}

#[tokio::test(start_paused = true)]
async fn tidying_up_goes_on_beside_the_wait() {
    let (start, ended) = (Instant::now(), Mutex::new(Vec::new()));
    let call = EVERY_SEC.timer(Runtime::new());
    let tidy = |_| async {
        sleep(SEC / 4).await;
        ended.lock().unwrap().push(start.elapsed());
    };
    assert_eq!(call.run_tidily(busy, fails_twice, tidy).await, Ok(3));
    assert_eq!(*ended.lock().unwrap(), [SEC / 4, SEC + SEC / 4]);
    assert_eq!(start.elapsed(), 2 * SEC);
}

#[tokio::test(start_paused = true)]
async fn tidying_up_ends_with_the_wait() {
    let start = Instant::now();
    let call = EVERY_SEC.timer(Runtime::new());
    let outcome = call.run_tidily(busy, fails_twice, |_| pending()).await;
    assert_eq!((outcome, start.elapsed()), (Ok(3), 2 * SEC));
}

#[tokio::test]
async fn a_zero_delay_leaves_a_moment_for_tidying_up() {
    let tidied = Mutex::new(0);
    let policy = Policy::new().fixed(Duration::ZERO);
    let tidy = |_| async { *tidied.lock().unwrap() += 1 };
    let call = policy.timer(Runtime::new());
    assert_eq!(call.run_tidily(busy, fails_twice, tidy).await, Ok(3));
    assert_eq!(*tidied.lock().unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_can_be_attempted_once_has_every_guard_limit_and_observer() {
    let (recorder, start) = (Recorder::default(), Instant::now());
    let (budget, breaker) = (
        Budget::new(1.0).reserve(5),
        CircuitBreaker::new().min_calls(1),
    );
    let outcome: Outcome = EVERY_SEC
        .observer(&recorder)
        .budget(&budget)
        .breaker(&breaker)
        .attempt_timeout(3 * SEC)
        .timer(Runtime::new())
        .run_once(busy, |attempt| {
            assert!(attempt.is_last());
            pending()
        })
        .await;
    assert!(matches!(outcome, Err(Failed::TimedOut(_))));
    assert_eq!(start.elapsed(), 3 * SEC);
    assert_eq!(
        recorder.lines(),
        ["1 started", "1 ended Retry", "1 stopped NotRepeatable"]
    );
    assert_eq!(budget.balance(), 6);
    assert!(breaker.admit(|| SEC).is_err());
}

#[tokio::test]
async fn what_can_be_attempted_once_ends_for_its_own_reason_where_it_has_one() {
    let once = async |retry: Policy, verdict: Verdict| {
        let recorder = Recorder::default();
        let call = retry.observer(&recorder).timer(Runtime::new());
        let outcome: Outcome = call
            .run_once(move |_: &Outcome| verdict, |_| ready(Err(Failed::Busy(1))))
            .await;
        assert_eq!(outcome, Err(Failed::Busy(1)));
        recorder.lines().pop().unwrap()
    };
    let stopped = |reason: StopReason| format!("1 stopped {reason:?}");
    let cases = [
        (3, Verdict::Retry, StopReason::NotRepeatable),
        (3, Verdict::Permanent, StopReason::Permanent),
        (1, Verdict::Retry, StopReason::AttemptsExhausted),
        (3, Verdict::RetryAfter(90 * SEC), StopReason::HintTooLong),
    ];
    for (attempts, verdict, reason) in cases {
        assert_eq!(
            once(EVERY_SEC.max_attempts(attempts), verdict).await,
            stopped(reason)
        );
    }
}

/// The classifier that comes with the operation is for callers who named none.
#[tokio::test]
async fn what_can_be_attempted_once_is_judged_by_the_callers_own_classifier() {
    for (own, reason) in [
        (Verdict::Permanent, "1 stopped Permanent"),
        (Verdict::Done, "1 stopped Done"),
        (Verdict::Retry, "1 stopped NotRepeatable"),
    ] {
        let recorder = Recorder::default();
        let call = EVERY_SEC.when(move |_: &Outcome| own).observer(&recorder);
        let call = call.timer(Runtime::new());
        let done = |_: &Outcome| -> Verdict { panic!("asked although the caller named one") };
        let outcome = call.run_once(done, |_| ready(Err(Failed::Busy(1)))).await;
        assert_eq!(outcome, Err(Failed::Busy(1)));
        assert_eq!(recorder.lines().pop().as_deref(), Some(reason));
    }
}
