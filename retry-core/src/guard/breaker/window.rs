//! The last outcomes, one bit each.

/// The most outcomes a window holds.
pub(super) const MOST: u32 = 1024;
const WORDS: usize = MOST as usize / 64;

/// A ring of outcomes and their totals.
#[derive(Debug, Default)]
pub(super) struct Window {
    failed: [u64; WORDS],
    next: u32,
    total: u32,
    failures: u32,
}

impl Window {
    pub(super) const fn new() -> Self {
        Self {
            failed: [0; WORDS],
            next: 0,
            total: 0,
            failures: 0,
        }
    }

    pub(super) const fn total(&self) -> u32 {
        self.total
    }

    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }

    /// Adds an outcome; in a window that holds `size` of them the oldest makes room.
    pub(super) fn push(&mut self, failed: bool, size: u32) {
        let Some(word) = self.failed.get_mut(self.next as usize / 64) else {
            return;
        };
        let bit = 1 << (self.next % 64);
        if self.total < size {
            self.total += 1;
        } else if *word & bit != 0 {
            self.failures -= 1;
        }
        *word &= !bit;
        if failed {
            *word |= bit;
            self.failures += 1;
        }
        let next = self.next + 1;
        self.next = if next < size { next } else { 0 };
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
                window.push(failed, size);
                all.push(failed);
                let last = &all[all.len().saturating_sub(size as usize)..];
                let failures = last.iter().filter(|failed| **failed).count();
                assert_eq!(window.total() as usize, last.len());
                assert_eq!(
                    window.failures() as usize,
                    failures,
                    "size {size}, call {n}"
                );
            }
        }
    }
}
