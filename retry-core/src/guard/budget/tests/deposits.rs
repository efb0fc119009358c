//! A bucket that forgets, as simple as it is slow.

use std::collections::VecDeque;

/// Deposits by their times, spent from the oldest.
pub(super) struct Deposits {
    /// Amounts in thousandths.
    pub(super) all: VecDeque<(u64, u32)>,
    pub(super) capacity: u32,
}

impl Deposits {
    pub(super) fn held(&self) -> u32 {
        self.all.iter().map(|(_, amount)| amount).sum()
    }

    pub(super) fn add(&mut self, now: u64, amount: u32) {
        self.all.push_back((now, amount));
        self.remove(self.held().saturating_sub(self.capacity));
    }

    pub(super) fn forget(&mut self, is_old: impl Fn(u64) -> bool) {
        self.all.retain(|(time, _)| !is_old(*time));
    }

    pub(super) fn remove(&mut self, mut amount: u32) {
        while let Some((_, oldest)) = self.all.front_mut() {
            let part = amount.min(*oldest);
            *oldest -= part;
            amount -= part;
            if *oldest > 0 {
                return;
            }
            self.all.pop_front();
        }
    }
}
