use std::collections::VecDeque;

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
fn a_half_open_circuit_admits_no_more_than_its_probes() {
    let breaker = opened();
    let probes: Vec<_> = (0..3).map(|_| breaker.admit(at(10)).unwrap()).collect();
    assert_eq!(breaker.admit(at(12)).unwrap_err().time_left(), 8 * SECOND);
    assert_eq!(breaker.time_left(at(12)), Some(8 * SECOND));
    drop(probes);
    assert_eq!(breaker.time_left(at(12)), None);
}

#[test]
fn a_reported_probe_makes_no_room_for_another() {
    let breaker = open(tight().failure_ratio(1.0).probes(2));
    breaker.admit(at(10)).unwrap().record(true, unasked);
    let second = breaker.admit(at(10)).unwrap();
    assert!(breaker.admit(at(10)).is_err());
    second.record(true, at(10));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn the_circuit_closes_with_an_empty_window_once_failures_can_no_longer_be_too_many() {
    let breaker = opened();
    breaker.admit(at(10)).unwrap().record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker.admit(at(10)).unwrap().record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(unasked).unwrap().record(true, unasked);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn the_circuit_opens_again_once_failures_are_too_many_whatever_follows() {
    let breaker = opened();
    let late = breaker.admit(at(10)).unwrap();
    breaker.admit(at(10)).unwrap().record(true, unasked);
    breaker.admit(at(10)).unwrap().record(true, at(11));
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(at(11)), Some(10 * SECOND));
    late.record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn in_place_of_probes_that_do_not_report_as_many_others_are_admitted() {
    let breaker = opened();
    let lost: Vec<_> = (10..13).map(|s| breaker.admit(at(s)).unwrap()).collect();
    assert!(breaker.admit(at(21)).is_err(), "the newest is 9 s old");
    for _ in 0..2 {
        breaker.admit(at(22)).unwrap().record(false, unasked);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    for probe in lost {
        probe.record(true, unasked);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

/// Ten minutes of an arrival each 100 ms, whose call succeeds after 1.5 s. Gives back how many are refused.
fn ten_minutes_of_slow_calls(breaker: &CircuitBreaker) -> u32 {
    let tenths = |n: u32| move || Duration::from_millis(100) * n;
    let (mut running, mut refused) = (VecDeque::new(), 0);
    for now in 10..6010 {
        if running.front().is_some_and(|&(end, _)| end == now) {
            let (_, permit): (_, Permit<'_>) = running.pop_front().unwrap();
            permit.record(false, tenths(now));
        }
        match breaker.admit(tenths(now)) {
            Ok(permit) => running.push_back((now + 15, permit)),
            Err(_) => refused += 1,
        }
    }
    refused
}

#[test]
fn half_open_ends_although_healthy_probes_take_longer_than_the_break() {
    for probes in [1, 2, 3] {
        let breaker = open(tight().break_time(SECOND).probes(probes));
        let refused = ten_minutes_of_slow_calls(&breaker);
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert!(refused < 15, "{refused} refused with {probes} probes");
    }
}

#[test]
fn probes_that_fail_later_than_the_break_open_the_circuit_again() {
    let breaker = open(tight().break_time(SECOND).probes(1));
    let slow = breaker.admit(at(1)).unwrap();
    let next = breaker.admit(at(2)).unwrap();
    slow.record(true, at(2));
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(at(2)), Some(SECOND));
    next.record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::Open, "one report was enough");
}

#[test]
fn a_permit_from_before_gives_no_place_back() {
    let breaker = open(tight().break_time(SECOND).probes(1));
    let slow = breaker.admit(at(1)).unwrap();
    let next = breaker.admit(at(2)).unwrap();
    drop(slow);
    assert!(
        breaker.admit(at(2)).is_err(),
        "the place of the next is taken"
    );
    drop(next);
    assert!(breaker.admit(at(2)).is_ok());

    let breaker = tight().probes(1);
    let straggler = breaker.admit(unasked).unwrap();
    for _ in 0..2 {
        breaker.admit(unasked).unwrap().record(true, at(0));
    }
    let probe = breaker.admit(at(10)).unwrap();
    drop(straggler);
    assert!(breaker.admit(at(10)).is_err(), "the probe is out");
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
fn an_opening_that_is_decided_is_not_taken_back() {
    let opened_late = |by_the_first: fn()| {
        let breaker = open(tight().break_time(SECOND).probes(1));
        let first = breaker.admit(at(1)).unwrap();
        let second = breaker.admit(at(2)).unwrap();
        let record = std::panic::AssertUnwindSafe(|| {
            first.record(true, || {
                by_the_first();
                second.record(false, at(3));
                4 * SECOND
            });
        });
        std::panic::catch_unwind(record).ok();
        breaker
    };
    let breaker = opened_late(|| ());
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(at(3)), Some(SECOND));

    // A clock that panics leaves the opening to the next report.
    let breaker = opened_late(|| panic!("no clock"));
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker.admit(at(3)).unwrap().record(false, at(3));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_trickle_of_calls_closes_the_circuit_too() {
    let breaker = opened();
    breaker.admit(at(100)).unwrap().record(false, unasked);
    breaker.admit(at(200)).unwrap().record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn an_outcome_from_before_the_break_is_not_a_probe() {
    let breaker = tight();
    let old = breaker.admit(unasked).unwrap();
    for _ in 0..2 {
        breaker.admit(unasked).unwrap().record(true, at(0));
    }
    let probe = breaker.admit(at(10)).unwrap();
    old.record(false, unasked);
    breaker.admit(at(10)).unwrap().record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    probe.record(false, unasked);
    assert_eq!(breaker.state(), BreakerState::Closed);
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
