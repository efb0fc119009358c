use retry_core::retry;
use std::time::Duration;

const NONE: u32 = 0;

#[retry(max_attempts = 0)]
fn no_attempts() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = NONE, exp_base = 0.5)]
fn two_mistakes() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_base = f64::NAN)]
async fn not_a_number() -> Result<(), ()> {
    Ok(())
}

#[retry(random_min = "2s", random_max = "1s")]
fn nothing_between() -> Result<(), ()> {
    Ok(())
}

#[retry(exp_multiplier = "2s", max_delay = Duration::from_secs(1))]
fn cap_below_the_first_delay() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed_ms = 10, jitter = 1.5)]
fn more_than_all() -> Result<(), ()> {
    Ok(())
}

#[retry(policy = policy, max_attempts = 0, jitter = 7.5, exp_base = 0.0, max_delay = "1s")]
fn overrides(policy: retry_core::Policy) -> Result<(), ()> {
    Ok(())
}

#[retry(policy = policy, random_min = "2s", random_max = "1s", max_delay = "1s")]
fn compared_overrides(policy: retry_core::Policy) -> Result<(), ()> {
    Ok(())
}

#[retry(policy = policy, max_attempts = { 0 }, incr_start = "0s", incr_step = "1s", jitter = decorrelated)]
fn words_and_blocks(policy: retry_core::Policy) -> Result<(), ()> {
    Ok(())
}

#[retry(policy = policy, incr_start = Duration::ZERO, jitter = retry_core::Jitter::Decorrelated)]
fn paths(policy: retry_core::Policy) -> Result<(), ()> {
    Ok(())
}

fn main() {}
