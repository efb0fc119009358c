//! What the body and the caller are told: `attempt`, `wrap_error`.

use retry_core::{Attempt, RetryError, StopReason, retry};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn attempt_is_bound_in_the_body() {
    #[retry(fixed_ms = 1000, attempt = which)]
    async fn fails(seen: &mut Vec<Attempt>) -> Result<(), ()> {
        seen.push(which);
        Err(())
    }
    let mut seen = Vec::new();
    assert_eq!(fails(&mut seen).await, Err(()));
    let seen: Vec<_> = seen
        .iter()
        .map(|one| {
            (
                one.number(),
                one.elapsed().as_secs(),
                one.previous_delay().as_secs(),
                one.is_last(),
            )
        })
        .collect();
    assert_eq!(seen, [(1, 0, 0, false), (2, 1, 1, false), (3, 2, 1, true)]);
}

#[tokio::test(start_paused = true)]
async fn wrap_error_tells_the_story_in_the_error() {
    #[retry(fixed = "1s", wrap_error)]
    async fn parse(text: &str) -> Result<u8, RetryError<std::num::ParseIntError>> {
        let number = text.parse()?;
        Ok(number)
    }
    assert_eq!(parse("7").await.ok(), Some(7));
    let error = parse("x").await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.elapsed(), error.stop_reason()),
        (3, Duration::from_secs(2), StopReason::AttemptsExhausted)
    );
}
