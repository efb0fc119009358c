//! The guards of each leg of a hedged attempt: who pays, who is judged, who is held, and that all is balanced afterwards.

use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Cooldown, Hedge, Policy, Timer as _};
use tokio::time::sleep;

use crate::failed::Failed;
use crate::hedges::{DELAY, HEDGE, Legs, MS, NEVER, ONCE, busy, verdict};

/// Longer than any call below.
const BREAK: Duration = Duration::from_millis(64);
const PROBES: u32 = 24;

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_empty_lets_the_running_legs_run_on() {
    let budget = Budget::new(0.0).reserve(1);
    let legs = Legs::new(&[(1700, Ok(1)), NEVER]);
    let call = ONCE.budget(&budget).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, legs.passed(), report.hedges()), (Ok(1), 1700, 1));
    assert_eq!(legs.started(), [0, 500], "one token, one hedge");
    assert_eq!(budget.balance(), 0, "the server did the work");
}

#[tokio::test(start_paused = true)]
async fn a_leg_that_loses_gives_its_permit_back_unjudged() {
    let breaker = CircuitBreaker::new()
        .min_calls(1)
        .break_time(DELAY)
        .probes(3);
    let now = || retry_core::DefaultTimer.now();
    breaker.admit(now).unwrap().record(true, now);
    sleep(DELAY).await;
    let legs = Legs::new(&[(1000, Err(Failed::Busy(1))), (200, Ok(2))]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    assert_eq!(call.retry(|| legs.run()).await, Ok(2));
    // One probe has reported, two are free: the loser's is among them.
    let free: Vec<_> = std::iter::from_fn(|| breaker.admit(now).ok()).collect();
    assert_eq!(free.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_leg_is_judged_by_its_own_outcome() {
    let breaker = CircuitBreaker::new()
        .min_calls(3)
        .window(3)
        .failure_ratio(0.6);
    let legs = Legs::new(&[
        (600, Err(Failed::Busy(1))),
        (50, Err(Failed::Busy(2))),
        (200, Ok(3)),
    ]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    assert_eq!(call.retry(|| legs.run()).await, Ok(3));
    assert_eq!(
        breaker.state(),
        retry_core::BreakerState::Open,
        "two of three failed"
    );
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_starts_no_hedge() {
    let breaker = CircuitBreaker::new();
    let legs = Legs::new(&[(1700, Ok(1))]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    let outcome = call.retry(|| {
        breaker.force_open();
        legs.run()
    });
    assert_eq!(outcome.await, Ok(1));
    assert_eq!(legs.started(), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_loser_s_hint_is_heard_by_all() {
    let cooldown = Cooldown::new();
    let legs = Legs::new(&[(600, Err(Failed::Busy(5000))), (700, Ok(2))]);
    let call = ONCE.when_err(verdict).cooldown(&cooldown).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, report.hedges()), (Ok(2), 1));
    let left = cooldown.time_left(|| retry_core::DefaultTimer.now());
    assert_eq!(left, Some(4400 * MS), "5 s from 600 ms on");
}

/// The failure that stands is told once, when it was heard, and not again when the race is over.
#[tokio::test(start_paused = true)]
async fn a_hint_holds_from_when_it_was_heard() {
    let cooldown = Cooldown::new();
    let legs = Legs::new(&[
        (100, Err(Failed::Busy(70_000))),
        (600, Err(Failed::Busy(1))),
    ]);
    let late = Hedge::after(50 * MS);
    let call = ONCE.when_err(verdict).cooldown(&cooldown).hedge(late);
    assert_eq!(call.retry(|| legs.run()).await, busy(70_000));
    assert_eq!(legs.passed(), 650);
    let left = cooldown.time_left(|| retry_core::DefaultTimer.now());
    assert_eq!(left, Some(59_450 * MS), "a minute from 100 ms on");
}

#[tokio::test(start_paused = true)]
async fn a_hedge_waits_for_the_end_of_a_cooldown_and_a_part_of_its_spread() {
    let cooldown = Cooldown::new();
    let legs = Legs::new(&[(5000, Ok(1)), (10, Ok(2))]);
    let call = ONCE.cooldown(&cooldown).hedge(HEDGE);
    let outcome = call.retry(|| {
        if legs.started().is_empty() {
            cooldown.hold(DELAY * 2, || retry_core::DefaultTimer.now());
        }
        legs.run()
    });
    assert_eq!(outcome.await, Ok(2));
    let [0, second] = legs.started()[..] else {
        panic!("{:?}", legs.started());
    };
    assert!((1000..=1501).contains(&second), "{second}");
}

/// One hint to each of a hundred hedged calls: they come back spread, as calls without a hedge do.
#[tokio::test(start_paused = true)]
async fn hedged_calls_do_not_come_back_as_a_herd() {
    static COOLDOWN: Cooldown = Cooldown::new();
    let start = tokio::time::Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for seed in 0..100 {
        let policy = Policy::new().max_attempts(2).fixed(Duration::ZERO);
        let call = policy.when_err(verdict).cooldown(&COOLDOWN).seed(seed);
        calls.spawn(async move {
            let mut at = Vec::new();
            let outcome = call.hedge(Hedge::after(50 * MS)).retry(|| {
                at.push(start.elapsed().as_millis());
                let first = at.len() == 1;
                async move {
                    sleep(5 * MS).await;
                    if first { busy(2000) } else { Ok(1) }
                }
            });
            assert_eq!(outcome.await, Ok(1));
            at[1]
        });
    }
    let at = calls.join_all().await;
    assert!(at.iter().all(|at| *at >= 2000), "within the pause");
    let most = (20..40)
        .map(|tenth| at.iter().filter(|at| **at / 100 == tenth).count())
        .max();
    assert!(most < Some(30), "{most:?} within a tenth of a second");
}

#[tokio::test(start_paused = true)]
async fn the_token_of_a_hedge_that_the_breaker_refuses_is_back_in_any_order() {
    let budget = Budget::new(0.0).reserve(1);
    let breaker = CircuitBreaker::new();
    let legs = Legs::new(&[(1700, Ok(1))]);
    let call = ONCE.breaker(&breaker).budget(&budget).hedge(HEDGE);
    let outcome = call.retry(|| {
        breaker.force_open();
        legs.run()
    });
    assert_eq!((outcome.await, budget.balance()), (Ok(1), 1));
}

/// Dropped at each of its awaits, or driven to its end, under random answers: all tokens and permits are back.
#[test]
fn whenever_it_is_dropped_tokens_and_permits_are_balanced() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut random = fastrand::Rng::with_seed(21);
        for _ in 0..100_000 {
            let budget = Budget::new(0.0).reserve(3).capacity(3);
            // Half-open, and too many probes for the reports of one call to decide anything.
            let breaker = CircuitBreaker::new()
                .min_calls(1)
                .break_time(BREAK)
                .probes(PROBES);
            let now = || retry_core::DefaultTimer.now();
            breaker.admit(now).unwrap().record(true, now);
            sleep(BREAK).await;
            let mut plan: Vec<(u64, bool)> = (0..8)
                .map(|_| (random.u64(..6), random.u8(..3) > 0))
                .collect();
            let mut runs = 0;
            let judged = std::cell::Cell::new(0);
            let policy = Policy::new().max_attempts(2).fixed(2 * MS);
            let hedge = Hedge::after(random.u32(..4) * MS).max_hedges(2);
            let call = policy
                .budget(&budget)
                .breaker(&breaker)
                .hedge(hedge)
                .report(|| {
                    runs += 1;
                    let (after, fails) = plan.pop().unwrap();
                    let judged = &judged;
                    async move {
                        sleep(u32::try_from(after).unwrap() * MS).await;
                        judged.set(judged.get() + 1);
                        if fails { busy(1) } else { Ok(1) }
                    }
                });
            let _dropped = tokio::time::timeout(random.u32(..12) * MS, call).await;
            // A run beyond the first one cost a token, and a token bought a run, or is back.
            assert_eq!(budget.balance() + runs, 3 + 1, "of {runs} runs");
            let free: Vec<_> = std::iter::from_fn(|| breaker.admit(now).ok()).collect();
            let free = free.len();
            // The call may not have been polled at all, and the circuit may still be open.
            assert!(
                free + judged.get() == PROBES as usize || runs == 0,
                "{free} free, {judged:?} judged"
            );
        }
    });
}
