//! Budgets through the drivers: calls deposit, retries pay, and what was not used goes back.

use std::future::{pending, ready};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy, StopReason};

use crate::clock::Clock;
use crate::failed::{Failed, failing};

const EVERY_SEC: Policy = Policy::new().max_attempts(4).fixed(Duration::from_secs(1));

async fn called(policy: Policy, budget: &Budget, failures: u32) -> (u32, StopReason) {
    let clock = Clock::default();
    let mut next = failing(failures);
    let call = policy.budget(budget).timer(&clock);
    let (_, report) = call.report(|| ready(next())).await;
    (report.attempts(), report.stop_reason())
}

#[tokio::test]
async fn every_call_deposits_once_however_many_attempts_it_makes() {
    let budget = Budget::new(1.0).reserve(0);
    assert_eq!(
        called(EVERY_SEC, &budget, 9).await,
        (2, StopReason::BudgetExhausted)
    );
    assert_eq!(budget.balance(), 0, "one deposit, one retry");
    for calls in 1..=5 {
        called(EVERY_SEC, &budget, 0).await;
        assert_eq!(budget.balance(), calls, "a success deposits too");
    }
}

#[tokio::test]
async fn a_budget_is_shared_by_calls() {
    let budget = Budget::new(0.5).reserve(0);
    let mut retries = 0;
    for _ in 0..100 {
        let (attempts, reason) = called(EVERY_SEC, &budget, 9).await;
        assert_eq!(reason, StopReason::BudgetExhausted);
        retries += attempts - 1;
    }
    assert_eq!(retries, 50);
}

#[tokio::test]
async fn only_a_retry_that_nothing_else_prevents_is_paid_for() {
    let limits = [
        (EVERY_SEC.max_attempts(1), StopReason::AttemptsExhausted),
        (
            EVERY_SEC.max_elapsed(Duration::from_secs(1)),
            StopReason::ElapsedLimit,
        ),
    ];
    for (policy, expected) in limits {
        let budget = Budget::new(0.0).reserve(3);
        assert_eq!(called(policy, &budget, 9).await, (1, expected));
        assert_eq!(budget.balance(), 3);
    }
    let budget = Budget::new(0.0).reserve(3);
    let call = EVERY_SEC.when_err(|_| false).budget(&budget);
    assert_eq!(
        call.timer(Clock::default())
            .retry(|| ready(Err::<(), _>(1)))
            .await,
        Err(1)
    );
    assert_eq!(budget.balance(), 3);
}

#[tokio::test]
async fn what_was_deposited_too_long_ago_pays_for_no_retry() {
    // Two tokens at second 0; the second retry is asked for at second 1.
    let budget = || Budget::new(2.0).reserve(0);
    let table = [
        (budget(), 3),
        (budget().window_time(Duration::from_millis(900)), 2),
        (budget().window_time(Duration::from_secs(2)), 3),
    ];
    for (budget, attempts) in table {
        let ended = called(EVERY_SEC, &budget, 9).await;
        assert_eq!(ended, (attempts, StopReason::BudgetExhausted), "{budget:?}");
    }
}

#[tokio::test]
async fn a_paused_budget_ends_calls_at_their_first_failure() {
    let budget = Budget::new(1.0).reserve(3);
    budget.pause();
    let ended = called(EVERY_SEC, &budget, 9).await;
    assert_eq!(ended, (1, StopReason::BudgetExhausted));
    budget.resume();
    assert_eq!(budget.balance(), 4, "deposits went on");
}

/// Polls a call this often, looks at the budget, drops the call and looks again.
fn balances(polls: u32, budget: &Budget, call: impl Future) -> (u32, u32) {
    let before = {
        let mut call = pin!(call);
        for _ in 0..polls {
            let poll = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(poll.is_pending());
        }
        budget.balance()
    };
    (before, budget.balance())
}

#[test]
fn a_call_dropped_while_it_waits_gets_its_token_back() {
    let budgets = [
        Budget::new(0.0).reserve(3),
        Budget::new(0.0)
            .reserve(3)
            .window_time(Duration::from_secs(9)),
        Budget::new(3.0)
            .reserve(0)
            .window_time(Duration::from_secs(9)),
    ];
    for budget in budgets {
        let clock = Clock::default();
        let call = EVERY_SEC.budget(&budget).timer(&clock);
        let call = call.retry(|| ready(None::<()>));
        assert_eq!(balances(1, &budget, call), (2, 3));
    }
}

#[test]
fn a_retry_that_has_started_stays_paid_for() {
    let (clock, budget) = (Clock::default(), Budget::new(0.0).reserve(3));
    let mut calls = 0;
    let call = EVERY_SEC.budget(&budget).timer(&clock).retry(|| {
        calls += 1;
        let first = calls == 1;
        async move { if first { None::<()> } else { pending().await } }
    });
    assert_eq!(balances(2, &budget, call), (2, 2));
}

#[tokio::test]
async fn a_retry_refused_by_a_second_budget_costs_the_first_nothing() {
    let (rich, poor) = (Budget::new(0.0).reserve(3), Budget::new(0.0).reserve(0));
    for [first, second] in [[&rich, &poor], [&poor, &rich]] {
        let clock = Clock::default();
        let call = EVERY_SEC.budget(first).budget(second).timer(&clock);
        let (_, report) = call.report(|| ready(None::<()>)).await;
        assert_eq!(report.stop_reason(), StopReason::BudgetExhausted);
        assert_eq!((rich.balance(), poor.balance()), (3, 0));
    }
}

#[tokio::test]
async fn a_retry_refused_by_a_breaker_after_the_wait_costs_nothing_in_either_order() {
    let outcome = |budget_first: bool| async move {
        let (budget, breaker) = (Budget::new(0.0).reserve(3), CircuitBreaker::new());
        let told = EVERY_SEC.on_retry(|_| breaker.force_open());
        let told = told.timer(Clock::default());
        let operation = || ready(Err::<(), _>(Failed::Busy(1)));
        let outcome = if budget_first {
            told.budget(&budget)
                .breaker(&breaker)
                .retry(operation)
                .await
        } else {
            told.breaker(&breaker)
                .budget(&budget)
                .retry(operation)
                .await
        };
        (outcome, budget.balance())
    };
    for budget_first in [true, false] {
        let (outcome, balance) = outcome(budget_first).await;
        assert!(matches!(outcome, Err(Failed::Rejected(_))));
        assert_eq!(balance, 3);
    }
}

#[tokio::test]
async fn a_call_refused_at_once_deposits_nothing() {
    let (budget, breaker) = (Budget::new(1.0).reserve(0), CircuitBreaker::new());
    breaker.force_open();
    let call = EVERY_SEC.breaker(&breaker).budget(&budget);
    let outcome = call
        .timer(Clock::default())
        .retry(|| ready(Ok::<(), Failed>(())))
        .await;
    assert!(outcome.is_err());
    assert_eq!(budget.balance(), 0);
}
