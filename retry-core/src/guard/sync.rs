//! The primitives behind budgets and breakers: those of std, or those that loom can schedule.

// In our own models only: a user's `--cfg loom` must not change the budgets in a user's statics.
#[cfg(not(all(test, loom)))]
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicU64};

#[cfg(all(test, loom))]
pub(crate) use {
    loom::sync::MutexGuard,
    model::{AtomicU64, Mutex, every_interleaving},
    std::sync::PoisonError,
};

/// Loom's types cannot be built in a `const`; these put it off to the first use.
#[cfg(all(test, loom))]
mod model {
    use core::mem::ManuallyDrop;
    use core::sync::atomic::{AtomicUsize as Count, Ordering};
    use std::sync::{Arc, LockResult, Mutex as Seed, OnceLock, PoisonError};

    /// Runs every interleaving of the threads that `scene` starts, or as many as `LOOM_MAX_PREEMPTIONS` leaves.
    pub(crate) fn every_interleaving(scene: impl Fn() + Send + Sync + 'static) {
        let runs = Arc::new(Count::new(0));
        let counted = Arc::clone(&runs);
        loom::model(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            scene();
        });
        println!("{} executions", runs.load(Ordering::Relaxed));
    }

    pub(crate) struct AtomicU64 {
        start: u64,
        // No destructor, like the real one: a `const fn` may move it.
        cell: ManuallyDrop<OnceLock<loom::sync::atomic::AtomicU64>>,
    }

    impl AtomicU64 {
        pub(crate) const fn new(start: u64) -> Self {
            Self {
                start,
                cell: ManuallyDrop::new(OnceLock::new()),
            }
        }

        fn get(&self) -> &loom::sync::atomic::AtomicU64 {
            self.cell
                .get_or_init(|| loom::sync::atomic::AtomicU64::new(self.start))
        }

        pub(crate) fn load(&self, order: Ordering) -> u64 {
            self.get().load(order)
        }

        pub(crate) fn store(&self, value: u64, order: Ordering) {
            self.get().store(value, order);
        }

        pub(crate) fn fetch_max(&self, value: u64, order: Ordering) -> u64 {
            self.get().fetch_max(value, order)
        }

        pub(crate) fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
            self.get().fetch_add(value, order)
        }

        pub(crate) fn compare_exchange(
            &self,
            current: u64,
            new: u64,
            success: Ordering,
            failure: Ordering,
        ) -> Result<u64, u64> {
            self.get().compare_exchange(current, new, success, failure)
        }

        pub(crate) fn fetch_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            next: impl FnMut(u64) -> Option<u64>,
        ) -> Result<u64, u64> {
            self.get().fetch_update(set, fetch, next)
        }
    }

    pub(crate) struct Mutex<T> {
        start: Seed<Option<T>>,
        cell: OnceLock<loom::sync::Mutex<T>>,
    }

    impl<T: Default> Mutex<T> {
        pub(crate) const fn new(start: T) -> Self {
            Self {
                start: Seed::new(Some(start)),
                cell: OnceLock::new(),
            }
        }

        pub(crate) fn lock(&self) -> LockResult<loom::sync::MutexGuard<'_, T>> {
            let cell = self.cell.get_or_init(|| {
                let mut start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
                loom::sync::Mutex::new(start.take().unwrap_or_default())
            });
            cell.lock()
        }
    }
}
