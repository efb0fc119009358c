//! What calls share: `budget`, `breaker`.

use retry_core::{Budget, CircuitBreaker, Rejected, RetryError, StopReason, retry};

#[tokio::test(start_paused = true)]
async fn a_budget_pays_for_retries_of_all_calls() {
    static BUDGET: Budget = Budget::new(0.0).reserve(3);

    #[retry(fixed_ms = 1, budget = &BUDGET)]
    async fn fails(calls: &mut u32) -> Result<(), ()> {
        *calls += 1;
        Err(())
    }
    let (mut first, mut second) = (0, 0);
    assert_eq!(fails(&mut first).await, Err(()));
    assert_eq!(fails(&mut second).await, Err(()));
    assert_eq!((first, second), (3, 2));
}

#[derive(Debug, PartialEq)]
struct Refused;

impl From<Rejected> for Refused {
    fn from(_: Rejected) -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_lets_no_attempt_begin() {
    static BREAKER: CircuitBreaker = CircuitBreaker::new();

    #[retry(fixed_ms = 1, breaker = &BREAKER)]
    async fn guarded(calls: &mut u32) -> Result<u32, Refused> {
        *calls += 1;
        Ok(*calls)
    }
    #[retry(fixed_ms = 1, breaker = &BREAKER, wrap_error)]
    fn wrapped() -> Result<u32, RetryError<Refused>> {
        Ok(1)
    }
    let mut calls = 0;
    assert_eq!(guarded(&mut calls).await, Ok(1));
    BREAKER.force_open();
    assert_eq!(guarded(&mut calls).await, Err(Refused));
    assert_eq!(calls, 1);
    let error = wrapped().unwrap_err();
    assert_eq!(
        (error.attempts(), error.stop_reason()),
        (0, StopReason::CircuitOpen)
    );
}
