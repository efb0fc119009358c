use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

fn read(text: &str) -> Result<Policy, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
}

#[test]
fn a_policy_is_read_in_the_words_of_its_setters() {
    let table = [
        ("", Policy::new()),
        (
            "max_attempts = 5\nexp_multiplier = \"250ms\"\nmax_elapsed = \"1m 30s\"",
            Policy::new()
                .max_attempts(5)
                .exp_multiplier(MS(250))
                .max_elapsed(MS(90_000)),
        ),
        (
            "max_attempts = \"unlimited\"\nfixed = \"2s\"",
            Policy::new().unlimited().fixed(MS(2000)),
        ),
        (
            "exp_base = 3\njitter = \"equal\"",
            Policy::new().exp_base(3.0).jitter(Jitter::Equal),
        ),
        (
            "incr_start_ms = 250\nincr_step = \"1.5s\"\nmax_elapsed_ms = 90000",
            Policy::new()
                .incr_start(MS(250))
                .incr_step(MS(1500))
                .max_elapsed(MS(90_000)),
        ),
        (
            "jitter = 0.25",
            Policy::new().jitter(Jitter::Fraction(0.25)),
        ),
    ];
    for (text, policy) in table {
        assert_eq!(read(text), Ok(policy), "{text}");
    }
}

#[test]
fn a_bad_value_names_its_field_the_value_and_what_is_allowed() {
    let table = [
        (
            "max_attempts = 0",
            "`max_attempts` must be at least 1, but is 0",
        ),
        (
            "max_attempts = 3.0",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is 3.0",
        ),
        (
            "max_attempts = 5000000000",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is 5000000000",
        ),
        (
            "max_attempts = true",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is true",
        ),
        (
            "max_attempts = -1",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is -1",
        ),
        (
            "max_attempts = [3]",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is a list or a table",
        ),
        (
            "fixed = 5",
            "`fixed` must be a duration, but is 5: write `fixed_ms = 5` or `fixed = \"5ms\"`",
        ),
        (
            "fixed = 0.5",
            "`fixed` must be a duration, but is 0.5: write for example `fixed = \"250ms\"`",
        ),
        (
            "max_hint = \"1M\"",
            "`max_hint` must be a duration, but is \"1M\": unknown unit `M`: write `ns`, `us`, `ms`, `s`, `m`, `h` or `d`",
        ),
        (
            "fixed_ms = 2.5",
            "`fixed_ms` must be an integer of milliseconds, but is 2.5",
        ),
        (
            "fixed = \"5ms\"\nfixed_ms = 5",
            "`fixed` and `fixed_ms` are the same; write one",
        ),
        (
            "jitter = \"ful\"",
            "`jitter` must be \"none\", \"full\", \"equal\", \"decorrelated\" or a fraction with a point, such as 0.25 or 1.0, but is \"ful\"",
        ),
        (
            "jitter = 1",
            "`jitter` must be \"none\", \"full\", \"equal\", \"decorrelated\" or a fraction with a point, such as 0.25 or 1.0, but is 1",
        ),
        (
            "jitter = 1.5",
            "`jitter` must be a fraction from 0 to 1, but is 1.5",
        ),
        (
            "exp_base = -2",
            "`exp_base` must be a finite number of at least 1, but is -2",
        ),
        (
            "exp_base = 0.5",
            "`exp_base` must be a finite number of at least 1, but is 0.5",
        ),
        (
            "fixed = \"1s\"\nincr_step = \"1s\"",
            "`fixed` and `incr_step` are two backoffs; a policy has one",
        ),
        (
            "exp_base = 2\nfixed = \"1s\"",
            "`exp_base` and `fixed` are two backoffs; a policy has one",
        ),
        (
            "exp_multiplier_ms = 5\nfib_multiplier = \"1s\"",
            "`exp_multiplier_ms` and `fib_multiplier` are two backoffs; a policy has one",
        ),
        (
            "random_min = \"2s\"",
            "`random_min` must be at most `random_max`, but is 2s",
        ),
    ];
    for (text, message) in table {
        assert_eq!(read(text), Err(message.to_owned()), "{text}");
    }
    assert!(
        read("max_attempt = 3")
            .unwrap_err()
            .starts_with("unknown field `max_attempt`")
    );
}

#[test]
fn a_number_in_quotes_is_refused() {
    let table = [
        (
            "max_attempts = \"3\"",
            "`max_attempts` must be an integer from 1 to 4294967295, or \"unlimited\", but is \"3\"",
        ),
        (
            "fixed_ms = \"3\"",
            "`fixed_ms` must be an integer of milliseconds, but is \"3\"",
        ),
        (
            "exp_base = \"3\"",
            "`exp_base` must be a number of at least 1, with a point where it is above 4294967295, but is \"3\"",
        ),
        (
            "jitter = \"0.25\"",
            "`jitter` must be \"none\", \"full\", \"equal\", \"decorrelated\" or a fraction with a point, such as 0.25 or 1.0, but is \"0.25\"",
        ),
    ];
    for (text, message) in table {
        assert_eq!(read(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let policies = [
        Policy::new(),
        Policy::new()
            .unlimited()
            .max_elapsed(MS(1234))
            .fixed(Duration::new(1, 7)),
        Policy::new()
            .incr_start(MS(5))
            .jitter(Jitter::Fraction(0.1)),
        Policy::new()
            .random_max(MS(9))
            .max_delay(MS(7))
            .max_hint(MS(1)),
        Policy::new()
            .fib_multiplier(MS(11))
            .jitter(Jitter::Decorrelated),
    ];
    for policy in policies {
        let text = toml::to_string(&policy).unwrap();
        assert_eq!(read(&text), Ok(policy), "{text}");
    }
}
