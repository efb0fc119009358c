//! The outcomes of a window of time, counted by slices.

use super::window::Totals;
use crate::guard::slices::SLICES;

/// A ring of slices; nothing older than them counts.
#[derive(Debug, Default)]
pub(super) struct Recent {
    newest: u64,
    slices: [Totals; SLICES],
}

impl Recent {
    pub(super) const fn new() -> Self {
        Self {
            newest: 0,
            slices: [Totals::NONE; SLICES],
        }
    }

    /// Adds an outcome of this slice, or of the newest where that is later, and gives back what counts now.
    pub(super) fn push(&mut self, failed: bool, slice: u64) -> Totals {
        let first = slice.saturating_sub(SLICES as u64 - 1).max(self.newest + 1);
        for begun in first..=slice {
            *self.slice(begun) = Totals::NONE;
        }
        self.newest = self.newest.max(slice);
        let newest = self.slice(self.newest);
        *newest = newest.and(Totals::of(failed));
        self.slices.into_iter().fold(Totals::NONE, Totals::and)
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than the slices")]
    fn slice(&mut self, number: u64) -> &mut Totals {
        &mut self.slices[(number % SLICES as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_are_those_of_the_last_slices() {
        let mut draw = fastrand::Rng::with_seed(3);
        for longest_step in [1, 2, 4, 30] {
            let mut recent = Recent::new();
            let mut all: Vec<(u64, bool)> = Vec::new();
            let mut newest = 0;
            for n in 0..2000 {
                let step = draw.u64(0..=longest_step);
                // One in ten comes late.
                let slice = match n % 10 {
                    0 => newest - step.min(newest),
                    _ => newest + step,
                };
                newest = newest.max(slice);
                let failed = draw.bool();
                all.push((newest, failed));
                let totals = recent.push(failed, slice);
                let counted = all.iter().filter(|(made, _)| newest - made < SLICES as u64);
                let failures = counted.clone().filter(|(_, failed)| *failed);
                assert_eq!(totals.total as usize, counted.count(), "outcome {n}");
                assert_eq!(totals.failures as usize, failures.count(), "outcome {n}");
            }
        }
    }
}
