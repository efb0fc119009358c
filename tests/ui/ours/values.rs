use retry_core::retry;

#[retry(max_attempts = "3")]
fn text_for_an_integer() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = 3.5, seed = "seven")]
fn fraction_for_an_integer() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = -1)]
fn negative() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_multiplier = 1000)]
fn integer_for_a_duration() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_multiplier_ms = "1s")]
fn text_for_milliseconds() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = 0.5)]
fn fraction_for_a_duration() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "1,5s")]
fn fraction_in_a_duration() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "1500")]
fn no_unit() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "3 fortnights")]
fn unknown_unit() -> Result<(), ()> {
    Ok(())
}

#[retry(jitter = "full")]
fn text_for_a_word() -> Result<(), ()> {
    Ok(())
}

#[retry(jitter = 1)]
fn integer_for_a_fraction() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_base = "2")]
fn text_for_a_number() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts)]
fn no_value() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = , jitter = full)]
fn empty_value() -> Result<(), ()> {
    Ok(())
}

#[retry(wrap_error = true)]
fn value_for_a_flag() -> Result<(), ()> {
    Ok(())
}

#[retry(clone = body)]
fn no_parentheses(body: String) -> Result<(), ()> {
    Ok(drop(body))
}

#[retry(attempt = 3, crate = "retry_core", name = 7)]
fn not_names() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = 3 jitter = full)]
fn no_comma() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed_ms = "250", max_delay_ms = 3s)]
fn quoted_milliseconds() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = 3s)]
fn no_quotes() -> Result<(), ()> {
    Ok(())
}

#[retry(incr_start = 1.5s, incr_step = 1m30s)]
fn no_quotes_around_sums() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "1_000ms")]
fn underscores() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = 4294967296)]
fn too_many() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = "unlimited")]
fn text_for_unlimited() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_base = -2, jitter = -1)]
fn below_the_range() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_base = 5000000000)]
fn above_the_range() -> Result<(), ()> {
    Ok(())
}

#[retry(Policy::new().fixed(DELAY))]
fn a_policy_without_its_name() -> Result<(), ()> {
    Ok(())
}

fn main() {}
