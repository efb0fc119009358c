//! Breakers through the drivers: who is refused, what counts, and what an open circuit does to a retry.

use std::future::{pending, ready};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{BreakerState, CircuitBreaker, Policy, Report, StopReason, Verdict};
use tokio::time::sleep;

use crate::clock::Clock;
use crate::failed::{Failed, failing};
use crate::runtime::Runtime;

const SEC: Duration = Duration::from_secs(1);
const EVERY_SEC: Policy = Policy::new().max_attempts(4).fixed(SEC);

/// Opens at the first failure, for 10 s, and closes after one good probe.
fn tight() -> CircuitBreaker {
    CircuitBreaker::new()
        .min_calls(1)
        .break_time(10 * SEC)
        .probes(1)
}

async fn called(
    policy: Policy,
    breaker: &CircuitBreaker,
    clock: &Clock,
    failures: u32,
) -> (Result<u32, Failed>, Report) {
    let mut next = failing(failures);
    let call = policy.breaker(breaker).timer(clock);
    call.report(|| ready(next())).await
}

#[tokio::test]
async fn an_open_circuit_refuses_the_first_attempt_at_once() {
    let (clock, breaker) = (Clock::default(), tight());
    let once = EVERY_SEC.max_attempts(1);
    let (outcome, _) = called(once, &breaker, &clock, 9).await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    clock.pass(3 * SEC);

    let (outcome, report) = EVERY_SEC
        .breaker(&breaker)
        .timer(&clock)
        .report(|| -> std::future::Ready<Result<(), Failed>> { panic!("called") })
        .await;
    assert!(matches!(outcome, Err(Failed::Rejected(open)) if open.time_left() == 7 * SEC));
    assert_eq!(
        (report.attempts(), report.stop_reason()),
        (0, StopReason::CircuitOpen)
    );
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn the_time_that_a_circuit_stays_open_is_a_hint() {
    let (clock, breaker) = (Clock::default(), tight());
    let (outcome, report) = called(EVERY_SEC, &breaker, &clock, 2).await;
    assert_eq!((outcome, report.attempts()), (Ok(3), 3));
    assert_eq!(clock.waits(), [10 * SEC, 10 * SEC]);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test]
async fn of_two_hints_the_longer_one_counts() {
    for (hint, wait) in [(3, 10), (30, 30)] {
        let (clock, breaker) = (Clock::default(), tight());
        let mut next = failing(1);
        let outcome = EVERY_SEC
            .when_err(|_| Verdict::RetryAfter(hint * SEC))
            .breaker(&breaker)
            .timer(&clock)
            .retry(|| ready(next()))
            .await;
        assert_eq!((outcome, clock.waits()), (Ok(2), vec![wait * SEC]));
    }
}

#[tokio::test]
async fn a_circuit_that_stays_open_too_long_ends_the_call_with_its_last_outcome() {
    let table = [EVERY_SEC.max_hint(9 * SEC), EVERY_SEC.max_elapsed(10 * SEC)];
    for policy in table {
        let (clock, breaker) = (Clock::default(), tight());
        let (outcome, report) = called(policy, &breaker, &clock, 9).await;
        assert_eq!(outcome, Err(Failed::Busy(1)), "{policy}");
        assert_eq!(
            (report.attempts(), report.stop_reason()),
            (1, StopReason::CircuitOpen)
        );
        assert_eq!(clock.waits(), [], "{policy}");
    }
}

#[tokio::test]
async fn a_hint_of_the_server_that_is_too_long_is_not_blamed_on_the_breaker() {
    let (clock, breaker) = (Clock::default(), tight());
    let (_, report) = EVERY_SEC
        .when_err(|_: &Failed| Verdict::RetryAfter(90 * SEC))
        .breaker(&breaker)
        .timer(&clock)
        .report(|| ready(Err::<(), _>(Failed::Busy(1))))
        .await;
    assert_eq!(report.stop_reason(), StopReason::HintTooLong);
}

#[tokio::test]
async fn a_circuit_that_opened_meanwhile_refuses_the_retry() {
    let (clock, breaker) = (Clock::default(), CircuitBreaker::new());
    let mut calls = 0;
    let (outcome, report) = EVERY_SEC
        .on_retry(|_| breaker.force_open())
        .breaker(&breaker)
        .timer(&clock)
        .report(|| {
            calls += 1;
            ready(Err::<(), _>(Failed::Busy(calls)))
        })
        .await;
    assert!(matches!(outcome, Err(Failed::Rejected(_))));
    assert_eq!(
        (calls, report.attempts()),
        (1, 1),
        "a refused attempt is not an attempt"
    );
    assert_eq!(report.stop_reason(), StopReason::CircuitOpen);
}

#[tokio::test]
async fn successes_and_permanent_failures_do_not_open_a_circuit() {
    let (clock, breaker) = (Clock::default(), tight());
    for _ in 0..50 {
        called(EVERY_SEC, &breaker, &clock, 0).await.0.unwrap();
        let call = EVERY_SEC.when_err(|_: &Failed| false).breaker(&breaker);
        let call = call
            .timer(&clock)
            .retry(|| ready(Err::<(), _>(Failed::Busy(1))));
        assert!(call.await.is_err());
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test]
async fn the_last_failure_of_a_call_counts_although_nothing_follows_it() {
    let (clock, breaker) = (Clock::default(), tight());
    called(EVERY_SEC.max_attempts(1), &breaker, &clock, 9)
        .await
        .0
        .unwrap_err();
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test]
async fn an_attempt_that_succeeds_too_late_opens_the_circuit() {
    let (clock, breaker) = (Clock::default(), tight().slow_call(2 * SEC));
    for (took, state) in [(SEC, BreakerState::Closed), (2 * SEC, BreakerState::Open)] {
        let call = EVERY_SEC.breaker(&breaker).timer(&clock);
        let outcome = call.retry(|| {
            clock.pass(took);
            ready(Ok::<_, Failed>(1))
        });
        assert_eq!(outcome.await, Ok(1));
        assert_eq!(breaker.state(), state);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_counts_as_a_failure() {
    let breaker = tight();
    let once = EVERY_SEC.max_attempts(1);
    let call = once.breaker(&breaker).attempt_timeout(SEC);
    let outcome = call
        .timer(Runtime::new())
        .retry(async || {
            sleep(2 * SEC).await;
            Ok::<(), Failed>(())
        })
        .await;
    assert!(matches!(outcome, Err(Failed::TimedOut(_))));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test]
async fn a_probe_that_is_dropped_makes_room_for_another() {
    let (clock, breaker) = (Clock::default(), tight());
    called(EVERY_SEC.max_attempts(1), &breaker, &clock, 9)
        .await
        .0
        .unwrap_err();
    clock.pass(10 * SEC);
    {
        let call = EVERY_SEC.breaker(&breaker).timer(&clock);
        let mut probe = pin!(call.retry(pending::<Result<(), Failed>>));
        let _ = probe.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        let (outcome, _) = called(EVERY_SEC, &breaker, &clock, 0).await;
        assert!(
            matches!(outcome, Err(Failed::Rejected(_))),
            "one probe at a time"
        );
    }
    assert_eq!(called(EVERY_SEC, &breaker, &clock, 0).await.0, Ok(1));
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test]
async fn a_forced_state_is_obeyed_until_reset() {
    let (clock, breaker) = (Clock::default(), tight());
    breaker.force_open();
    clock.pass(3600 * SEC);
    let (outcome, report) = called(EVERY_SEC, &breaker, &clock, 0).await;
    assert!(matches!(outcome, Err(Failed::Rejected(open)) if open.time_left() == Duration::MAX));
    assert_eq!(report.attempts(), 0);

    breaker.force_closed();
    let (outcome, report) = called(EVERY_SEC, &breaker, &clock, 3).await;
    assert_eq!((outcome, report.attempts()), (Ok(4), 4));
    assert_eq!(breaker.state(), BreakerState::ForcedClosed);

    breaker.reset();
    called(EVERY_SEC.max_attempts(1), &breaker, &clock, 9)
        .await
        .0
        .unwrap_err();
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test]
async fn a_circuit_forced_open_during_an_attempt_ends_the_call_with_that_attempts_outcome() {
    let (clock, breaker) = (Clock::default(), CircuitBreaker::new());
    let (outcome, report) = EVERY_SEC
        .max_hint(Duration::from_secs(1_000_000))
        .breaker(&breaker)
        .timer(&clock)
        .report(|| {
            breaker.force_open();
            ready(Err::<(), _>(Failed::Busy(1)))
        })
        .await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(report.stop_reason(), StopReason::CircuitOpen);
}

#[tokio::test]
async fn of_several_breakers_each_has_to_agree_and_each_is_told() {
    let (clock, host, cluster) = (Clock::default(), tight(), tight().min_calls(2));
    let both = |policy: Policy| {
        let (host, cluster, clock) = (&host, &cluster, &clock);
        async move {
            let call = policy.breaker(host).breaker(cluster).timer(clock);
            call.report(|| ready(Err::<(), _>(Failed::Busy(1)))).await
        }
    };
    let once = EVERY_SEC.max_attempts(1);
    both(once).await.0.unwrap_err();
    assert_eq!(
        (host.state(), cluster.state()),
        (BreakerState::Open, BreakerState::Closed)
    );
    let (outcome, report) = both(once).await;
    assert!(matches!(outcome, Err(Failed::Rejected(open)) if open.time_left() == 10 * SEC));
    assert_eq!(
        (report.attempts(), report.stop_reason()),
        (0, StopReason::CircuitOpen)
    );

    clock.pass(10 * SEC);
    let (outcome, _) = both(once).await;
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(
        (host.state(), cluster.state()),
        (BreakerState::Open, BreakerState::Open)
    );
}

#[tokio::test]
async fn the_same_breaker_twice_is_asked_and_told_once() {
    let (clock, breaker) = (Clock::default(), tight());
    let other = CircuitBreaker::new();
    let twice = |policy: Policy, failures| {
        let mut next = failing(failures);
        let call = policy.breaker(&breaker).breaker(&other);
        let call = call.breaker(&breaker).timer(&clock);
        call.retry(move || ready(next()))
    };
    let once = EVERY_SEC.max_attempts(1);
    assert_eq!(twice(once, 9).await, Err(Failed::Busy(1)));
    clock.pass(10 * SEC);
    assert_eq!(twice(once, 0).await, Ok(1), "the one probe is enough");
    assert_eq!(breaker.state(), BreakerState::Closed);

    let breaker = std::sync::Arc::new(tight().min_calls(2));
    let once = once.breaker(&breaker).breaker(breaker.clone());
    let outcome = once.retry_blocking(|| Err::<(), _>(Failed::Busy(1)));
    assert_eq!(outcome, Err(Failed::Busy(1)));
    assert_eq!(breaker.state(), BreakerState::Closed, "one failure");
}

#[tokio::test]
async fn of_several_breakers_the_longest_time_left_is_the_hint() {
    for (inner, outer) in [(7, 3), (3, 7)] {
        let clock = Clock::default();
        let [inner, outer] = [inner, outer].map(|secs| tight().break_time(secs * SEC));
        let mut next = failing(1);
        let both = EVERY_SEC.breaker(&inner).breaker(&outer).timer(&clock);
        assert_eq!(both.retry(|| ready(next())).await, Ok(2));
        assert_eq!(clock.waits(), [7 * SEC]);
    }
}

#[tokio::test]
async fn a_call_that_one_breaker_refuses_takes_no_probe_of_another() {
    let (clock, half_open, open) = (Clock::default(), tight(), tight());
    called(EVERY_SEC.max_attempts(1), &half_open, &clock, 9)
        .await
        .0
        .unwrap_err();
    clock.pass(10 * SEC);
    open.force_open();
    let both = EVERY_SEC.breaker(&open).breaker(&half_open);
    let refused = both.timer(&clock).retry(|| ready(Ok::<(), Failed>(())));
    assert!(matches!(refused.await, Err(Failed::Rejected(_))));
    assert_eq!(half_open.state(), BreakerState::HalfOpen);
    assert_eq!(called(EVERY_SEC, &half_open, &clock, 0).await.0, Ok(1));
}
