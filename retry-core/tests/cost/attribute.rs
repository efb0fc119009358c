//! Calls by the attribute, which writes a loop of its own.

use retry_core::{Attempt, Budget, CircuitBreaker, RetryError, retry};

use crate::{BAD, Cost, Counting, Failed, GOOD, Outcome, Silent, finish, spent};

#[retry(max_attempts = 4, timer = clock)]
async fn bare(clock: &Counting, outcome: fn() -> Outcome) -> Outcome {
    outcome()
}

#[retry(max_attempts = 4, fixed_ms = 0)]
fn immediate(outcome: fn() -> Outcome) -> Outcome {
    outcome()
}

#[retry(max_attempts = 4, timer = clock, when_err = |_| true, on_retry = |_| (), budget = budget, breaker = breaker)]
async fn guarded(
    clock: &Counting,
    budget: &Budget,
    breaker: &CircuitBreaker,
    outcome: fn() -> Outcome,
) -> Outcome {
    outcome()
}

#[retry(max_attempts = 4, max_elapsed = "1h", timer = clock)]
async fn limited(clock: &Counting, outcome: fn() -> Outcome) -> Outcome {
    outcome()
}

#[retry(max_attempts = 4, attempt_timeout = "1h", timer = clock)]
async fn timed(clock: &Counting, outcome: fn() -> Outcome) -> Outcome {
    outcome()
}

#[retry(max_attempts = 4, attempt = attempt, timer = clock)]
async fn placed(clock: &Counting, outcome: fn() -> Outcome) -> Outcome {
    let _: Attempt = attempt;
    outcome()
}

#[retry(max_attempts = 4, wrap_error, timer = clock)]
async fn wrapped(clock: &Counting, outcome: fn() -> Outcome) -> Result<u32, RetryError<Failed>> {
    outcome()
}

#[retry(max_attempts = 4, observer = Silent, timer = clock)]
async fn observed(clock: &Counting, outcome: fn() -> Outcome) -> Outcome {
    outcome()
}

#[test]
fn the_first_success_costs_nothing() {
    let (budget, breaker) = (Budget::new(0.1), CircuitBreaker::new());
    let table = [
        ("bare", cost!(clock => bare(clock, || GOOD))),
        (
            "guarded",
            cost!(clock => guarded(clock, &budget, &breaker, || GOOD)),
        ),
    ];
    for (name, cost) in table {
        assert_eq!(cost, Cost::default(), "{name}");
    }
}

#[test]
fn the_clock_is_read_only_where_something_limits_or_shows_time() {
    let table = [
        ("max_elapsed", cost!(clock => limited(clock, || GOOD))),
        ("attempt_timeout", cost!(clock => timed(clock, || GOOD))),
        ("attempt", cost!(clock => placed(clock, || GOOD))),
        ("wrap_error", cost!(clock => wrapped(clock, || GOOD))),
        ("observer", cost!(clock => observed(clock, || GOOD))),
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
fn a_blocking_call_without_delay_costs_nothing_whatever_becomes_of_it() {
    for outcome in [|| GOOD, || BAD] {
        let cost = cost!(blocking _clock => immediate(outcome));
        assert_eq!(cost, Cost::default());
    }
}

#[test]
fn three_retries_cost_three_timers_and_their_jitter() {
    let (budget, breaker) = (Budget::new(0.1), CircuitBreaker::new());
    let table = [
        ("bare", cost!(clock => bare(clock, || BAD))),
        (
            "guarded",
            cost!(clock => guarded(clock, &budget, &breaker, || BAD)),
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
