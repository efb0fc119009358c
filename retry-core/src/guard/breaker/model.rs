//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --lib --release --no-default-features model`
//!
//! `LOOM_MAX_PREEMPTIONS=3` makes it a matter of seconds.

use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use loom::thread;
use std::sync::Arc;

use super::*;
use crate::guard::sync::every_interleaving;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl Fn() -> Duration + Copy {
    move || SECOND * seconds
}

type Act = fn(&CircuitBreaker);

/// Loom wants an atomic to exist before threads share it; asking for a value makes it.
fn exist<T>(_value: T) {}

/// Lets one thread do each act.
fn at_once<const N: usize>(breaker: &Arc<CircuitBreaker>, acts: [Act; N]) {
    exist(breaker.state());
    acts.map(|act| {
        let breaker = Arc::clone(breaker);
        thread::spawn(move || act(&breaker))
    })
    .into_iter()
    .for_each(|thread| thread.join().unwrap());
}

/// Opens for 1 second at the first failure.
fn closed(probes: u32) -> CircuitBreaker {
    CircuitBreaker::new()
        .min_calls(1)
        .break_time(SECOND)
        .probes(probes)
}

/// Opened at second 0.
fn opened(probes: u32) -> Arc<CircuitBreaker> {
    let breaker = closed(probes);
    attempt(&breaker, 0, true);
    assert_eq!(breaker.state(), BreakerState::Open);
    Arc::new(breaker)
}

/// As in a `static`, so that permits can go to other threads.
fn leaked(breaker: Arc<CircuitBreaker>) -> &'static CircuitBreaker {
    Box::leak(Box::new(breaker))
}

fn attempt(breaker: &CircuitBreaker, second: u32, failed: bool) -> bool {
    let Ok(permit) = breaker.admit(at(second)) else {
        return false;
    };
    permit.record(failed, at(second));
    true
}

fn success(breaker: &CircuitBreaker) {
    attempt(breaker, 1, false);
}

fn success_at_2(breaker: &CircuitBreaker) {
    attempt(breaker, 2, false);
}

fn failure(breaker: &CircuitBreaker) {
    attempt(breaker, 1, true);
}

fn cancelled(breaker: &CircuitBreaker) {
    drop(breaker.admit(at(1)));
}

/// The permits that a half-open breaker still gives out.
fn places(breaker: &CircuitBreaker) -> usize {
    let permits: Vec<_> = (0..8).map_while(|_| breaker.admit(at(1)).ok()).collect();
    permits.len()
}

#[test]
fn no_outcome_is_lost() {
    for threads in [2, 3] {
        every_interleaving(move || {
            let breaker = Arc::new(CircuitBreaker::new().min_calls(threads));
            let acts: [Act; 3] = [failure, failure, failure];
            match threads {
                2 => at_once(&breaker, [failure, failure]),
                _ => at_once(&breaker, acts),
            }
            assert_eq!(breaker.state(), BreakerState::Open);
        });
    }
}

#[test]
fn half_open_never_admits_more_than_its_probes() {
    for probes in [1, 2] {
        every_interleaving(move || {
            let breaker = opened(probes);
            let out = Arc::new(AtomicU32::new(0));
            let threads = [(); 3].map(|()| {
                let (breaker, out) = (Arc::clone(&breaker), Arc::clone(&out));
                thread::spawn(move || {
                    let Ok(permit) = breaker.admit(at(1)) else {
                        return false;
                    };
                    assert!(out.fetch_add(1, SeqCst) < probes);
                    thread::yield_now();
                    out.fetch_sub(1, SeqCst);
                    core::mem::forget(permit);
                    true
                })
            });
            let admitted = threads
                .into_iter()
                .filter_map(|t| t.join().ok())
                .filter(|a| *a);
            assert_eq!(admitted.count(), probes as usize);
        });
    }
}

