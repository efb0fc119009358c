//! What a call costs: allocations, looks at the clock, timers and random numbers, counted.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{Attempt, Event, Observer, Rejected, TimedOut, Timer};

/// What it costs to build and to run a call on `$clock`.
macro_rules! cost {
    ($clock:ident => $call:expr) => {{
        let $clock = &Counting::default();
        spent($clock, || finish($call))
    }};
    (blocking $clock:ident => $call:expr) => {{
        let $clock = &Counting::default();
        spent($clock, || drop($call))
    }};
}

#[cfg(feature = "macros")]
mod attribute;
mod drivers;

/// A clock that stands still and counts who uses it.
#[derive(Default)]
struct Counting {
    reads: AtomicU32,
    sleeps: AtomicU32,
}

impl Timer for Counting {
    fn now(&self) -> Duration {
        self.reads.fetch_add(1, Relaxed);
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        self.sleeps.fetch_add(1, Relaxed);
        tokio::task::yield_now().await;
    }

    fn sleep_blocking(&self, _: Duration) {
        self.sleeps.fetch_add(1, Relaxed);
    }
}

struct Silent;

impl Observer for Silent {
    fn observe(&self, _: &Attempt, _: Event) {}
}

struct Failed;

impl From<TimedOut> for Failed {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

impl From<Rejected> for Failed {
    fn from(_: Rejected) -> Self {
        Self
    }
}

type Outcome = Result<u32, Failed>;

const GOOD: Outcome = Ok(1);
const BAD: Outcome = Err(Failed);

#[derive(Debug, Default, PartialEq)]
struct Cost {
    allocations: u64,
    clock_reads: u32,
    timers: u32,
    random_draws: bool,
}

fn spent(clock: &Counting, call: impl FnOnce()) -> Cost {
    const SEED: u64 = 7;
    fastrand::seed(SEED);
    let allocated = allocation_counter::measure(call);
    Cost {
        allocations: if cfg!(feature = "metrics") {
            // The facade of `metrics` allocates its labels, whether a recorder is there or not.
            println!("allocations are not counted: the feature `metrics` is on");
            0
        } else {
            allocated.count_total
        },
        clock_reads: clock.reads.load(Relaxed),
        timers: clock.sleeps.load(Relaxed),
        random_draws: fastrand::u64(..) != fastrand::Rng::with_seed(SEED).u64(..),
    }
}

fn finish(call: impl Future) {
    let mut call = pin!(call);
    let mut cx = Context::from_waker(Waker::noop());
    while call.as_mut().poll(&mut cx).is_pending() {}
}
