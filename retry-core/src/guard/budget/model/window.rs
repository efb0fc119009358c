//! Budgets that forget: no order of events makes an old deposit pay, or loses a young one.

use super::*;

const WINDOW: Duration = Duration::from_secs(10);

/// One slice.
const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> impl Fn() -> Duration + Copy {
    move || SECOND * seconds
}

fn windowed(ratio: f64) -> Arc<Budget> {
    Arc::new(Budget::new(ratio).reserve(0).window_time(WINDOW))
}

fn memory(budget: &Budget) -> &Memory {
    match &budget.purse {
        Purse::Memory(memory) => memory,
        Purse::Bucket(_) => panic!("no window was set"),
    }
}

fn at_once<const N: usize>(budget: &Arc<Budget>, acts: [Act; N]) -> u32 {
    memory(budget).touch();
    super::at_once(budget, acts)
}

fn withdraws(budget: &Budget, seconds: u32) -> u32 {
    u32::from(budget.withdraw_at(at(seconds)))
}

#[test]
fn a_deposit_is_paid_once() {
    every_interleaving(|| {
        let budget = windowed(1.0);
        budget.deposit_at(at(1));
        let paid = at_once(
            &budget,
            [
                |budget| withdraws(budget, 1),
                |budget| withdraws(budget, 2),
                |budget| withdraws(budget, 9),
            ],
        );
        assert_eq!((paid, budget.balance()), (1, 0));
    });
}

#[test]
fn threads_make_and_lose_no_token() {
    every_interleaving(|| {
        let budget = windowed(0.5);
        let call: Act = |budget| {
            budget.deposit_at(at(3));
            withdraws(budget, 3)
        };
        let paid = at_once(
            &budget,
            [call, call, |budget| {
                if let Some(payment) = budget.take(at(3)) {
                    budget.give_back(payment);
                }
                0
            }],
        );
        // The token that the third thread held for a while may have been missed by both others.
        assert_eq!(u64::from(paid) * TOKEN + budget.tokens(), TOKEN);
    });
}

#[test]
fn the_reserve_is_paid_once() {
    every_interleaving(|| {
        let budget = Arc::new(Budget::new(0.0).reserve(1).window_time(WINDOW));
        let paid = at_once(&budget, [|budget| withdraws(budget, 50); 3]);
        assert_eq!((paid, budget.balance()), (1, 0));
    });
}

/// Holds a deposit of slice 1, in the last slice in which it pays.
fn about_to_forget() -> Arc<Budget> {
    let budget = windowed(1.0);
    budget.deposit_at(at(1));
    memory(&budget).told(at(10)());
    assert_eq!(budget.balance(), 1);
    budget
}

fn tells(budget: &Budget, seconds: u32) -> u32 {
    memory(budget).told(at(seconds)());
    0
}

#[test]
fn whoever_turns_the_slices_no_old_deposit_pays() {
    every_interleaving(|| {
        let withdraws: Act = |budget| withdraws(budget, 11);
        let paid = at_once(
            &about_to_forget(),
            [withdraws, withdraws, |budget| tells(budget, 12)],
        );
        assert_eq!(paid, 0);
    });
}

/// The later slice was told by another thread, which writes starts all around the ring.
#[test]
fn who_turns_late_makes_no_old_deposit_pay() {
    let later: [Act; 3] = [
        |budget| tells(budget, 11),
        |budget| tells(budget, 13),
        |budget| tells(budget, 35),
    ];
    for tells in later {
        every_interleaving(move || {
            let budget = about_to_forget();
            let paid = at_once(&budget, [tells, |budget| withdraws(budget, 12)]);
            assert_eq!(paid, 0);
            assert_eq!(withdraws(&budget, 12), 0);
        });
    }
}

/// No slice is announced before the starts are written that count with it.
#[test]
fn after_a_gap_no_old_deposit_pays() {
    every_interleaving(|| {
        let withdraws: Act = |budget| {
            let is_announced = memory(budget).newest() == 20;
            u32::from(budget.withdraw() && is_announced)
        };
        let acts: [Act; 2] = [|budget| tells(budget, 20), withdraws];
        assert_eq!(at_once(&about_to_forget(), acts), 0);
    });
}

/// Slices 3 and 23 have their starts in one place.
#[test]
fn who_wakes_a_whole_round_later_writes_over_no_start() {
    every_interleaving(|| {
        let budget = windowed(1.0);
        memory(&budget).told(at(2)());
        let deposits: Act = |budget| {
            budget.deposit_at(at(22));
            tells(budget, 23)
        };
        at_once(&budget, [|budget| tells(budget, 3), deposits]);
        assert_eq!(budget.balance(), 1);
        assert_eq!(withdraws(&budget, 32), 0);
    });
}

/// A deposit of slice 3 pays in slice 12, and one of slice 2 does not, whoever turns the slices meanwhile.
#[test]
fn whoever_turns_the_slices_a_young_deposit_pays() {
    every_interleaving(|| {
        let budget = windowed(1.0);
        budget.deposit_at(at(2));
        let deposits: Act = |budget| {
            budget.deposit_at(at(3));
            0
        };
        at_once(
            &budget,
            [
                deposits,
                |budget| tells(budget, 3),
                |budget| tells(budget, 4),
            ],
        );
        assert_eq!([withdraws(&budget, 12), withdraws(&budget, 12)], [1, 0]);
    });
}

#[test]
fn a_deposit_that_arrives_late_is_forgotten_with_the_slice_it_arrived_in() {
    every_interleaving(|| {
        let budget = windowed(1.0);
        let paid = at_once(
            &budget,
            [
                |budget| {
                    budget.deposit_at(at(1));
                    0
                },
                |budget| withdraws(budget, 10),
            ],
        );
        let left = u64::from(budget.balance());
        assert_eq!(u64::from(paid) + left, 1);
        assert_eq!(withdraws(&budget, 20), 0);
    });
}

#[test]
fn nobody_ever_sees_more_than_the_capacity() {
    every_interleaving(|| {
        let budget = Budget::new(0.7).reserve(1).capacity(2).window_time(WINDOW);
        let budget = Arc::new(budget);
        let deposits: Act = |budget| {
            budget.deposit_at(at(1));
            0
        };
        at_once(
            &budget,
            [deposits, deposits, |budget| {
                assert!(budget.tokens() <= budget.terms().capacity);
                0
            }],
        );
        assert!(budget.tokens() <= budget.terms().capacity);
    });
}
