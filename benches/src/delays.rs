//! The arithmetic: eight delays of a call, exponential from 100 ms to 20 s, with full jitter where the crate has it.
//!
//! The attribute's policy is a constant that shows itself only in a call, so it is measured in one: nine attempts that
//! fail, and a timer that does not wait. A loop by hand of the same shape stands beside it.

use std::hint::black_box;
use std::time::Duration;

use retry_core::{Policy, Timer, Verdict, retry};

use crate::operation::{Busy, Outcome, poll_to_end};
use crate::subject::{BY_HAND, Subject};

const FIRST: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(20);
const DELAYS: u32 = 8;
const POLICY: Policy = Policy::new().max_attempts(DELAYS + 1);

const NINE_BY_HAND: &str = "loop by hand, nine attempts";

/// Everyone whose backoff can be asked without a call. `tryhard` and `retry-if` know no jitter.
pub const SUBJECTS: &[Subject] = &[
    Subject::new(BY_HAND, |n| repeat(n, by_hand)),
    Subject::new("policy.start", |n| {
        // As one from a file: the compiler knows nothing of it.
        let known_late = black_box(POLICY);
        repeat(n, || policy(&known_late));
    }),
    nine(NINE_BY_HAND, |n| repeat(n, || poll(nine_by_hand()))),
    nine("attribute, nine attempts", |n| {
        repeat(n, || poll(attribute()));
    }),
    #[cfg(feature = "peers")]
    Subject::new("backon (adds up to the delay)", |n| {
        repeat(n, peers::backon);
    }),
    #[cfg(feature = "peers")]
    Subject::new("tokio-retry2 (half to one and a half)", |n| {
        repeat(n, peers::tokio_retry2);
    }),
    #[cfg(feature = "peers")]
    Subject::new("backoff (half to one and a half)", |n| {
        repeat(n, peers::backoff);
    }),
    #[cfg(feature = "peers")]
    Subject::new("reqwest-retry", |n| repeat(n, peers::reqwest_retry)),
];

const fn nine(name: &'static str, run: fn(u64)) -> Subject {
    let baseline = NINE_BY_HAND;
    Subject {
        name,
        baseline,
        run,
    }
}

fn repeat(calls: u64, call: impl Fn()) {
    // The same numbers in every run, wherever the generator can be told.
    fastrand::seed(7);
    for _ in 0..calls {
        call();
    }
}

// As small as it is in a loop of its own: two callers would have it called out of line.
#[expect(clippy::inline_always, reason = "see above")]
#[inline(always)]
fn delay_by_hand(retry: u32) -> Duration {
    let base = FIRST.saturating_mul(1 << retry.min(31)).min(CAP);
    let nanos = u64::try_from(base.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(fastrand::u64(0..=nanos))
}

fn by_hand() {
    for retry in 0..DELAYS {
        black_box(delay_by_hand(retry));
    }
}

async fn nine_by_hand() -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = fail();
        attempts += 1;
        if outcome.is_ok() || attempts == DELAYS + 1 {
            return outcome;
        }
        Ready.sleep(delay_by_hand(attempts - 1)).await;
    }
}

#[retry(max_attempts = 9, exp_multiplier_ms = 100, timer = Ready)]
async fn attribute() -> Outcome {
    fail()
}

fn poll(call: impl Future<Output = Outcome>) {
    assert!(poll_to_end(call).is_err());
}

#[inline]
fn fail() -> Outcome {
    black_box(Err(Busy))
}

/// Takes the delay and does not wait.
struct Ready;

impl Timer for Ready {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, delay: Duration) {
        black_box(delay);
    }
}

fn policy(policy: &Policy) {
    let mut attempts = policy.start();
    for _ in 0..DELAYS {
        let _ = black_box(attempts.decide(black_box(Verdict::Retry), Duration::ZERO));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;

    use super::{CAP, DELAYS, FIRST};

    pub(super) fn backon() {
        use backon::BackoffBuilder as _;
        let builder = backon::ExponentialBuilder::new()
            .with_min_delay(FIRST)
            .with_max_delay(CAP)
            .with_max_times(DELAYS as usize)
            .with_jitter();
        builder.build().for_each(|delay| {
            black_box(delay);
        });
    }

    pub(super) fn tokio_retry2() {
        use tokio_retry2::strategy::{ExponentialFactorBackoff, jitter};
        ExponentialFactorBackoff::from_millis(100, 2.0)
            .max_delay(CAP)
            .map(jitter)
            .take(DELAYS as usize)
            .for_each(|delay| {
                black_box(delay);
            });
    }

    pub(super) fn backoff() {
        use backoff::backoff::Backoff as _;
        let mut policy = backoff::ExponentialBackoffBuilder::new()
            .with_initial_interval(FIRST)
            .with_multiplier(2.0)
            .with_max_interval(CAP)
            .with_max_elapsed_time(None)
            .build();
        for _ in 0..DELAYS {
            black_box(policy.next_backoff());
        }
    }

    pub(super) fn reqwest_retry() {
        use reqwest_retry::RetryPolicy as _;
        let policy = reqwest_retry::policies::ExponentialBackoff::builder()
            .retry_bounds(FIRST, CAP)
            .build_with_max_retries(DELAYS);
        let start = std::time::SystemTime::UNIX_EPOCH;
        for retry in 0..DELAYS {
            black_box(policy.should_retry(start, black_box(retry)));
        }
    }
}
