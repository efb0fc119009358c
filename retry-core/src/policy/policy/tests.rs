use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

#[test]
fn the_default_is_what_the_docs_say() {
    assert_eq!(
        Policy::default().to_string(),
        "3 attempts, exponential 100ms x 2 up to 20s, full jitter, hints up to 60s"
    );
}

#[test]
fn a_later_backoff_replaces_an_earlier_one() {
    let policy = Policy::new()
        .exp_multiplier(MS(5))
        .exp_base(3.0)
        .fixed(MS(70));
    assert_eq!(policy, Policy::new().fixed(MS(70)));
    assert_eq!(
        policy.to_string(),
        "3 attempts, fixed 70ms, jitter none, hints up to 60s"
    );
}

#[test]
fn the_parts_of_one_backoff_come_in_any_order() {
    let table = [
        [
            Policy::new().exp_base(3.0).exp_multiplier(MS(5)),
            Policy::new().exp_multiplier(MS(5)).exp_base(3.0),
        ],
        [
            Policy::new().incr_start(MS(1)).incr_step(MS(2)),
            Policy::new().incr_step(MS(2)).incr_start(MS(1)),
        ],
        [
            Policy::new().random_min(MS(1)).random_max(MS(2)),
            Policy::new().random_max(MS(2)).random_min(MS(1)),
        ],
    ];
    for [a, b] in table {
        assert_eq!(a, b);
    }
}

#[test]
fn a_policy_takes_56_bytes() {
    assert_eq!(size_of::<Policy>(), 56);
}

#[test]
fn what_was_said_is_told_apart_from_the_default() {
    let usual = Duration::from_secs(20);
    let table = [
        (Policy::new().max_delay(usual), Policy::new()),
        (Policy::new().jitter(Jitter::Full), Policy::new()),
        (
            Policy::new().max_attempts(u32::MAX),
            Policy::new().unlimited(),
        ),
        (Policy::new().max_elapsed(Duration::MAX), Policy::new()),
    ];
    for (said, unsaid) in table {
        assert_ne!(said, unsaid);
        assert_eq!(said.base_delay(9), unsaid.base_delay(9));
    }
    let fixed = |policy: Policy| policy.fixed(Duration::from_secs(60)).base_delay(1);
    assert_eq!(fixed(Policy::new()), Duration::from_secs(60));
    assert_eq!(fixed(Policy::new().max_delay(usual)), usual);
}

#[test]
fn a_later_word_leaves_no_trace_of_an_earlier_one() {
    let policy = Policy::new().unlimited().jitter(Jitter::Fraction(0.5));
    assert_eq!(
        policy.max_attempts(3).jitter(Jitter::Full),
        Policy::new().jitter(Jitter::Full)
    );
    assert_eq!(policy.max_attempts(9).unlimited(), policy);
}
