//! A budget that two threads share; each call does a microsecond of work, and one in ten fails once.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use retry_core::{Budget, Policy, retry};

use crate::operation::{Busy, Outcome};
use crate::record;

const CALLS: u32 = 200_000;
const POLICY: Policy = Policy::new().fixed(Duration::ZERO);
const ONE_THREAD: &str = "one thread";

/// Prints the calls a second of one thread and of two, each subject in turn.
pub fn time(rounds: u32) {
    let turns = turns_in_a_microsecond();
    for _ in 0..rounds {
        measure("loop by hand, no budget", &|| by_hand(turns));
        measure("attribute", &|| attribute_loop(turns));
        measure("policy.retry_blocking", &|| policy(turns));
        #[cfg(feature = "peers")]
        measure("tower's TpsBudget in a loop by hand", &|| {
            peers::tower(turns);
        });
    }
}

/// The ratio of two threads to one is of the same subject, so the baseline is its own name.
fn measure(name: &str, calls: &(dyn Fn() + Sync)) {
    let alone = calls_a_second(1, calls);
    let together = calls_a_second(2, calls);
    let one = format!("{name}, {ONE_THREAD}");
    record::print(&one, &one, "calls/s", alone);
    record::print(&format!("{name}, two threads"), &one, "calls/s", together);
}

fn calls_a_second(threads: u32, calls: &(dyn Fn() + Sync)) -> f64 {
    let ready = Barrier::new(threads as usize + 1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    ready.wait();
                    calls();
                })
            })
            .collect();
        ready.wait();
        let start = Instant::now();
        for worker in workers {
            worker.join().expect("a call does not panic");
        }
        f64::from(threads * CALLS) / start.elapsed().as_secs_f64()
    })
}

fn work(turns: u32) {
    for turn in 0..turns {
        black_box(turn);
    }
}

fn turns_in_a_microsecond() -> u32 {
    const TURNS: u32 = 10_000_000;
    let fastest = (0..5).map(|_| {
        let start = Instant::now();
        work(TURNS);
        start.elapsed()
    });
    let micros = fastest.min().unwrap_or_default().as_micros().max(1);
    u32::try_from(u128::from(TURNS) / micros).unwrap_or(TURNS)
}

/// A tenth of the calls fail once.
fn attempt(turns: u32, call: u32, attempts: &mut u32) -> Outcome {
    work(turns);
    *attempts += 1;
    if call.is_multiple_of(10) && *attempts == 1 {
        Err(Busy)
    } else {
        Ok(call)
    }
}

fn by_hand(turns: u32) {
    for call in 0..CALLS {
        let mut attempts = 0;
        while attempt(turns, call, &mut attempts).is_err() && attempts < 3 {
            thread::yield_now();
        }
    }
}

static SHARED_BY_ATTRIBUTE: Budget = Budget::new(0.2);

fn attribute_loop(turns: u32) {
    for call in 0..CALLS {
        let _ = black_box(attribute(turns, call, &mut 0));
    }
}

#[retry(max_attempts = 3, fixed_ms = 0, budget = &SHARED_BY_ATTRIBUTE)]
fn attribute(turns: u32, call: u32, attempts: &mut u32) -> Outcome {
    attempt(turns, call, attempts)
}

fn policy(turns: u32) {
    static SHARED: Budget = Budget::new(0.2);
    for call in 0..CALLS {
        let mut attempts = 0;
        let operation = || attempt(turns, call, &mut attempts);
        let _ = black_box(POLICY.budget(&SHARED).retry_blocking(operation));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::sync::LazyLock;
    use std::thread;
    use std::time::Duration;

    use tower::retry::budget::{Budget as _, TpsBudget};

    use super::{CALLS, attempt};

    pub(super) fn tower(turns: u32) {
        static SHARED: LazyLock<TpsBudget> =
            LazyLock::new(|| TpsBudget::new(Duration::from_secs(10), 10, 0.2));
        for call in 0..CALLS {
            let mut attempts = 0;
            while attempt(turns, call, &mut attempts).is_err() && attempts < 3 {
                if !SHARED.withdraw() {
                    break;
                }
                thread::yield_now();
            }
            SHARED.deposit();
        }
    }
}
