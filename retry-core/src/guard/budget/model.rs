//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --lib --release --no-default-features model`
//!
//! `LOOM_MAX_PREEMPTIONS=3` makes it a matter of seconds.

use loom::thread;
use std::sync::Arc;

use super::*;
use crate::guard::sync::every_interleaving;

type Act = fn(&Budget) -> u32;

/// Loom wants an atomic to exist before threads share it; asking for a value makes it.
fn exist<T>(_value: T) {}

/// Lets one thread do each act; the sum of what they give back.
fn at_once<const N: usize>(budget: &Arc<Budget>, acts: [Act; N]) -> u32 {
    exist(budget.balance());
    acts.map(|act| {
        let budget = Arc::clone(budget);
        thread::spawn(move || act(&budget))
    })
    .into_iter()
    .map(|thread| thread.join().unwrap())
    .sum()
}

fn call_with_a_retry(budget: &Budget) -> u32 {
    budget.deposit();
    u32::from(budget.withdraw())
}

fn deposits(budget: &Budget) -> u32 {
    budget.deposit();
    0
}

fn retry_that_never_starts(budget: &Budget) -> u32 {
    if budget.withdraw() {
        budget.give_back();
    }
    0
}

#[test]
fn two_threads_make_and_lose_no_token() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.3).reserve(1));
        let paid = at_once(
            &budget,
            [
                |budget| call_with_a_retry(budget) + call_with_a_retry(budget),
                |budget| retry_that_never_starts(budget) + call_with_a_retry(budget),
            ],
        );
        let left = budget.tokens.amount(budget.capacity);
        assert_eq!(u64::from(paid) * TOKEN + left, 1_900_000_000);
    });
}

#[test]
fn three_threads_make_and_lose_no_token() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.5).reserve(1));
        let acts: [Act; 3] = [
            call_with_a_retry,
            call_with_a_retry,
            retry_that_never_starts,
        ];
        let paid = at_once(&budget, acts);
        let left = budget.tokens.amount(budget.capacity);
        assert_eq!(u64::from(paid) * TOKEN + left, 2_000_000_000);
    });
}

#[test]
fn the_last_token_is_paid_once() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.0).reserve(1));
        let paid = at_once(&budget, [|budget| u32::from(budget.withdraw()); 3]);
        assert_eq!((paid, budget.balance()), (1, 0));
    });
}

#[test]
fn nobody_ever_sees_more_than_the_capacity() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.7).reserve(1).capacity(1));
        let looks: Act = |budget| {
            assert!(budget.tokens.amount(budget.capacity) <= budget.capacity);
            0
        };
        at_once(&budget, [deposits, retry_that_never_starts, looks]);
        assert!(budget.tokens.amount(budget.capacity) <= budget.capacity);
    });
}

#[test]
fn a_full_bucket_is_full_again_when_all_is_put_back() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.7).reserve(2).capacity(2));
        let acts: [Act; 3] = [retry_that_never_starts, retry_that_never_starts, |budget| {
            budget.deposit();
            0
        }];
        at_once(&budget, acts);
        assert_eq!(budget.tokens.amount(budget.capacity), budget.capacity);
    });
}

/// A second is a slice: whoever comes late with an old time makes no old deposit pay, and no token is made or lost.
#[test]
fn with_a_window_threads_turn_a_slice_at_once() {
    const SEC: core::time::Duration = core::time::Duration::from_secs(1);
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(1.0).reserve(0).window_time(10 * SEC));
        // Every place of a slice.
        (1..=16).for_each(|slice| assert!(!budget.withdraw_at(|| slice * SEC)));
        budget.deposit_at(|| 21 * SEC);
        let paid = at_once(
            &budget,
            [
                |budget| {
                    budget.deposit_at(|| 25 * SEC);
                    0
                },
                |budget| u32::from(budget.withdraw_at(|| 31 * SEC)),
            ],
        );
        // The first deposit is forgotten at 31 s; the other one may come before that or after.
        assert!(paid <= 1);
        assert_eq!(paid + budget.balance(), 1);
    });
}

/// Two threads begin different slices: neither writes where a slice that counts has its place.
#[test]
fn with_a_window_a_laggard_makes_no_old_deposit_pay() {
    const SEC: core::time::Duration = core::time::Duration::from_secs(1);
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(1.0).reserve(0).window_time(10 * SEC));
        // Every place of a slice.
        (1..=16).for_each(|slice| assert!(!budget.withdraw_at(|| slice * SEC)));
        budget.deposit_at(|| 21 * SEC);
        let paid = at_once(
            &budget,
            [
                |budget| u32::from(budget.withdraw_at(|| 32 * SEC)),
                |budget| u32::from(budget.withdraw_at(|| 33 * SEC)),
            ],
        );
        assert_eq!(paid, 0, "of a deposit at 21 s");
        budget.deposit_at(|| 33 * SEC);
        assert!(budget.withdraw_at(|| 34 * SEC));
    });
}
