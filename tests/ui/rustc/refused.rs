use retry_core::{CircuitBreaker, retry};

static BREAKER: CircuitBreaker = CircuitBreaker::new();

#[derive(Debug)]
enum Error {
    NotFound,
}

#[retry(attempt_timeout = "1s")]
async fn no_from_timed_out() -> Result<u32, Error> {
    Err(Error::NotFound)
}

#[retry(breaker = &BREAKER)]
fn no_from_rejected() -> Result<u32, String> {
    Ok(1)
}

#[retry(breaker = &BREAKER)]
async fn no_error_at_all() -> Option<u32> {
    Some(1)
}

fn main() {}
