//! The primitives behind budgets and breakers: those of std, or those that loom can schedule.

#[cfg(not(loom))]
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicU64};

#[cfg(loom)]
pub(crate) use {
    model::{AtomicU64, Mutex},
    std::sync::PoisonError,
};
#[cfg(loom)]
pub(crate) type MutexGuard<'a, T> = loom::sync::MutexGuard<'a, T>;

/// Loom's types cannot be built in a `const`; these put it off to the first use.
#[cfg(loom)]
mod model {
    use core::sync::atomic::Ordering;
    use std::sync::{LockResult, Mutex as Seed, OnceLock, PoisonError};

    pub(crate) struct AtomicU64 {
        start: u64,
        cell: OnceLock<loom::sync::atomic::AtomicU64>,
    }

    impl AtomicU64 {
        pub(crate) const fn new(start: u64) -> Self {
            Self {
                start,
                cell: OnceLock::new(),
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
