//! The size of the future around an operation: constant policy, no limit.

use std::time::Duration;

use retry_core::{Policy, retry};

use crate::operation::{Busy, Outcome};
use crate::subject::BY_HAND;

const FIRST: Duration = Duration::from_millis(100);
const POLICY: Policy = Policy::new();

/// Awaits something, and keeps `N` bytes meanwhile.
async fn attempt<const N: usize>() -> Outcome {
    let kept = [0_u8; N];
    std::future::pending::<()>().await;
    std::hint::black_box(&kept);
    Err(Busy)
}

/// Keeps a counter only: the delay follows from it.
async fn by_hand<const N: usize>() -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = attempt::<N>().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 3 {
            return outcome;
        }
        let delay = FIRST * (1 << (attempts - 1));
        tokio::time::sleep(delay.mul_f64(fastrand::f64())).await;
    }
}

#[retry(max_attempts = 3, exp_multiplier_ms = 100)]
async fn attribute<const N: usize>() -> Outcome {
    attempt::<N>().await
}

fn policy<const N: usize>() -> impl Future<Output = Outcome> {
    POLICY.retry(attempt::<N>)
}

fn shared<const N: usize>() -> impl Future<Output = Outcome> {
    static SHARED: Policy = POLICY;
    SHARED.shared().retry(attempt::<N>)
}

/// The future's size for each subject.
#[must_use]
pub fn all<const N: usize>() -> Vec<(&'static str, usize)> {
    #[cfg_attr(not(feature = "peers"), expect(unused_mut, reason = "no peers"))]
    let mut sizes = vec![
        (BY_HAND, size_of_val(&by_hand::<N>())),
        ("attribute", size_of_val(&attribute::<N>())),
        ("policy.retry", size_of_val(&policy::<N>())),
        ("policy.shared().retry", size_of_val(&shared::<N>())),
    ];
    #[cfg(feature = "peers")]
    sizes.extend(peers::all::<N>());
    sizes
}

#[cfg(feature = "peers")]
mod peers {
    use super::{FIRST, Outcome, attempt};
    use crate::operation::failed;

    pub(super) fn all<const N: usize>() -> [(&'static str, usize); 5] {
        [
            ("backon", size_of_val(&backon::<N>())),
            ("tokio-retry2", size_of_val(&tokio_retry2::<N>())),
            ("retry-if", size_of_val(&retry_if::<N>())),
            ("tryhard", size_of_val(&tryhard::<N>())),
            ("backoff", size_of_val(&backoff::<N>())),
        ]
    }

    fn backon<const N: usize>() -> impl Future<Output = Outcome> {
        use backon::Retryable as _;
        let backoff = backon::ExponentialBuilder::new()
            .with_min_delay(FIRST)
            .with_max_times(2)
            .with_jitter();
        attempt::<N>.retry(backoff).into_future()
    }

    fn tokio_retry2<const N: usize>() -> impl Future<Output = Outcome> {
        use tokio_retry2::strategy::{ExponentialFactorBackoff, jitter};
        let strategy = ExponentialFactorBackoff::from_millis(100, 2.0)
            .map(jitter)
            .take(2);
        tokio_retry2::Retry::spawn(strategy, async || Ok(attempt::<N>().await?))
    }

    const CONFIG: retry_if::ExponentialBackoffConfig = retry_if::ExponentialBackoffConfig {
        max_retries: 2,
        t_wait: FIRST,
        backoff: 2.0,
        t_wait_max: None,
        backoff_max: None,
    };

    #[allow(unexpected_cfgs, reason = "its expansion asks for features of its own")]
    #[retry_if::retry(CONFIG, failed)]
    async fn retry_if<const N: usize>() -> Outcome {
        attempt::<N>().await
    }

    fn tryhard<const N: usize>() -> impl Future<Output = Outcome> {
        tryhard::retry_fn(attempt::<N>)
            .retries(2)
            .exponential_backoff(FIRST)
    }

    fn backoff<const N: usize>() -> impl Future<Output = Outcome> {
        let policy = backoff::ExponentialBackoff::default();
        backoff::future::retry(policy, async || Ok(attempt::<N>().await?))
    }
}
