//! The call succeeds at once. The policy: three attempts, exponential from 100 ms, jitter as the crate knows it.

use std::time::Duration;

use retry_core::{Policy, retry};

use crate::operation::{Outcome, Server};
use crate::subject::{BY_HAND, BY_HAND_BLOCKING, Subject, repeat, repeat_blocking};

const FIRST: Duration = Duration::from_millis(100);
const POLICY: Policy = Policy::new();

/// Everyone who can write it.
pub const SUBJECTS: &[Subject] = &[
    Subject::new(BY_HAND, |n| repeat(n, 0, by_hand)),
    Subject::new("attribute", |n| repeat(n, 0, attribute)),
    Subject::new("policy.retry", |n| repeat(n, 0, policy)),
    #[cfg(feature = "peers")]
    Subject::new("backon", |n| repeat(n, 0, peers::backon)),
    #[cfg(feature = "peers")]
    Subject::new("tokio-retry2", |n| repeat(n, 0, peers::tokio_retry2)),
    #[cfg(feature = "peers")]
    Subject::new("retry-if", |n| repeat(n, 0, peers::retry_if)),
    #[cfg(feature = "peers")]
    Subject::new("tower", |n| repeat(n, 0, peers::tower)),
    #[cfg(feature = "peers")]
    Subject::new("tryhard", |n| repeat(n, 0, peers::tryhard)),
    #[cfg(feature = "peers")]
    Subject::new("backoff", |n| repeat(n, 0, peers::backoff)),
    Subject::blocking(BY_HAND_BLOCKING, |n| {
        repeat_blocking(n, 0, by_hand_blocking);
    }),
    Subject::blocking("attribute, blocking", |n| {
        repeat_blocking(n, 0, attribute_blocking);
    }),
    Subject::blocking("policy.retry_blocking", |n| {
        repeat_blocking(n, 0, policy_blocking);
    }),
    #[cfg(feature = "peers")]
    Subject::blocking("backon, blocking", |n| {
        repeat_blocking(n, 0, peers::backon_blocking);
    }),
];

fn jittered(attempts: u32) -> Duration {
    let delay = FIRST * (1 << (attempts - 1));
    delay.mul_f64(fastrand::f64())
}

async fn by_hand(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.call().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 3 {
            return outcome;
        }
        tokio::time::sleep(jittered(attempts)).await;
    }
}

fn by_hand_blocking(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.attempt();
        attempts += 1;
        if outcome.is_ok() || attempts == 3 {
            return outcome;
        }
        std::thread::sleep(jittered(attempts));
    }
}

#[retry(max_attempts = 3, exp_multiplier_ms = 100)]
async fn attribute(server: &Server) -> Outcome {
    server.call().await
}

#[retry(max_attempts = 3, exp_multiplier_ms = 100)]
fn attribute_blocking(server: &Server) -> Outcome {
    server.attempt()
}

fn policy(server: &Server) -> impl Future<Output = Outcome> {
    POLICY.retry(|| server.call())
}

fn policy_blocking(server: &Server) -> Outcome {
    POLICY.retry_blocking(|| server.attempt())
}

#[cfg(feature = "peers")]
mod peers {
    use super::{FIRST, Outcome, Server};
    use crate::operation::{Busy, failed};

    pub(super) async fn backon(server: &Server) -> Outcome {
        use backon::Retryable as _;
        let backoff = backon::ExponentialBuilder::new()
            .with_min_delay(FIRST)
            .with_max_times(2)
            .with_jitter();
        (|| server.call()).retry(backoff).await
    }

    pub(super) fn backon_blocking(server: &Server) -> Outcome {
        use backon::BlockingRetryable as _;
        let backoff = backon::ExponentialBuilder::new()
            .with_min_delay(FIRST)
            .with_max_times(2)
            .with_jitter();
        (|| server.attempt()).retry(backoff).call()
    }

    pub(super) async fn tokio_retry2(server: &'static Server) -> Outcome {
        use tokio_retry2::strategy::{ExponentialFactorBackoff, jitter};
        let strategy = ExponentialFactorBackoff::from_millis(100, 2.0)
            .map(jitter)
            .take(2);
        let attempt = async || Ok(server.call().await?);
        tokio_retry2::Retry::spawn(strategy, attempt).await
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
    pub(super) async fn retry_if(server: &Server) -> Outcome {
        server.call().await
    }

    /// Three attempts; tower leaves the counting and the waiting to its user.
    #[derive(Clone)]
    struct Attempts {
        left: u32,
        backoff: tower::retry::backoff::ExponentialBackoff,
    }

    impl tower::retry::Policy<&'static Server, u32, Busy> for Attempts {
        type Future = tokio::time::Sleep;

        fn retry(
            &mut self,
            _: &mut &'static Server,
            outcome: &mut Outcome,
        ) -> Option<Self::Future> {
            use tower::retry::backoff::Backoff as _;
            if outcome.is_ok() || self.left == 0 {
                return None;
            }
            self.left -= 1;
            Some(self.backoff.next_backoff())
        }

        fn clone_request(&mut self, server: &&'static Server) -> Option<&'static Server> {
            Some(server)
        }
    }

    pub(super) async fn tower(server: &'static Server) -> Outcome {
        use tower::ServiceExt as _;
        use tower::retry::backoff::{ExponentialBackoffMaker, MakeBackoff as _};
        use tower::util::rng::HasherRng;
        let maker = ExponentialBackoffMaker::new(FIRST, 200 * FIRST, 1.0, HasherRng::default());
        let attempts = Attempts {
            left: 2,
            backoff: maker.expect("a legal range").make_backoff(),
        };
        let service = tower::service_fn(|server: &'static Server| server.call());
        tower::retry::Retry::new(attempts, service)
            .oneshot(server)
            .await
    }

    pub(super) async fn tryhard(server: &Server) -> Outcome {
        tryhard::retry_fn(|| server.call())
            .retries(2)
            .exponential_backoff(FIRST)
            .await
    }

    pub(super) async fn backoff(server: &Server) -> Outcome {
        let policy = backoff::ExponentialBackoffBuilder::new()
            .with_initial_interval(FIRST)
            .with_multiplier(2.0)
            .build();
        backoff::future::retry(policy, async || Ok(server.call().await?)).await
    }
}
