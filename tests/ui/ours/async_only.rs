use retry_core::retry;

#[retry(attempt_timeout = "1s", timer = TIMER)]
fn blocking() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = blocking();
}
