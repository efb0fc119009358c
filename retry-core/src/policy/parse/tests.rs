use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

#[test]
fn the_parts_come_in_any_order_and_have_defaults() {
    let table = [
        ("3 attempts", Policy::new()),
        ("unlimited attempts", Policy::new().unlimited()),
        ("full jitter", Policy::new()),
        (
            "jitter 0.5,1 attempt",
            Policy::new().max_attempts(1).jitter(Jitter::Fraction(0.5)),
        ),
        ("no jitter, fixed 1m 30s", Policy::new().fixed(MS(90_000))),
        ("jitter none, fixed 1s", Policy::new().fixed(MS(1000))),
        ("none jitter", Policy::new().jitter(Jitter::None)),
        ("jitter 1e-7", Policy::new().jitter(Jitter::Fraction(1e-7))),
        (
            "fixed 1s, full jitter",
            Policy::new().fixed(MS(1000)).jitter(Jitter::Full),
        ),
        (
            "random 1ms to 0.5s up to 2s",
            Policy::new()
                .random_min(MS(1))
                .random_max(MS(500))
                .max_delay(MS(2000)),
        ),
        (
            "fibonacci 1s",
            Policy::new()
                .fib_multiplier(MS(1000))
                .max_delay(Duration::MAX),
        ),
        (
            "incremental 1s + 0s up to 20s, within 5m, hints up to 1h",
            Policy::new()
                .incr_start(MS(1000))
                .incr_step(MS(0))
                .max_elapsed(MS(300_000))
                .max_hint(MS(3_600_000)),
        ),
    ];
    for (text, policy) in table {
        assert_eq!(text.parse(), Ok(policy), "{text}");
    }
}

#[test]
fn anything_else_names_the_part_the_value_and_what_is_allowed() {
    let table = [
        (
            "",
            "\"\" is no part of a policy: write for example `3 attempts`",
        ),
        ("3 attempts,", "\"\" is no part of a policy"),
        ("3 tries", "\"3 tries\" is no part of a policy"),
        (
            "exponential 1s",
            "\"exponential 1s\" is no part of a policy",
        ),
        ("hints 1s", "\"hints 1s\" is no part of a policy"),
        (
            "many attempts",
            "`max_attempts` must be an integer from 1 to 4294967295, or `unlimited`, but is \"many\"",
        ),
        ("0 attempts", "`max_attempts` must be at least 1, but is 0"),
        (
            "1 attempt, 2 attempts",
            "\"2 attempts\" comes after another part that says attempts",
        ),
        (
            "fixed 1s, fibonacci 1s",
            "\"fibonacci 1s\" comes after another part that says a backoff",
        ),
        (
            "exponential 1s x y",
            "`exp_base` must be a number of at least 1, but is \"y\"",
        ),
        (
            "exponential 1s x 0.5",
            "`exp_base` must be a finite number of at least 1, but is 0.5",
        ),
        (
            "fixed soon",
            "`fixed` must be a duration, but is \"soon\": a duration is",
        ),
        (
            "fixed 1s up to 1M",
            "`max_delay` must be a duration, but is \"1M\": unknown unit",
        ),
        (
            "some jitter",
            "`jitter` must be `none`, `full`, `equal`, `decorrelated` or a fraction",
        ),
        ("jitter 1", "`jitter` must be `none`, `full`"),
        (
            "jitter 1.5",
            "`jitter` must be a fraction from 0 to 1, but is 1.5",
        ),
    ];
    for (text, message) in table {
        let error = text.parse::<Policy>().unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
}
