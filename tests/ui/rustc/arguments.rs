use retry_core::{Policy, RetryError, retry};

#[retry(max_attempts = 3u8)]
async fn wrong_integer() -> Result<(), ()> {
    Ok(())
}

#[retry(fixed = 5 + 5)]
async fn wrong_duration() -> Result<(), ()> {
    Ok(())
}

#[retry(jitter = 1.0f32)]
async fn wrong_jitter() -> Result<(), ()> {
    Ok(())
}

#[retry(policy = [Policy::new()])]
async fn wrong_policy() -> Result<(), ()> {
    Ok(())
}

#[retry(policy = Policy::new(), max_attempts = "three".len())]
async fn wrong_override() -> Result<(), ()> {
    Ok(())
}

fn wrong_classifier(_: &u8) -> bool {
    true
}

#[retry(when = wrong_classifier)]
async fn wrong_when() -> Result<(), ()> {
    Ok(())
}

#[retry(when = |outcome: &u8| *outcome > 3)]
async fn wrong_closure() -> Result<(), ()> {
    Ok(())
}

#[retry(when = |outcome| outcome.is_ok_and(|code| code))]
async fn wrong_verdict() -> Result<u32, ()> {
    Ok(1)
}

#[retry(when_err = |error| error.is_empty())]
async fn no_error() -> Option<u32> {
    Some(1)
}

#[retry(wrap_error)]
async fn not_wrapped() -> Result<u32, String> {
    Ok(1)
}

#[retry(wrap_error)]
async fn wrapped_twice() -> Result<u32, RetryError<String>> {
    let outcome: Result<u32, RetryError<String>> = Ok(1);
    outcome
}

fn main() {}
