use retry_core::retry;

#[retry(max_attempts = 3, jitter = full, max_attempts = 4)]
fn twice() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "1s", fixed_ms = 1000)]
fn both_spellings() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = "1s", exp_base = 2.0, exp_multiplier = "1s")]
fn two_backoffs() -> Result<(), ()> {
    Ok(())
}

#[retry(when = is_busy, when_err = is_bad)]
fn two_judges() -> Result<(), ()> {
    Ok(())
}

#[retry(max_attempts = 3)]
#[retry(fixed_ms = 5)]
fn two_attributes() -> Result<(), ()> {
    Ok(())
}

fn main() {}
