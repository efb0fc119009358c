//! Three failures, then success, without waiting: the cost of the loop itself.
//!
//! Peers that can be given a sleeper get one that is ready at once. The others go to tokio's timer with a zero delay;
//! its clock is paused, so that they do not wait either. The loop by hand lets other tasks run between two attempts,
//! as this project does and tokio's timer does; one that never yields stands beside it.

use std::time::Duration;

use retry_core::{Policy, retry};

use crate::operation::{Outcome, Server};
use crate::subject::{BY_HAND, BY_HAND_BLOCKING, Subject, repeat, repeat_blocking};

const POLICY: Policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);

/// Everyone who can write it.
pub const SUBJECTS: &[Subject] = &[
    Subject::new(BY_HAND, |n| repeat(n, 3, by_hand)),
    Subject::new("loop by hand that never yields", |n| {
        repeat(n, 3, by_hand_selfish);
    }),
    Subject::new("attribute", |n| repeat(n, 3, attribute)),
    Subject::new("policy.retry", |n| repeat(n, 3, policy)),
    #[cfg(feature = "peers")]
    Subject::new("backon", |n| repeat(n, 3, peers::backon)),
    #[cfg(feature = "peers")]
    Subject::new("tokio-retry2", |n| repeat(n, 3, peers::tokio_retry2)),
    #[cfg(feature = "peers")]
    Subject::new("retry-if", |n| repeat(n, 3, peers::retry_if)),
    #[cfg(feature = "peers")]
    Subject::new("tower", |n| repeat(n, 3, peers::tower)),
    #[cfg(feature = "peers")]
    Subject::new("tryhard", |n| repeat(n, 3, peers::tryhard)),
    #[cfg(feature = "peers")]
    Subject::new("backoff", |n| repeat(n, 3, peers::backoff)),
    Subject::blocking(BY_HAND_BLOCKING, |n| {
        repeat_blocking(n, 3, by_hand_blocking);
    }),
    Subject::blocking("attribute, blocking", |n| {
        repeat_blocking(n, 3, attribute_blocking);
    }),
    Subject::blocking("policy.retry_blocking", |n| {
        repeat_blocking(n, 3, policy_blocking);
    }),
    #[cfg(feature = "peers")]
    Subject::blocking("backon, blocking", |n| {
        repeat_blocking(n, 3, peers::backon_blocking);
    }),
];

/// Keeps the thread to itself while it retries: what a peer with a ready sleeper does too.
async fn by_hand_selfish(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.call().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 4 {
            return outcome;
        }
    }
}

/// Lets other tasks run between two attempts.
async fn by_hand(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.call().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 4 {
            return outcome;
        }
        let mut yielded = false;
        std::future::poll_fn(|context| {
            if yielded {
                return std::task::Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }
}

fn by_hand_blocking(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.attempt();
        attempts += 1;
        if outcome.is_ok() || attempts == 4 {
            return outcome;
        }
        std::thread::yield_now();
    }
}

#[retry(max_attempts = 4, fixed_ms = 0)]
async fn attribute(server: &Server) -> Outcome {
    server.call().await
}

#[retry(max_attempts = 4, fixed_ms = 0)]
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
    use std::future::{Ready, ready};
    use std::time::Duration;

    use super::{Outcome, Server};
    use crate::operation::{Busy, failed};

    const NONE: backon::ConstantBuilder = backon::ConstantBuilder::new()
        .with_delay(Duration::ZERO)
        .with_max_times(3);

    pub(super) async fn backon(server: &Server) -> Outcome {
        use backon::Retryable as _;
        (|| server.call()).retry(NONE).sleep(|_| ready(())).await
    }

    pub(super) fn backon_blocking(server: &Server) -> Outcome {
        use backon::BlockingRetryable as _;
        (|| server.attempt()).retry(NONE).sleep(|_| ()).call()
    }

    pub(super) async fn tokio_retry2(server: &'static Server) -> Outcome {
        let strategy = std::iter::repeat_n(Duration::ZERO, 3);
        let attempt = async || Ok(server.call().await?);
        tokio_retry2::Retry::spawn(strategy, attempt).await
    }

    const CONFIG: retry_if::ExponentialBackoffConfig = retry_if::ExponentialBackoffConfig {
        max_retries: 3,
        t_wait: Duration::ZERO,
        backoff: 1.0,
        t_wait_max: None,
        backoff_max: None,
    };

    #[allow(unexpected_cfgs, reason = "its expansion asks for features of its own")]
    #[retry_if::retry(CONFIG, failed)]
    pub(super) async fn retry_if(server: &Server) -> Outcome {
        server.call().await
    }

    /// Four attempts; tower leaves the counting to its user.
    #[derive(Clone)]
    struct Attempts(u32);

    impl tower::retry::Policy<&'static Server, u32, Busy> for Attempts {
        type Future = Ready<()>;

        fn retry(&mut self, _: &mut &'static Server, outcome: &mut Outcome) -> Option<Ready<()>> {
            if outcome.is_ok() || self.0 == 0 {
                return None;
            }
            self.0 -= 1;
            Some(ready(()))
        }

        fn clone_request(&mut self, server: &&'static Server) -> Option<&'static Server> {
            Some(server)
        }
    }

    pub(super) async fn tower(server: &'static Server) -> Outcome {
        use tower::ServiceExt as _;
        let service = tower::service_fn(|server: &'static Server| server.call());
        tower::retry::Retry::new(Attempts(3), service)
            .oneshot(server)
            .await
    }

    pub(super) async fn tryhard(server: &Server) -> Outcome {
        tryhard::retry_fn(|| server.call())
            .retries(3)
            .no_backoff()
            .await
    }

    struct Immediate;

    impl backoff::future::Sleeper for Immediate {
        type Sleep = Ready<()>;

        fn sleep(&self, _: Duration) -> Ready<()> {
            ready(())
        }
    }

    pub(super) async fn backoff(server: &Server) -> Outcome {
        let policy = backoff::backoff::Zero {};
        let ignore = |_: Busy, _: Duration| ();
        let attempt = async || Ok(server.call().await?);
        backoff::future::Retry::new(Immediate, policy, ignore, attempt).await
    }
}
