use retry_core::retry;

#[retry(attempt_timeout = "1s")]
fn blocking() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = blocking();
}
