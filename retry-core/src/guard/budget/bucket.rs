//! A bucket that forgets nothing: one atomic, no clock.

use core::sync::atomic::Ordering::Relaxed;

use super::terms::{TOKEN, Terms};
use crate::guard::sync::AtomicU64;

pub(super) struct Bucket {
    pub(super) terms: Terms,
    tokens: AtomicU64,
}

impl Bucket {
    pub(super) const fn new(terms: Terms) -> Self {
        Self {
            terms,
            tokens: AtomicU64::new(terms.start()),
        }
    }

    pub(super) fn deposit(&self) {
        self.add(self.terms.ratio);
    }

    pub(super) fn take(&self) -> bool {
        let taken = |tokens: u64| tokens.checked_sub(TOKEN);
        self.tokens.fetch_update(Relaxed, Relaxed, taken).is_ok()
    }

    pub(super) fn give_back(&self) {
        self.add(TOKEN);
    }

    pub(super) fn tokens(&self) -> u64 {
        self.tokens.load(Relaxed)
    }

    // An addition that is corrected afterwards would be wait-free, but others would see the excess and spend it.
    // A full bucket is only read: its cache line stays shared between cores.
    fn add(&self, amount: u64) {
        let filled = |tokens: u64| {
            let more = tokens.saturating_add(amount).min(self.terms.capacity);
            (more != tokens).then_some(more)
        };
        let _full = self.tokens.fetch_update(Relaxed, Relaxed, filled);
    }
}
