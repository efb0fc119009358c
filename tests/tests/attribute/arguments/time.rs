//! Who waits, and for how long at most: `timer`, `attempt_timeout`.

use retry_core::{RetryError, TimedOut, retry};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, PartialEq)]
struct Late;

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn attempt_timeout_ends_an_attempt_and_retries_it() {
    #[retry(fixed_ms = 1, attempt_timeout = limit)]
    async fn slow(begun: &mut Vec<Instant>, limit: Duration) -> Result<usize, Late> {
        begun.push(Instant::now());
        if begun.len() < 3 {
            std::future::pending::<()>().await;
        }
        Ok(begun.len())
    }
    let mut begun = Vec::new();
    let start = Instant::now();
    assert_eq!(slow(&mut begun, Duration::from_secs(5)).await, Ok(3));
    assert_eq!(start.elapsed().as_millis(), 10_002);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_is_judged_like_any_outcome() {
    #[retry(fixed_ms = 1, attempt_timeout_ms = 5000, when_err = |_: &Late| false)]
    async fn slow(begun: &mut u32) -> Result<(), Late> {
        *begun += 1;
        std::future::pending().await
    }
    let mut begun = 0;
    assert_eq!(slow(&mut begun).await, Err(Late));
    assert_eq!(begun, 1);
}

#[tokio::test(start_paused = true)]
async fn attempt_timeout_and_wrap_error_go_together() {
    #[retry(fixed_ms = 1, attempt_timeout_ms = 10, wrap_error, max_attempts = 2, attempt = which)]
    async fn slow() -> Result<u32, RetryError<Late>> {
        std::future::pending::<()>().await;
        Ok(which.number())
    }
    let error = slow().await.unwrap_err();
    assert_eq!((error.attempts(), error.into_inner()), (2, Late));
}

#[tokio::test]
async fn a_timer_of_the_users_own_waits() {
    #[derive(Default)]
    struct Virtual(std::sync::Mutex<Duration>);
    impl retry_core::Timer for Virtual {
        fn now(&self) -> Duration {
            *self.0.lock().unwrap()
        }
        async fn sleep(&self, delay: Duration) {
            *self.0.lock().unwrap() += delay;
        }
    }
    #[retry(fixed = "1h", timer = time)]
    async fn fails(time: &Virtual) -> Option<()> {
        None
    }
    let time = Virtual::default();
    fails(&time).await;
    assert_eq!(retry_core::Timer::now(&time), Duration::from_hours(2));
}

/// A blocking function waits with the timer it names.
#[test]
fn a_blocking_function_waits_with_its_timer() {
    use retry_core::test_util::ManualClock;

    #[retry(max_attempts = 3, fixed = "50s", timer = clock)]
    fn ask(clock: &ManualClock) -> Option<u8> {
        let _ = clock;
        None
    }

    let clock = ManualClock::skipping();
    assert_eq!(ask(&clock), None);
    clock.assert_waits(&[Duration::from_secs(50); 2]);
}
