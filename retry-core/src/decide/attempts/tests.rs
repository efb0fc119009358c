use super::*;
use crate::policy::jitter::Jitter;
use ControlFlow::{Break, Continue};

const SEC: fn(u64) -> Duration = Duration::from_secs;

fn fixed() -> Policy {
    Policy::new().max_attempts(3).fixed(SEC(2))
}

#[test]
fn verdicts_that_ask_for_no_retry_stop_at_once() {
    let decide = |verdict| fixed().start().decide(verdict, SEC(0));
    assert_eq!(decide(Verdict::Done), Break(StopReason::Done));
    assert_eq!(decide(Verdict::Permanent), Break(StopReason::Permanent));
}

#[test]
fn attempts_count_the_first_and_zero_acts_as_one() {
    let mut attempts = fixed().start();
    let waits = [0, 2, 4].map(|s| attempts.decide(Verdict::Retry, SEC(s)));
    assert_eq!(
        waits,
        [
            Continue(SEC(2)),
            Continue(SEC(2)),
            Break(StopReason::AttemptsExhausted)
        ]
    );
    let none = fixed()
        .max_attempts(0)
        .start()
        .decide(Verdict::Retry, SEC(0));
    assert_eq!(none, Break(StopReason::AttemptsExhausted));
}

#[test]
fn no_wait_is_begun_that_would_end_at_or_after_the_limit() {
    let decide = |elapsed| {
        fixed()
            .max_elapsed(SEC(10))
            .start()
            .decide(Verdict::Retry, elapsed)
    };
    assert_eq!(decide(Duration::new(7, 999_999_999)), Continue(SEC(2)));
    assert_eq!(decide(SEC(8)), Break(StopReason::ElapsedLimit));
    assert_eq!(decide(SEC(11)), Break(StopReason::ElapsedLimit));
}

#[test]
fn a_hint_is_a_floor_that_the_cap_does_not_bind() {
    let decide = |policy: Policy, hint| policy.start().decide(Verdict::RetryAfter(hint), SEC(0));
    assert_eq!(decide(fixed(), SEC(1)), Continue(SEC(2)));
    assert_eq!(
        decide(fixed().max_delay(SEC(2)), SEC(30)),
        Continue(SEC(30))
    );
    for seed in 0..200 {
        let mut attempts = fixed().jitter(Jitter::Full).start().seed(seed);
        let Continue(delay) = attempts.decide(Verdict::RetryAfter(SEC(30)), SEC(0)) else {
            panic!("stopped");
        };
        assert!(SEC(30) <= delay && delay <= SEC(33), "{delay:?}");
    }
}

#[test]
fn a_hint_too_long_stops_the_call() {
    let decide = |policy: Policy, hint| policy.start().decide(Verdict::RetryAfter(hint), SEC(1));
    assert_eq!(decide(fixed(), SEC(60)), Continue(SEC(60)));
    assert_eq!(decide(fixed(), SEC(61)), Break(StopReason::HintTooLong));
    assert_eq!(
        decide(fixed().max_elapsed(SEC(10)), SEC(9)),
        Break(StopReason::HintTooLong)
    );
    assert_eq!(
        decide(fixed().max_hint(Duration::MAX), Duration::MAX),
        Continue(Duration::from_nanos(nanos::LONGEST))
    );
}

#[test]
fn once_no_time_is_left_a_hint_is_not_to_blame() {
    for hint in [SEC(0), SEC(1), SEC(99)] {
        let mut attempts = fixed().max_elapsed(SEC(10)).start();
        let flow = attempts.decide(Verdict::RetryAfter(hint), SEC(10));
        assert_eq!(flow, Break(StopReason::ElapsedLimit), "{hint:?}");
    }
}

#[test]
fn a_seeded_call_draws_the_same_after_a_resume() {
    let policy = Policy::new().max_attempts(40).jitter(Jitter::Decorrelated);
    let mut whole = policy.start().seed(7);
    let mut resumed = policy.start().seed(7);
    for _ in 0..30 {
        let delay = whole.decide(Verdict::Retry, SEC(0));
        assert_eq!(delay, resumed.decide(Verdict::Retry, SEC(0)));
        resumed = policy.resume(resumed.position()).seed(7);
    }
}

#[test]
fn the_least_delay_of_each_jitter_is_the_least_that_is_drawn() {
    let table = [
        (Jitter::None, 5),
        (Jitter::Full, 0),
        (Jitter::Equal, 2),
        (Jitter::Decorrelated, 5),
        (Jitter::Fraction(0.2), 4),
    ];
    for (jitter, least) in table {
        let policy = Policy::new().fixed(Duration::from_nanos(5)).jitter(jitter);
        let least = Duration::from_nanos(least);
        assert_eq!(
            policy.preview().rows().next().map(|row| row.least()),
            Some(least)
        );
        let drawn = (0..500).filter_map(|seed| {
            let flow = policy
                .start()
                .seed(seed)
                .decide(Verdict::Retry, Duration::ZERO);
            flow.continue_value()
        });
        assert_eq!(drawn.min(), Some(least), "{jitter:?}");
    }
}
