//! A million tasks that wait to retry: each fails once, waits an hour of paused time, and succeeds.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use retry_core::{Policy, retry};
use tokio::task::LocalSet;

use crate::operation::{Busy, Outcome};
use crate::record;
use crate::subject::BY_HAND;

const TASKS: u32 = 1_000_000;
const HOUR: Duration = Duration::from_hours(1);
const POLICY: Policy = Policy::new().max_attempts(2).fixed(HOUR);

/// Prints the milliseconds of spawning and draining, each subject in turn.
pub fn time(rounds: u32) {
    for _ in 0..rounds {
        each(|name, crowd| {
            let start = Instant::now();
            crowd();
            record::print(name, BY_HAND, "ms", start.elapsed().as_secs_f64() * 1e3);
        });
    }
}

/// Prints the bytes a task while all of them wait, as `peak` finds them.
pub fn weigh(peak: impl Fn(&dyn Fn()) -> u64) {
    each(|name, crowd| {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let bytes = peak(crowd) as f64;
        record::print(name, BY_HAND, "bytes", (bytes / f64::from(TASKS)).round());
    });
}

/// Every subject's million tasks, from the first spawned to the last finished.
fn each(mut measure: impl FnMut(&str, &dyn Fn())) {
    measure(BY_HAND, &|| crowd(by_hand));
    measure("attribute", &|| crowd(attribute));
    measure("policy.retry", &|| crowd(policy));
    #[cfg(feature = "peers")]
    {
        measure("backon", &|| crowd(peers::backon));
        measure("tokio-retry2", &|| crowd(peers::tokio_retry2));
        measure("retry-if", &|| crowd(peers::retry_if));
        measure("tryhard", &|| crowd(peers::tryhard));
        measure("backoff", &|| crowd(peers::backoff));
    }
}

fn crowd<F>(call: fn(Task) -> F)
where
    F: Future<Output = Outcome> + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("the system gives a runtime");
    let tally = Rc::new(Tally::default());
    let tasks = LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        for spawned in 1..=TASKS {
            tokio::task::spawn_local(call(Task::new(&tally)));
            // A queue of a million tasks would be part of what is weighed.
            while spawned % 1000 == 0 && tally.failed.get() < spawned {
                tokio::task::yield_now().await;
            }
        }
    }));
    runtime.block_on(tasks);
    assert_eq!(tally.succeeded.get(), TASKS);
}

#[derive(Debug, Default)]
struct Tally {
    failed: Cell<u32>,
    succeeded: Cell<u32>,
}

/// Fails once, then succeeds.
#[derive(Debug)]
struct Task {
    tally: Rc<Tally>,
    failed: Cell<bool>,
}

impl Task {
    fn new(tally: &Rc<Tally>) -> Self {
        let (tally, failed) = (Rc::clone(tally), Cell::new(false));
        Self { tally, failed }
    }

    fn attempt(&self) -> Outcome {
        let (count, outcome) = if self.failed.replace(true) {
            (&self.tally.succeeded, Ok(1))
        } else {
            (&self.tally.failed, Err(Busy))
        };
        count.set(count.get() + 1);
        outcome
    }
}

async fn by_hand(task: Task) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = async { task.attempt() }.await;
        attempts += 1;
        if outcome.is_ok() || attempts == 2 {
            return outcome;
        }
        tokio::time::sleep(HOUR).await;
    }
}

#[retry(max_attempts = 2, fixed = "1h")]
async fn attribute(task: Task) -> Outcome {
    task.attempt()
}

async fn policy(task: Task) -> Outcome {
    POLICY.retry(async || task.attempt()).await
}

#[cfg(feature = "peers")]
mod peers {
    use super::{HOUR, Outcome, Task};
    use crate::operation::failed;

    pub(super) async fn backon(task: Task) -> Outcome {
        use backon::Retryable as _;
        let backoff = backon::ConstantBuilder::new()
            .with_delay(HOUR)
            .with_max_times(1);
        (|| async { task.attempt() }).retry(backoff).await
    }

    pub(super) async fn tokio_retry2(task: Task) -> Outcome {
        let strategy = tokio_retry2::strategy::FixedInterval::new(HOUR).take(1);
        tokio_retry2::Retry::spawn(strategy, async || Ok(task.attempt()?)).await
    }

    const CONFIG: retry_if::ExponentialBackoffConfig = retry_if::ExponentialBackoffConfig {
        max_retries: 1,
        t_wait: HOUR,
        backoff: 1.0,
        t_wait_max: None,
        backoff_max: None,
    };

    #[allow(unexpected_cfgs, reason = "its expansion asks for features of its own")]
    #[retry_if::retry(CONFIG, failed)]
    pub(super) async fn retry_if(task: Task) -> Outcome {
        task.attempt()
    }

    pub(super) async fn tryhard(task: Task) -> Outcome {
        tryhard::retry_fn(|| async { task.attempt() })
            .retries(1)
            .fixed_backoff(HOUR)
            .await
    }

    pub(super) async fn backoff(task: Task) -> Outcome {
        let policy = backoff::backoff::Constant::new(HOUR);
        backoff::future::retry(policy, async || Ok(task.attempt()?)).await
    }
}
