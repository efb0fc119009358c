//! Budgets that forget, beside models that are as simple as they are slow.

use std::collections::VecDeque;

use super::deposits::Deposits;
use super::*;

const SECOND: Duration = Duration::from_secs(1);
const WINDOW: u64 = 1000;

fn millis(n: u64) -> impl Fn() -> Duration + Copy {
    move || Duration::from_millis(n)
}

/// A window of one second, in slices of a tenth.
fn windowed(ratio: f64) -> Budget {
    Budget::new(ratio)
        .reserve(0)
        .window_time(Duration::from_millis(WINDOW))
}

#[test]
fn a_deposit_pays_within_the_window_and_never_after_it() {
    for made in [0, 1, 49, 99] {
        for (age, pays) in [(0, true), (WINDOW * 9 / 10, true), (WINDOW + 1, false)] {
            let budget = windowed(1.0);
            budget.deposit_at(millis(made));
            assert_eq!(
                budget.withdraw_at(millis(made + age)),
                pays,
                "{made}, {age}"
            );
        }
    }
}

#[test]
fn the_oldest_is_spent_first() {
    let budget = windowed(1.0);
    budget.deposit_at(millis(0));
    budget.deposit_at(millis(500));
    assert!(budget.withdraw_at(millis(500)));
    assert!(
        budget.withdraw_at(millis(1200)),
        "the younger is still there"
    );
    assert!(!budget.withdraw_at(millis(1200)));
}

#[test]
fn after_any_idle_time_nothing_is_left_but_the_reserve() {
    for idle in [1001, 2000, 2500, 86_400_000, 10_000_000_000_000] {
        let budget = windowed(1.0).reserve(2);
        for n in 0..100 {
            budget.deposit_at(millis(n * 5));
        }
        budget.deposit_at(millis(499));
        assert_eq!(budget.balance(), 100, "{budget:?}");
        let paid = (0..100)
            .filter(|_| budget.withdraw_at(millis(500 + idle)))
            .count();
        assert_eq!(paid, 2, "after {idle} ms");
    }
}

#[test]
fn the_reserve_has_no_age_is_spent_last_and_comes_once() {
    let budget = windowed(1.0).reserve(1);
    budget.deposit_at(millis(0));
    assert_eq!(budget.take(millis(0)), Some(Payment::Deposits));
    assert_eq!(budget.take(millis(9_999_999)), Some(Payment::Reserve));
    assert_eq!(budget.take(millis(9_999_999)), None);
    budget.give_back(Payment::Reserve);
    assert_eq!(budget.take(millis(99_999_999)), Some(Payment::Reserve));
}

#[test]
fn the_reserve_counts_against_the_capacity() {
    let budget = windowed(1.0).reserve(3).capacity(5);
    (0..100).for_each(|n| budget.deposit_at(millis(n * 10)));
    assert_eq!(budget.balance(), 5);
    let paid = (0..100)
        .filter(|_| budget.withdraw_at(millis(1000)))
        .count();
    assert_eq!(paid, 5);
    (0..100).for_each(|_| budget.deposit_at(millis(1000)));
    assert_eq!(budget.balance(), 5, "the reserve has made room");
    assert_eq!(windowed(1.0).reserve(9).capacity(5).balance(), 5);
}

#[test]
fn what_comes_back_is_as_young_as_what_was_spent_last() {
    let budget = windowed(1.0);
    budget.deposit_at(millis(0));
    let payment = budget.take(millis(0)).unwrap();
    budget.give_back(payment);
    assert_eq!(budget.balance(), 1);
    assert!(budget.withdraw_at(millis(900)));
    budget.give_back(payment);
    assert!(!budget.withdraw_at(millis(1000)));

    let full = windowed(1.0).capacity(2).reserve(1);
    full.deposit_at(millis(0));
    let both = [full.take(millis(0)), full.take(millis(0))];
    (0..5).for_each(|_| full.deposit_at(millis(0)));
    both.into_iter()
        .flatten()
        .for_each(|payment| full.give_back(payment));
    assert_eq!(full.balance(), 2, "a full bucket takes no more");
    let paid = (0..9).filter(|_| full.withdraw_at(millis(1))).count();
    assert_eq!(paid, 2);
}

#[test]
fn time_does_not_run_backwards() {
    let budget = windowed(1.0);
    budget.deposit_at(millis(5000));
    budget.deposit_at(millis(10));
    assert!(budget.withdraw_at(millis(20)));
    assert!(budget.withdraw_at(millis(5900)), "it counted from 5000 on");
    budget.deposit();
    assert!(budget.withdraw(), "at the time that was told last");
}

#[test]
fn a_full_and_young_bucket_is_only_read() {
    let budget = windowed(0.7).capacity(3);
    let Purse::Memory(memory) = &budget.purse else {
        panic!("{budget:?}");
    };
    (0..100).for_each(|_| budget.deposit_at(millis(10)));
    let line = memory.line();
    (0..100).for_each(|_| budget.deposit_at(millis(99)));
    assert_eq!(memory.line(), line);
    (0..100).for_each(|_| budget.deposit_at(millis(100)));
    assert_ne!(memory.line(), line, "younger ones replace it");
    assert!(budget.withdraw_at(millis(1050)), "those are still young");
}

