//! A clock that moves only when somebody waits or is told to, and remembers each wait.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use retry_core::Timer;

#[derive(Debug, Default)]
pub(crate) struct Clock {
    nanos: AtomicU64,
    waits: Mutex<Vec<Duration>>,
}

impl Clock {
    pub(crate) const fn new() -> Self {
        Self {
            nanos: AtomicU64::new(0),
            waits: Mutex::new(Vec::new()),
        }
    }

    /// Time passes: an attempt takes this long.
    pub(crate) fn pass(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Relaxed);
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Relaxed))
    }

    /// Every wait that was begun.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Timer for Clock {
    fn now(&self) -> Duration {
        self.time()
    }

    /// Pends once, like a timer of a runtime.
    async fn sleep(&self, delay: Duration) {
        self.waits.lock().unwrap().push(delay);
        tokio::task::yield_now().await;
        self.pass(delay);
    }

    fn sleep_blocking(&self, delay: Duration) {
        self.waits.lock().unwrap().push(delay);
        self.pass(delay);
    }
}