#[test]
fn a_cancelled_probe_gives_its_place_back() {
    every_interleaving(|| {
        let breaker = opened(2);
        at_once(&breaker, [cancelled, cancelled, cancelled]);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert_eq!(places(&breaker), 2);
    });
    every_interleaving(|| {
        let breaker = opened(3);
        at_once(&breaker, [cancelled, success, cancelled]);
        assert_eq!(places(&breaker), 2);
    });
}

#[test]
fn half_open_ends_as_its_probes_say() {
    every_interleaving(|| {
        let breaker = opened(2);
        at_once(&breaker, [success, success]);
        assert_eq!(breaker.state(), BreakerState::Closed);
    });
    every_interleaving(|| {
        let breaker = opened(3);
        at_once(&breaker, [failure, success, failure]);
        // Where both failures came first, the success was refused.
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(breaker.time_left(at(1)), Some(SECOND));
    });
}

#[test]
fn half_open_ends_when_its_probe_never_reports() {
    every_interleaving(|| {
        let breaker = opened(1);
        core::mem::forget(breaker.admit(at(1)));
        at_once(&breaker, [success_at_2, success_at_2]);
        assert_eq!(breaker.state(), BreakerState::Closed);
    });
}

#[test]
fn of_a_late_report_and_a_new_probe_the_first_decides() {
    every_interleaving(|| {
        let breaker = leaked(opened(1));
        let late = breaker.admit(at(1)).unwrap();
        let reports = thread::spawn(move || {
            let mut decided = false;
            late.record(true, || {
                decided = true;
                2 * SECOND
            });
            decided
        });
        let probes = thread::spawn(move || attempt(breaker, 2, false));
        let (decided, admitted) = (reports.join().unwrap(), probes.join().unwrap());
        assert!(decided || admitted, "neither reported");
        let expected = if decided {
            BreakerState::Open
        } else {
            BreakerState::Closed
        };
        assert_eq!(breaker.state(), expected);
    });
}

#[test]
fn slow_probes_that_succeed_close_the_circuit_in_any_order() {
    every_interleaving(|| {
        let breaker = leaked(opened(2));
        let slow = [breaker.admit(at(1)), breaker.admit(at(1))].map(Result::unwrap);
        let reports = slow.map(|permit| thread::spawn(move || permit.record(false, at(2))));
        let probes = thread::spawn(move || success_at_2(breaker));
        reports
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        probes.join().unwrap();
        assert_eq!(breaker.state(), BreakerState::Closed);
    });
}

#[test]
fn a_probe_that_was_replaced_gives_no_place_back() {
    every_interleaving(|| {
        let breaker = leaked(opened(1));
        let late = breaker.admit(at(1)).unwrap();
        let gives_back = thread::spawn(move || drop(late));
        let admits = || match breaker.admit(at(2)) {
            Ok(permit) => {
                core::mem::forget(permit);
                true
            }
            Err(_) => false,
        };
        let [first, second] = [thread::spawn(admits), thread::spawn(admits)];
        gives_back.join().unwrap();
        assert!(first.join().unwrap() ^ second.join().unwrap());
    });
}

#[test]
fn a_straggler_from_before_the_break_decides_nothing() {
    every_interleaving(|| {
        let breaker = leaked(Arc::new(closed(1)));
        let straggler = breaker.admit(at(0)).unwrap();
        attempt(breaker, 0, true);
        let reports = thread::spawn(move || straggler.record(false, at(1)));
        let probes = thread::spawn(move || failure(breaker));
        reports.join().unwrap();
        probes.join().unwrap();
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(breaker.time_left(at(1)), Some(SECOND));
    });
}

#[test]
fn what_an_operator_forces_stays() {
    every_interleaving(|| {
        let breaker = opened(1);
        at_once(&breaker, [failure, CircuitBreaker::force_open, cancelled]);
        assert_eq!(breaker.state(), BreakerState::ForcedOpen);
    });
    every_interleaving(|| {
        let breaker = Arc::new(CircuitBreaker::new().min_calls(1));
        at_once(&breaker, [failure, CircuitBreaker::force_closed, failure]);
        assert_eq!(breaker.state(), BreakerState::ForcedClosed);
    });
}
