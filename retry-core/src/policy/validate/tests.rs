use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

#[test]
fn each_impossible_value_names_its_field_and_what_is_allowed() {
    let table = [
        (
            Policy::new().max_attempts(0),
            "`max_attempts` must be at least 1, but is 0",
        ),
        (
            Policy::new().exp_base(0.5),
            "`exp_base` must be a finite number of at least 1, but is 0.5",
        ),
        (
            Policy::new().exp_base(f64::NAN),
            "`exp_base` must be a finite number of at least 1, but is NaN",
        ),
        (
            Policy::new().exp_base(f64::INFINITY),
            "`exp_base` must be a finite number of at least 1, but is inf",
        ),
        (
            Policy::new().random_min(MS(9)).random_max(MS(3)),
            "`random_min` must be at most `random_max`, but is 9ms",
        ),
        (
            Policy::new().jitter(Jitter::Fraction(-0.1)),
            "`jitter` must be a fraction from 0 to 1, but is -0.1",
        ),
        (
            Policy::new().jitter(Jitter::Fraction(f64::NAN)),
            "`jitter` must be a fraction from 0 to 1, but is NaN",
        ),
        (
            Policy::new().max_delay(MS(99)),
            "`max_delay` must be at least the first delay, but is 99ms",
        ),
    ];
    for (policy, message) in table {
        let error = policy.validate().unwrap_err();
        assert_eq!(error.to_string(), message);
        let said = format!("{}, but is {}", error.requirement(), error.value());
        assert_eq!(said, message);
        let same = problem_of(&policy, error.field()).map(|broken| broken.invalid.to_string());
        assert_eq!(same.as_deref(), Some(message));
    }
}

#[test]
fn a_walk_from_zero_is_refused_where_the_jitter_is_named() {
    let policy = Policy::new().incr_step(MS(5)).jitter(Jitter::Decorrelated);
    let error = policy.validate().unwrap_err();
    assert_eq!(error.field(), "incr_start");
    assert_eq!(
        error.to_string(),
        "`incr_start` must be above 0 for decorrelated jitter, but is 0ns"
    );
    let at = |field| problem_of(&policy, field).map(|broken| broken.invalid);
    assert_eq!(at("jitter"), Some(error));
    assert_eq!(at("incr_step"), None, "one mistake, one message");
    assert!(policy.incr_start(MS(1)).validate().is_ok());
}

#[test]
fn what_can_be_obeyed_passes() {
    let table = [
        Policy::new(),
        Policy::new().unlimited().max_elapsed(Duration::ZERO),
        Policy::new().fixed(Duration::MAX).max_delay(Duration::MAX),
        Policy::new().random_min(MS(3)).random_max(MS(3)),
        Policy::new().exp_base(1.0).jitter(Jitter::Fraction(1.0)),
        Policy::new().exp_multiplier(Duration::from_secs(60)),
    ];
    for policy in table {
        assert_eq!(policy.validate(), Ok(policy));
    }
}

#[test]
fn a_rule_about_two_fields_is_broken_for_certain_where_both_are_said() {
    let long = MS(2000);
    let capped = Policy::new().max_delay(MS(1));
    let walk = Policy::new().jitter(Jitter::Decorrelated);
    let table = [
        (Policy::new().random_min(long), "random_min", "random_max"),
        (capped.fixed(long), "max_delay", "fixed"),
        (capped.exp_multiplier(long), "max_delay", "exp_multiplier"),
        (capped.incr_start(long), "max_delay", "incr_start"),
        (capped.random_min(long), "max_delay", "random_min"),
        (capped.fib_multiplier(long), "max_delay", "fib_multiplier"),
        (walk.incr_start(MS(0)), "jitter", "incr_start"),
    ];
    for (policy, field, other) in table {
        let broken = problem_of(&policy, field).unwrap();
        assert!(broken.is_certain(&["max_hint", other]), "{field}, {other}");
        assert!(!broken.is_certain(&[field, "max_hint"]), "{field}, {other}");
    }
    let alone = [
        (Policy::new().max_attempts(0), "max_attempts"),
        (Policy::new().exp_base(0.5), "exp_base"),
        (Policy::new().jitter(Jitter::Fraction(7.5)), "jitter"),
    ];
    for (policy, field) in alone {
        assert!(
            problem_of(&policy, field).unwrap().is_certain(&[]),
            "{field}"
        );
    }
}
