//! The clock of a tokio runtime, paused in tests, whatever the features of the crate are.

use std::time::Duration;

use retry_core::Timer;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Runtime {
    start: Instant,
}

impl Runtime {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Timer for Runtime {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(delay)
    }
}

/// The timer that the feature brings needs no word from the user to obey the paused clock.
#[cfg(feature = "tokio")]
mod by_default {
    use retry_core::{Jitter, Policy, StopReason};

    use super::{Duration, Instant};

    const SEC: Duration = Duration::from_secs(1);
    const DOUBLING: Policy = Policy::new()
        .max_attempts(4)
        .exp_multiplier(SEC)
        .jitter(Jitter::None);

    #[tokio::test(start_paused = true)]
    async fn exponential_waits_are_exactly_1_2_and_4_seconds() {
        let start = Instant::now();
        let mut started = Vec::new();
        let outcome = DOUBLING
            .retry(|| {
                started.push(start.elapsed());
                async { None::<()> }
            })
            .await;
        assert_eq!(outcome, None);
        assert_eq!(started, [0, 1, 3, 7].map(|s| SEC * s));
    }

    #[tokio::test(start_paused = true)]
    async fn limits_and_reports_read_it_too() {
        let (outcome, report) = DOUBLING
            .max_elapsed(6 * SEC)
            .report(async || None::<()>)
            .await;
        assert_eq!((outcome, report.attempts()), (None, 3));
        assert_eq!(report.stop_reason(), StopReason::ElapsedLimit);
        assert_eq!((report.elapsed(), report.waited()), (3 * SEC, 3 * SEC));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_can_be_spawned() {
        static POLICY: Policy = DOUBLING;
        let call = POLICY.retry_with(async |attempt| attempt.is_last().then_some("done"));
        assert_eq!(tokio::spawn(call).await.unwrap(), Some("done"));
    }
}

/// The first retry shows it, so the panic says all that is needed.
#[cfg(all(feature = "tokio", not(feature = "smol")))]
#[test]
fn without_a_runtime_the_first_retry_panics_and_names_the_feature_and_the_timer() {
    let (policy, mut attempts) = (retry_core::Policy::new(), 0);
    let call = policy.retry(|| {
        attempts += 1;
        async { None::<()> }
    });
    let message = panics(call);
    for named in ["`tokio`", "inside a tokio runtime", "`smol`", "`timer`"] {
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(attempts, 1);
}

/// Not even a first attempt that would succeed is run without the timer that limits it.
#[cfg(all(feature = "tokio", not(feature = "smol")))]
#[test]
fn without_a_runtime_an_attempt_with_a_timeout_panics() {
    use crate::failed::Failed;

    let policy = retry_core::Policy::new().attempt_timeout(Duration::from_secs(1));
    let message = panics(policy.retry(std::future::pending::<Result<(), Failed>>));
    assert!(message.contains("inside a tokio runtime"), "{message}");
}

/// The message with which the first poll panics.
#[cfg(all(feature = "tokio", not(feature = "smol")))]
fn panics(call: impl Future) -> &'static str {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::task::{Context, Waker};

    let poll = AssertUnwindSafe(|| {
        let _ = pin!(call).poll(&mut Context::from_waker(Waker::noop()));
    });
    let panic = catch_unwind(poll).unwrap_err();
    panic.downcast_ref::<&str>().copied().expect("a message")
}

/// With tokio's timer compiled in as well, this would panic if that one were used.
#[cfg(feature = "smol")]
#[test]
fn outside_a_tokio_runtime_the_timer_of_smol_waits() {
    let policy = retry_core::Policy::new().fixed(Duration::from_millis(1));
    let call = policy.retry_with(async |attempt| attempt.is_last().then_some("done"));
    assert_eq!(async_io::block_on(call), Some("done"));
}
