mod half_open;
mod timed;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl FnOnce() -> Duration {
    move || SECOND * seconds
}

fn unasked() -> Duration {
    panic!("the time was asked for")
}

/// Opens for 10 s after 2 failures of 2, then 3 probes.
fn tight() -> CircuitBreaker {
    CircuitBreaker::new()
        .min_calls(2)
        .break_time(10 * SECOND)
        .probes(3)
}

fn opened() -> CircuitBreaker {
    open(tight())
}

/// Opens it at second 0.
fn open(breaker: CircuitBreaker) -> CircuitBreaker {
    for _ in 0..2 {
        breaker.admit(unasked).unwrap().record(true, at(0));
    }
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker
}

#[test]
fn it_opens_at_the_ratio_once_enough_outcomes_are_known() {
    let breaker = CircuitBreaker::new().min_calls(5).failure_ratio(0.6);
    for failed in [true, true, true, false] {
        breaker.admit(unasked).unwrap().record(failed, unasked);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
    breaker.admit(unasked).unwrap().record(false, at(7));
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(at(8)), Some(29 * SECOND));
}

#[test]
fn only_the_last_outcomes_count() {
    let breaker = CircuitBreaker::new()
        .window(4)
        .min_calls(4)
        .failure_ratio(0.75);
    for failed in [true, true, false, false, false, true, true] {
        breaker.admit(unasked).unwrap().record(failed, unasked);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
    breaker.admit(unasked).unwrap().record(true, at(0));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn an_open_circuit_refuses_until_the_break_is_over() {
    let breaker = opened();
    let refused = breaker.admit(at(3)).unwrap_err();
    assert_eq!(refused.time_left(), 7 * SECOND);
    assert_eq!(breaker.time_left(at(3)), Some(7 * SECOND));
    assert_eq!(breaker.time_left(at(10)), None);
    assert_eq!(breaker.state(), BreakerState::Open);
    let probe = breaker.admit(at(10));
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    drop(probe);
}

#[test]
fn who_finds_the_circuit_turned_while_reading_the_clock_opens_nothing() {
    let breaker = tight();
    breaker.admit(unasked).unwrap().record(true, unasked);
    breaker.admit(unasked).unwrap().record(true, || {
        breaker.force_closed();
        SECOND
    });
    assert_eq!(breaker.state(), BreakerState::ForcedClosed);

    let breaker = tight();
    breaker.admit(unasked).unwrap().record(true, unasked);
    breaker.admit(unasked).unwrap().record(true, || {
        breaker.admit(unasked).unwrap().record(true, at(3));
        SECOND
    });
    assert_eq!(
        breaker.time_left(at(3)),
        Some(10 * SECOND),
        "the first opening stands"
    );
}

#[test]
fn a_forced_state_stays_until_reset() {
    let breaker = tight();
    breaker.force_open();
    assert_eq!(breaker.state(), BreakerState::ForcedOpen);
    let refused = breaker.admit(unasked).unwrap_err();
    assert_eq!(refused.time_left(), Duration::MAX);
    assert_eq!(refused.to_string(), "circuit forced open");
    assert_eq!(breaker.time_left(unasked), Some(Duration::MAX));

    breaker.force_closed();
    assert_eq!(breaker.state(), BreakerState::ForcedClosed);
    assert_eq!(breaker.time_left(unasked), None);
    for _ in 0..100 {
        breaker.admit(unasked).unwrap().record(true, unasked);
    }
    assert_eq!(breaker.state(), BreakerState::ForcedClosed);

    breaker.reset();
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(unasked).unwrap().record(true, unasked);
    breaker.admit(unasked).unwrap().record(true, at(0));
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.reset();
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn a_clock_that_panics_loses_nothing_but_the_opening() {
    let breaker = tight();
    breaker.admit(unasked).unwrap().record(true, unasked);
    let permit = breaker.admit(unasked).unwrap();
    let record = std::panic::AssertUnwindSafe(|| permit.record(true, unasked));
    assert!(std::panic::catch_unwind(record).is_err());
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(unasked).unwrap().record(true, at(0));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn values_out_of_range_saturate() {
    let smallest = || {
        CircuitBreaker::new()
            .window(0)
            .min_calls(0)
            .probes(0)
            .break_time(Duration::ZERO)
    };
    for ratio in [
        f64::NEG_INFINITY,
        -1.0,
        0.0,
        0.5,
        1.0,
        7.0,
        f64::INFINITY,
        f64::NAN,
    ] {
        let breaker = smallest().failure_ratio(ratio);
        breaker.admit(unasked).unwrap().record(false, unasked);
        assert_eq!(breaker.state(), BreakerState::Closed, "ratio {ratio}");
        breaker.admit(unasked).unwrap().record(true, at(0));
        assert_eq!(breaker.state(), BreakerState::Open, "ratio {ratio}");
        assert!(breaker.admit(at(0)).is_err(), "ratio {ratio}");
        breaker.admit(at(1)).unwrap().record(false, unasked);
        assert_eq!(breaker.state(), BreakerState::Closed, "ratio {ratio}");
    }

    let largest = CircuitBreaker::new()
        .window(u32::MAX)
        .min_calls(u32::MAX)
        .probes(u32::MAX)
        .break_time(Duration::MAX);
    for _ in 1..1024 {
        largest.admit(unasked).unwrap().record(true, unasked);
    }
    assert_eq!(largest.state(), BreakerState::Closed);
    largest
        .admit(unasked)
        .unwrap()
        .record(true, || Duration::MAX);
    assert_eq!(largest.state(), BreakerState::Open);
}
