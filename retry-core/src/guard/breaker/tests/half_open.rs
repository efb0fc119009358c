//! Probes, and how the state that admits them ends.

use std::collections::VecDeque;

use super::*;

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
