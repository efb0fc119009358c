//! Breakers that look at time: a window of it, and slow calls.

use core::cell::Cell;

use super::*;

fn millis(n: u64) -> impl Fn() -> Duration + Copy {
    move || Duration::from_millis(n)
}

/// Opens at half of at least 4 outcomes of the last second.
fn windowed() -> CircuitBreaker {
    tight().window_time(SECOND).min_calls(4)
}

/// An attempt that takes 2 s or longer is a failure; one is enough.
fn impatient() -> CircuitBreaker {
    tight().min_calls(1).slow_call(2 * SECOND)
}

#[test]
fn only_the_outcomes_of_the_last_time_count() {
    let breaker = windowed();
    for now in [0, 350, 700] {
        let permit = breaker.admit(unasked).unwrap();
        permit.record(true, millis(now));
    }
    // That of 0 is forgotten.
    breaker.admit(unasked).unwrap().record(true, millis(1050));
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(unasked).unwrap().record(true, millis(1051));
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(millis(1051)), Some(10 * SECOND));
}

#[test]
fn an_outcome_counts_from_its_recording() {
    let breaker = windowed();
    let late: Vec<_> = (0..4).map(|_| breaker.admit(unasked).unwrap()).collect();
    for permit in late {
        assert_eq!(breaker.state(), BreakerState::Closed);
        permit.record(true, millis(86_400_000));
    }
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_time_window_holds_any_number() {
    let breaker = windowed().window(1).min_calls(5000);
    for _ in 1..5000 {
        breaker.admit(unasked).unwrap().record(true, millis(5));
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(unasked).unwrap().record(true, millis(5));
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_circuit_that_closes_again_has_forgotten_all() {
    let breaker = windowed().break_time(SECOND / 100);
    for _ in 0..4 {
        breaker.admit(unasked).unwrap().record(true, millis(5));
    }
    for _ in 0..2 {
        let probe = breaker.admit(millis(20)).unwrap();
        probe.record(false, millis(20));
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    for _ in 0..3 {
        breaker.admit(unasked).unwrap().record(true, millis(20));
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn any_schedule_agrees_with_a_list_of_outcomes() {
    let mut draw = fastrand::Rng::with_seed(11);
    for round in 0..300 {
        let (min_calls, ratio) = (draw.u32(1..10), draw.f64());
        let breaker = windowed().min_calls(min_calls).failure_ratio(ratio);
        let longest_step = [20, 200, 2000][round % 3];
        let mut outcomes: Vec<(u64, bool)> = Vec::new();
        let mut now = draw.u64(0..1_000_000);
        while breaker.state() == BreakerState::Closed && outcomes.len() < 100 {
            now += draw.u64(0..longest_step);
            let failed = draw.u8(0..3) == 0;
            outcomes.push((now, failed));
            breaker.admit(unasked).unwrap().record(failed, millis(now));
            let opens = |counts: &dyn Fn(u64) -> bool| {
                let counted = outcomes.iter().filter(|(time, _)| counts(*time));
                let total = u32::try_from(counted.clone().count()).unwrap();
                let failures = counted.filter(|(_, failed)| *failed).count();
                let failures = u32::try_from(failures).unwrap();
                let share = f64::from(failures) / f64::from(total);
                total >= min_calls && failures > 0 && share >= ratio
            };
            let by_slices = |time| now / 100 - time / 100 < 10;
            assert_eq!(
                breaker.state() == BreakerState::Open,
                opens(&by_slices),
                "round {round} at {now}"
            );
            for (time, _) in &outcomes {
                assert!(!by_slices(*time) || now - time <= 1000);
                assert!(by_slices(*time) || now - time > 900);
            }
        }
    }
}

#[test]
fn an_attempt_that_takes_too_long_is_a_failure() {
    for (took, state) in [
        (0, BreakerState::Closed),
        (1999, BreakerState::Closed),
        (2000, BreakerState::Open),
        (60_000, BreakerState::Open),
    ] {
        let breaker = impatient();
        let permit = breaker.admit(millis(500)).unwrap();
        permit.record(false, millis(500 + took));
        assert_eq!(breaker.state(), state, "{took} ms");
    }
}

#[test]
fn a_slow_attempt_that_is_given_back_is_not_judged() {
    let breaker = impatient();
    drop(breaker.admit(at(0)).unwrap());
    breaker.admit(at(60)).unwrap().record(false, at(61));
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn a_slow_probe_is_a_failure_too() {
    let breaker = impatient().probes(1);
    breaker.admit(at(0)).unwrap().record(true, at(0));
    breaker.admit(at(10)).unwrap().record(false, at(12));
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(breaker.time_left(at(12)), Some(10 * SECOND));
    breaker.admit(at(22)).unwrap().record(false, at(23));
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn the_clock_is_read_where_a_setting_looks_at_it_and_once() {
    let read = Cell::new(0);
    let clock = || {
        read.set(read.get() + 1);
        SECOND
    };
    // Breaker, whether it fails, and how often entering and recording read the clock.
    let table = [
        (tight().min_calls(9), false, [0, 0]),
        (tight().min_calls(9), true, [0, 0]),
        (tight().min_calls(1), true, [0, 1]),
        (windowed(), false, [0, 1]),
        (windowed().min_calls(1), true, [0, 1]),
        (impatient(), false, [1, 1]),
        (impatient().min_calls(9), true, [1, 0]),
        (impatient().window_time(SECOND), true, [1, 1]),
    ];
    for (breaker, failed, reads) in table {
        let permit = breaker.admit(clock).unwrap();
        let entering = read.take();
        permit.record(failed, clock);
        assert_eq!([entering, read.take()], reads, "{failed}, {breaker:?}");
    }
    let breaker = impatient().window_time(SECOND);
    breaker.force_closed();
    breaker.admit(unasked).unwrap().record(true, unasked);
}

#[test]
fn the_clock_may_ask_the_breaker() {
    let breaker = impatient().window_time(SECOND);
    let asks = || {
        breaker.reset();
        SECOND
    };
    breaker.admit(asks).unwrap().record(false, asks);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn times_out_of_range_saturate() {
    let breaker = impatient()
        .slow_call(Duration::MAX)
        .window_time(Duration::MAX);
    breaker
        .admit(at(0))
        .unwrap()
        .record(false, || Duration::MAX);
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.admit(at(0)).unwrap().record(true, at(0));
    assert_eq!(breaker.state(), BreakerState::Open);

    let breaker = impatient()
        .slow_call(Duration::ZERO)
        .window_time(Duration::ZERO);
    breaker.admit(at(3)).unwrap().record(false, at(2));
    assert_eq!(breaker.state(), BreakerState::Closed, "time ran backwards");
    breaker.admit(millis(0)).unwrap().record(false, millis(1));
    assert_eq!(breaker.state(), BreakerState::Open);
}
