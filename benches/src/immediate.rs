//! Three zero-delay retries on the real clock, in a task of a multi-threaded tokio runtime.
//!
//! Peers that can be given a sleeper could skip tokio's timer, but what is measured is what a user gets who asks for
//! a delay of zero.

use std::time::{Duration, Instant};

use retry_core::{Policy, retry};

use crate::operation::{Busy, Outcome};
use crate::record;
use crate::subject::BY_HAND;

const POLICY: Policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);
const CALLS: u32 = 200;

/// Fails three times, then succeeds.
#[derive(Debug, Default)]
struct Failures(u32);

impl Failures {
    fn attempt(&mut self) -> Outcome {
        self.0 += 1;
        if self.0 < 4 { Err(Busy) } else { Ok(self.0) }
    }
}

/// Prints the microseconds of each subject in turn.
///
/// # Panics
///
/// Where the system refuses a runtime.
pub fn time(rounds: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .expect("the system gives a runtime");
    for _ in 0..rounds {
        measure(&runtime, BY_HAND, by_hand);
        measure(&runtime, "attribute", attribute);
        measure(&runtime, "policy.retry", policy);
        #[cfg(feature = "peers")]
        {
            measure(&runtime, "backon", peers::backon);
            measure(&runtime, "tokio-retry2", peers::tokio_retry2);
            measure(&runtime, "retry-if", peers::retry_if);
            measure(&runtime, "tryhard", peers::tryhard);
            measure(&runtime, "backoff", peers::backoff);
        }
    }
}

fn measure<F>(runtime: &tokio::runtime::Runtime, name: &str, call: fn() -> F)
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let task = runtime.spawn(async move {
        let start = Instant::now();
        for _ in 0..CALLS {
            assert!(matches!(call().await, Ok(4)));
        }
        start.elapsed() / CALLS
    });
    let a_call = runtime.block_on(task).expect("the task ends");
    record::print(name, BY_HAND, "µs", a_call.as_secs_f64() * 1e6);
}

async fn by_hand() -> Outcome {
    let mut failures = Failures::default();
    let mut attempts = 0;
    loop {
        let outcome = failures.attempt();
        attempts += 1;
        if outcome.is_ok() || attempts == 4 {
            return outcome;
        }
        tokio::task::yield_now().await;
    }
}

async fn attribute() -> Outcome {
    retried(&mut Failures::default()).await
}

#[retry(max_attempts = 4, fixed_ms = 0)]
async fn retried(failures: &mut Failures) -> Outcome {
    failures.attempt()
}

async fn policy() -> Outcome {
    let mut failures = Failures::default();
    POLICY
        .retry(|| std::future::ready(failures.attempt()))
        .await
}

#[cfg(feature = "peers")]
mod peers {
    use std::future::ready;
    use std::time::Duration;

    use super::{Failures, Outcome};
    use crate::operation::failed;

    pub(super) async fn backon() -> Outcome {
        use backon::Retryable as _;
        let backoff = backon::ConstantBuilder::new()
            .with_delay(Duration::ZERO)
            .with_max_times(3);
        let mut failures = Failures::default();
        (|| ready(failures.attempt())).retry(backoff).await
    }

    pub(super) async fn tokio_retry2() -> Outcome {
        let strategy = std::iter::repeat_n(Duration::ZERO, 3);
        let mut failures = Failures::default();
        let attempt = || ready(failures.attempt().map_err(Into::into));
        tokio_retry2::Retry::spawn(strategy, attempt).await
    }

    const CONFIG: retry_if::ExponentialBackoffConfig = retry_if::ExponentialBackoffConfig {
        max_retries: 3,
        t_wait: Duration::ZERO,
        backoff: 1.0,
        t_wait_max: None,
        backoff_max: None,
    };

    pub(super) async fn retry_if() -> Outcome {
        retried(&mut Failures::default()).await
    }

    #[allow(unexpected_cfgs, reason = "its expansion asks for features of its own")]
    #[retry_if::retry(CONFIG, failed)]
    async fn retried(failures: &mut Failures) -> Outcome {
        failures.attempt()
    }

    pub(super) async fn tryhard() -> Outcome {
        let mut failures = Failures::default();
        tryhard::retry_fn(|| ready(failures.attempt()))
            .retries(3)
            .no_backoff()
            .await
    }

    pub(super) async fn backoff() -> Outcome {
        let mut failures = Failures::default();
        let attempt = || ready(failures.attempt().map_err(Into::into));
        backoff::future::retry(backoff::backoff::Zero {}, attempt).await
    }
}
