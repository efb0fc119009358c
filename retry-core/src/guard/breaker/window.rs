//! The last outcomes, one bit each.

/// The most outcomes a window holds.
pub(super) const MOST: u32 = 1024;
const WORDS: usize = MOST as usize / 64;

/// How many outcomes there are, and how many of them are failures.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) total: u32,
    pub(super) failures: u32,
}

impl Totals {
    pub(super) const NONE: Self = Self {
        total: 0,
        failures: 0,
    };

    pub(super) fn of(failed: bool) -> Self {
        Self {
            total: 1,
            failures: u32::from(failed),
        }
    }

    pub(super) const fn and(self, more: Self) -> Self {
        Self {
            total: self.total.saturating_add(more.total),
            failures: self.failures.saturating_add(more.failures),
        }
    }
}

/// A ring of outcomes and their totals.
#[derive(Debug, Default)]
pub(super) struct Window {
    failed: [u64; WORDS],
    next: u32,
    totals: Totals,
}

impl Window {
    pub(super) const fn new() -> Self {
        Self {
            failed: [0; WORDS],
            next: 0,
            totals: Totals::NONE,
        }
    }

    pub(super) const fn totals(&self) -> Totals {
        self.totals
    }

    /// Adds an outcome, and gives back what counts now; in a window that holds `size` of them the oldest makes room.
    pub(super) fn push(&mut self, failed: bool, size: u32) -> Totals {
        let Some(word) = self.failed.get_mut(self.next as usize / 64) else {
            return self.totals;
        };
        let bit = 1 << (self.next % 64);
        if self.totals.total < size {
            self.totals.total += 1;
        } else if *word & bit != 0 {
            self.totals.failures -= 1;
        }
        *word &= !bit;
        if failed {
            *word |= bit;
            self.totals.failures += 1;
        }
        let next = self.next + 1;
        self.next = if next < size { next } else { 0 };
        self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_are_those_of_the_last_outcomes() {
        for size in [1, 2, 3, 63, 64, 65, 100, MOST] {
            let mut window = Window::new();
            let mut all = Vec::new();
            for n in 0..3 * size {
                let failed = n % 7 < 3 || n % 5 == 0;
                let totals = window.push(failed, size);
                all.push(failed);
                let last = &all[all.len().saturating_sub(size as usize)..];
                let failures = last.iter().filter(|failed| **failed).count();
                assert_eq!(totals.total as usize, last.len());
                assert_eq!(totals.failures as usize, failures, "size {size}, call {n}");
            }
        }
    }
}
