use super::*;

fn retries_paid(budget: &Budget, calls: u32) -> u32 {
    (0..calls)
        .map(|_| {
            budget.deposit();
            u32::from(budget.withdraw())
        })
        .sum()
}

#[test]
fn retries_are_exactly_the_ratio_of_calls_and_the_reserve_once() {
    let table = [
        (0.0, 0),
        (0.0001, 1),
        (0.1, 1000),
        (0.3, 3000),
        (0.4, 4000),
        (0.6, 6000),
        (0.75, 7500),
        (0.9, 9000),
        (0.999, 9990),
        (0.9999, 9999),
        (1.0, 10_000),
    ];
    for (ratio, paid) in table {
        let empty = Budget::new(ratio).reserve(0);
        assert_eq!(retries_paid(&empty, 10_000), paid, "ratio {ratio}");
        let seven = Budget::new(ratio).reserve(7);
        let at_most_one_each = (paid + 7).min(10_000);
        assert_eq!(
            retries_paid(&seven, 10_000),
            at_most_one_each,
            "ratio {ratio} and 7"
        );
    }
}

#[test]
fn a_ratio_is_rounded_and_not_cut_off() {
    for thousandths in 1..=3000 {
        let ratio = f64::from(thousandths) / 1000.0;
        let budget = Budget::new(ratio).reserve(0).capacity(u32::MAX);
        (0..1000).for_each(|_| budget.deposit());
        assert_eq!(budget.balance(), thousandths, "ratio {ratio}");
    }
}

#[test]
fn a_full_bucket_takes_no_more() {
    let budget = Budget::new(0.7).reserve(3).capacity(3);
    for _ in 0..1000 {
        budget.deposit();
    }
    budget.give_back();
    let paid = (0..1000).filter(|_| budget.withdraw()).count();
    assert_eq!(paid, 3);
}

#[test]
fn a_returned_withdrawal_pays_for_another_retry() {
    let budget = Budget::new(0.0).reserve(1);
    assert!(budget.withdraw());
    budget.give_back();
    assert_eq!(budget.balance(), 1);
    assert!(budget.withdraw());
    assert!(!budget.withdraw());
}

#[test]
fn the_order_of_the_setters_does_not_matter() {
    let table = [
        Budget::new(0.1).reserve(20).capacity(50),
        Budget::new(0.1).capacity(50).reserve(20),
        Budget::new(0.1).capacity(5).reserve(20).capacity(50),
    ];
    for budget in table {
        assert_eq!(budget.balance(), 20, "{budget:?}");
    }
    assert_eq!(Budget::new(0.1).reserve(20).capacity(5).balance(), 5);
}

#[test]
fn a_ratio_out_of_range_saturates() {
    let table = [
        (f64::NAN, 0),
        (f64::NEG_INFINITY, 0),
        (-0.1, 0),
        (1e-10, 0),
        (1001.0, 1000),
        (f64::MAX, 1000),
        (f64::INFINITY, 1000),
    ];
    for (ratio, tokens) in table {
        let budget = Budget::new(ratio).reserve(0).capacity(u32::MAX);
        budget.deposit();
        assert_eq!(budget.balance(), tokens, "ratio {ratio}");
    }
}

#[test]
fn the_largest_bucket_does_not_overflow() {
    let budget = Budget::new(1000.0).reserve(u32::MAX).capacity(u32::MAX);
    budget.deposit();
    assert_eq!(budget.balance(), u32::MAX);
}

#[test]
fn debug_shows_tokens() {
    let budget = Budget::new(0.1).reserve(2);
    budget.deposit();
    assert_eq!(
        format!("{budget:?}"),
        "Budget { ratio: 0.1, reserve: 2, capacity: 100, window_time: None, tokens: 2.1, is_paused: false }"
    );
}

#[test]
fn any_sequence_of_calls_agrees_with_arithmetic_in_thousandths() {
    let mut draw = fastrand::Rng::with_seed(1);
    for _ in 0..200 {
        let (ratio, reserve, capacity) = (draw.u32(0..3000), draw.u32(0..20), draw.u32(0..20));
        let budget = Budget::new(f64::from(ratio) / 1000.0)
            .reserve(reserve)
            .capacity(capacity);
        let most = capacity * 1000;
        let mut thousandths = most.min(reserve * 1000);
        for _ in 0..200 {
            if draw.bool() {
                budget.deposit();
                thousandths = most.min(thousandths + ratio);
            } else {
                let enough = thousandths >= 1000;
                assert_eq!(budget.withdraw(), enough);
                thousandths -= if enough { 1000 } else { 0 };
            }
            assert_eq!(budget.balance(), thousandths / 1000);
        }
    }
}

#[test]
fn a_paused_budget_pays_for_nothing_and_goes_on_saving() {
    let budget = Budget::new(1.0).reserve(1).capacity(3);
    budget.pause();
    assert!(budget.is_paused() && !budget.withdraw());
    budget.deposit();
    budget.resume();
    assert_eq!((budget.balance(), budget.withdraw()), (2, true));
}

#[test]
fn a_clock_is_read_only_where_there_is_a_window() {
    let no_clock = || -> core::time::Duration { panic!("a clock was read") };
    let budget = Budget::new(1.0);
    budget.deposit_at(no_clock);
    assert!(budget.withdraw_at(no_clock));
}

#[test]
fn the_reserve_is_spent_last_and_is_not_forgotten() {
    let second = core::time::Duration::from_secs(1);
    let budget = Budget::new(1.0)
        .reserve(2)
        .capacity(4)
        .window_time(10 * second);
    (0..9).for_each(|_| budget.deposit_at(|| second));
    assert_eq!(budget.balance(), 4, "the capacity holds for both");
    assert!(budget.withdraw_at(|| 2 * second));
    assert_eq!(budget.balance(), 3);
    assert!(budget.withdraw_at(|| 30 * second) && budget.withdraw_at(|| 30 * second));
    assert!(
        !budget.withdraw_at(|| 30 * second),
        "no deposit, no reserve"
    );
}

#[test]
fn setters_of_a_budget_with_a_window_may_come_in_any_order() {
    let second = core::time::Duration::from_secs(1);
    let one = Budget::new(0.5).window_time(second).reserve(3).capacity(7);
    let other = Budget::new(0.5).capacity(7).reserve(3).window_time(second);
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

#[test]
fn threads_share_a_window_exactly() {
    let second = core::time::Duration::from_secs(1);
    let budget = Budget::new(1.0)
        .reserve(0)
        .capacity(1_000_000)
        .window_time(3600 * second);
    let paid: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let calls = 0..20_000_u32;
                    let call = |at: u32| {
                        let now = || second * (at / 100);
                        budget.deposit_at(now);
                        u32::from(budget.withdraw_at(now))
                    };
                    calls.map(call).sum::<u32>()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(paid + budget.balance(), 80_000);
}
