//! Calls by the drivers.

use std::future::{pending, ready};
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy};

use crate::{BAD, Cost, Counting, GOOD, Silent, finish, spent};

/// Makes up to three retries.
static POLICY: Policy = Policy::new().max_attempts(4);

#[test]
fn the_first_success_costs_nothing() {
    let budget = Budget::new(0.1);
    let breaker = CircuitBreaker::new();
    let mut past = Vec::new();
    let table = [
        (
            "bare",
            cost!(clock => POLICY.timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "when",
            cost!(clock => POLICY.when(Result::is_err).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "when_err",
            cost!(clock => POLICY.when_err(|_| true).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "on_retry",
            cost!(clock => POLICY.on_retry(|_| ()).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "history",
            cost!(clock => POLICY.history(&mut past).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "wait_with",
            cost!(clock => POLICY.wait_with(|_| Duration::MAX).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "seed",
            cost!(clock => POLICY.seed(7).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "stop_on",
            cost!(clock => POLICY.stop_on(pending::<()>()).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "budget",
            cost!(clock => POLICY.budget(&budget).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "breaker",
            cost!(clock => POLICY.breaker(&breaker).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "both",
            cost!(clock => POLICY.budget(&budget).breaker(&breaker).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "blocking",
            cost!(blocking clock => POLICY.timer(clock).retry_blocking(|| GOOD)),
        ),
        (
            "blocking, both",
            cost!(blocking clock => POLICY.budget(&budget).breaker(&breaker).timer(clock).retry_blocking(|| GOOD)),
        ),
    ];
    for (name, cost) in table {
        assert_eq!(cost, Cost::default(), "{name}");
    }
}

#[test]
fn the_clock_is_read_only_where_something_limits_or_shows_time() {
    let minute = Duration::from_secs(60);
    let limited = POLICY.max_elapsed(minute);
    let budget = Budget::new(0.1).window_time(minute);
    let [windowed, impatient] = [
        CircuitBreaker::new().window_time(minute),
        CircuitBreaker::new().slow_call(minute),
    ];
    let table = [
        (
            "budget with a window",
            cost!(clock => POLICY.budget(&budget).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "breaker with a window of time",
            cost!(clock => POLICY.breaker(&windowed).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "breaker that looks for slow calls",
            cost!(clock => POLICY.breaker(&impatient).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "max_elapsed",
            cost!(clock => limited.timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "attempt_timeout",
            cost!(clock => POLICY.attempt_timeout(Duration::MAX).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "attempt",
            cost!(clock => POLICY.timer(clock).retry_with(|_| ready(GOOD))),
        ),
        (
            "report",
            cost!(clock => POLICY.timer(clock).report(|| ready(GOOD))),
        ),
        (
            "observer",
            cost!(clock => POLICY.observer(Silent).timer(clock).retry(|| ready(GOOD))),
        ),
        (
            "blocking max_elapsed",
            cost!(blocking clock => limited.timer(clock).retry_blocking(|| GOOD)),
        ),
        (
            "blocking attempt",
            cost!(blocking clock => POLICY.timer(clock).retry_with_blocking(|_| GOOD)),
        ),
        (
            "blocking report",
            cost!(blocking clock => POLICY.timer(clock).report_blocking(|| GOOD)),
        ),
        (
            "blocking observer",
            cost!(blocking clock => POLICY.observer(Silent).timer(clock).retry_blocking(|| GOOD)),
        ),
    ];
    for (name, cost) in table {
        assert!((1..=3).contains(&cost.clock_reads), "{name}: {cost:?}");
        let expected = Cost {
            clock_reads: cost.clock_reads,
            ..Cost::default()
        };
        assert_eq!(cost, expected, "{name}");
    }
}

#[test]
fn three_retries_without_a_limit_cost_three_timers_and_their_jitter() {
    let budget = Budget::new(0.1);
    let breaker = CircuitBreaker::new();
    let table = [
        (
            "bare",
            cost!(clock => POLICY.timer(clock).retry(|| ready(BAD))),
        ),
        (
            "when",
            cost!(clock => POLICY.when(Result::is_err).timer(clock).retry(|| ready(BAD))),
        ),
        (
            "on_retry",
            cost!(clock => POLICY.on_retry(|_| ()).timer(clock).retry(|| ready(BAD))),
        ),
        (
            "stop_on",
            cost!(clock => POLICY.stop_on(pending::<()>()).timer(clock).retry(|| ready(BAD))),
        ),
        (
            "both",
            cost!(clock => POLICY.budget(&budget).breaker(&breaker).timer(clock).retry(|| ready(BAD))),
        ),
        (
            "blocking",
            cost!(blocking clock => POLICY.budget(&budget).breaker(&breaker).timer(clock).retry_blocking(|| BAD)),
        ),
    ];
    let expected = Cost {
        timers: 3,
        random_draws: true,
        ..Cost::default()
    };
    for (name, cost) in table {
        assert_eq!(cost, expected, "{name}");
    }
}

#[test]
fn three_retries_draw_no_random_number_where_none_is_asked_for() {
    let fixed = POLICY.fixed(Duration::from_secs(1));
    let expected = Cost {
        timers: 3,
        ..Cost::default()
    };
    let unjittered = cost!(clock => fixed.timer(clock).retry(|| ready(BAD)));
    assert_eq!(unjittered, expected, "fixed");
    let seeded = cost!(clock => POLICY.seed(7).timer(clock).retry(|| ready(BAD)));
    assert_eq!(seeded, expected, "a seed is not drawn from the thread");
    let immediate = POLICY.fixed(Duration::ZERO);
    let immediate = cost!(clock => immediate.timer(clock).retry(|| ready(BAD)));
    assert_eq!(immediate, Cost::default(), "without delay");
}

#[test]
fn three_retries_under_every_limit_allocate_nothing() {
    let budget = Budget::new(0.1);
    let breaker = CircuitBreaker::new();
    let limited = POLICY.max_elapsed(Duration::from_secs(600));
    let cost = cost!(clock => limited
        .when_err(|_| true)
        .on_retry(|_| ())
        .budget(&budget)
        .breaker(&breaker)
        .attempt_timeout(Duration::from_secs(60))
        .stop_on(pending::<()>())
        .observer(Silent)
        .timer(clock)
        .report(|| ready(BAD)));
    assert_eq!((cost.allocations, cost.timers), (0, 3));
}

/// The control of this file: its counters do count.
#[test]
#[cfg(not(feature = "metrics"))]
fn history_costs_memory_once_something_is_kept() {
    let mut past = Vec::new();
    let cost = cost!(clock => POLICY.history(&mut past).timer(clock).retry(|| ready(BAD)));
    assert!(cost.allocations > 0);
    assert_eq!(past.len(), 3);
}