#[test]
fn a_ratio_is_exact_within_the_window() {
    for thousandths in [1, 100, 300, 333, 400, 999, 1000] {
        let budget = windowed(f64::from(thousandths) / 1000.0);
        let paid = (0..10_000_u32)
            .map(|n| {
                // 11 of a call every millisecond would fall out; with one token saved up at most, none does.
                let now = millis(u64::from(n) / 100);
                budget.deposit_at(now);
                u32::from(budget.withdraw_at(now))
            })
            .sum::<u32>();
        assert_eq!(paid, thousandths * 10, "{thousandths}");
    }
}

#[test]
fn a_lazy_and_a_strict_model_bound_what_any_schedule_is_paid() {
    let mut draw = fastrand::Rng::with_seed(7);
    for round in 0..300 {
        let (ratio, capacity) = (draw.u32(0..2500), draw.u32(0..20));
        let budget = windowed(f64::from(ratio) / 1000.0).capacity(capacity);
        let model = || Deposits {
            all: VecDeque::new(),
            capacity: capacity * 1000,
        };
        // Deposits as old as the window pay, those of nine tenths of it, and by slices exactly.
        let (mut lazy, mut strict, mut exact) = (model(), model(), model());
        let longest_step = [3, 30, 300, 5000][round % 4];
        let mut now = draw.u64(0..1_000_000);
        for _ in 0..400 {
            now += draw.u64(0..longest_step);
            lazy.forget(|time| now - time > WINDOW);
            strict.forget(|time| now - time >= WINDOW * 9 / 10);
            exact.forget(|time| now / 100 - time / 100 > 9);
            if draw.bool() {
                budget.deposit_at(millis(now));
                for model in [&mut lazy, &mut strict, &mut exact] {
                    model.add(now, ratio);
                }
            } else {
                let paid = budget.withdraw_at(millis(now));
                assert_eq!(paid, exact.held() >= 1000, "round {round} at {now}");
                assert!(!paid || lazy.held() >= 1000, "round {round} at {now}");
                assert!(paid || strict.held() < 1000, "round {round} at {now}");
                if paid {
                    for model in [&mut lazy, &mut strict, &mut exact] {
                        model.remove(1000);
                    }
                }
            }
            // Forgets what nobody may look at.
            assert!(budget.balance() >= exact.held() / 1000);
        }
    }
}

#[test]
fn years_of_traffic_wrap_unnoticed() {
    // 100 tokens a deposit: the line wraps every 184 million of them. It starts shortly before.
    for before in [0, 1, 50, 5000] {
        let budget = windowed(100.0).capacity(1000);
        let Purse::Memory(memory) = &budget.purse else {
            panic!("{budget:?}");
        };
        memory.wind(0_u64.wrapping_sub(before * TOKEN));
        let mut model = Deposits {
            all: VecDeque::new(),
            capacity: 1_000_000,
        };
        let mut draw = fastrand::Rng::with_seed(before);
        let mut now = 0;
        for _ in 0..5000 {
            now += draw.u64(0..50);
            model.forget(|time| now / 100 - time / 100 > 9);
            if draw.u8(0..40) == 0 {
                budget.deposit_at(millis(now));
                model.add(now, 100_000);
            } else {
                let paid = budget.withdraw_at(millis(now));
                assert_eq!(paid, model.held() >= 1000, "{before} at {now}");
                model.remove(if paid { 1000 } else { 0 });
            }
        }
    }
}

#[test]
fn gaps_of_any_length_over_any_amount_leave_nothing_old() {
    // The same half of the ring is written at each gap of twenty slices; the other half is not forgotten either.
    let budget = windowed(1000.0).capacity(u32::MAX);
    for round in 0..20_000_u64 {
        let now = millis(round * 2000);
        assert!(!budget.withdraw_at(now), "round {round}");
        for _ in 0..1000 {
            budget.deposit_at(now);
        }
        assert!(budget.withdraw_at(now));
    }
}

#[test]
fn the_largest_windowed_bucket_does_not_overflow() {
    let largest = Budget::new(1000.0)
        .reserve(u32::MAX)
        .capacity(u32::MAX)
        .window_time(Duration::MAX);
    largest.deposit_at(|| Duration::MAX);
    assert_eq!(largest.balance(), u32::MAX);
    let smallest = Budget::new(1.0)
        .reserve(0)
        .capacity(0)
        .window_time(Duration::ZERO);
    smallest.deposit_at(|| Duration::MAX);
    assert!(!smallest.withdraw_at(|| Duration::ZERO));
}

#[test]
fn threads_that_lag_make_no_old_deposit_pay() {
    // Each thread's clock is behind by its number of slices; what one deposits, all may spend.
    let budget = windowed(1.0).capacity(u32::MAX);
    let paid = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for lag in 0..4 {
            let (budget, paid) = (&budget, &paid);
            scope.spawn(move || {
                for n in 0..20_000_u64 {
                    let now = millis((n * 7).saturating_sub(lag * 100));
                    budget.deposit_at(now);
                    paid.fetch_add(u32::from(budget.withdraw_at(now)), Relaxed);
                }
            });
        }
    });
    assert!(paid.into_inner() + budget.balance() <= 80_000);
    assert!(!budget.withdraw_at(|| 1000 * SECOND));
}
