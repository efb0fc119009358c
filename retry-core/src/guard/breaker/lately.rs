//! The outcomes of a time, counted by slices of it.

/// Slices that count, the one that is filled included: what is in them is never older than the window.
const SLICES: usize = 10;

/// Totals of ten slices.
#[derive(Debug, Default)]
pub(super) struct Lately {
    slices: [Slice; SLICES],
    /// The number of the slice that is filled now.
    current: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    total: u32,
    failures: u32,
}

impl Lately {
    pub(super) const fn new() -> Self {
        const EMPTY: Slice = Slice {
            total: 0,
            failures: 0,
        };
        Self {
            slices: [EMPTY; SLICES],
            current: 0,
        }
    }

    pub(super) fn total(&self) -> u32 {
        self.sum(|slice| slice.total)
    }

    pub(super) fn failures(&self) -> u32 {
        self.sum(|slice| slice.failures)
    }

    fn sum(&self, of: impl Fn(&Slice) -> u32) -> u32 {
        self.slices.iter().map(of).fold(0, u32::saturating_add)
    }

    /// Adds an outcome of the time `now`, where so much is looked at, both in nanoseconds.
    pub(super) fn push(&mut self, failed: bool, now: u64, window: u64) {
        let width = (window / SLICES as u64).max(1);
        let slice = now / width;
        // A time that lies back, of a thread that comes late, counts as the latest.
        let begun = (self.current + 1..=slice).rev().take(SLICES);
        for empty in begun {
            *self.at(empty) = Slice::default();
        }
        self.current = self.current.max(slice);
        let current = self.at(self.current);
        current.total = current.total.saturating_add(1);
        current.failures = current.failures.saturating_add(failed.into());
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than ten")]
    fn at(&mut self, slice: u64) -> &mut Slice {
        &mut self.slices[(slice % SLICES as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts nothing that is as old as the window, and all that is younger than nine tenths of it.
    #[test]
    fn the_totals_are_those_of_the_last_time() {
        let mut random = fastrand::Rng::with_seed(3);
        for window in [10, 100, 1000] {
            let (mut lately, mut all, mut now) = (Lately::new(), Vec::new(), random.u64(..1000));
            for _ in 0..5_000 {
                now += if random.u8(..50) == 0 {
                    random.u64(..3 * window)
                } else {
                    random.u64(..=window / 20)
                };
                let failed = random.bool();
                lately.push(failed, now, window);
                all.push((now, failed));
                let younger = |age: u64| {
                    let last = all.iter().filter(|(at, _)| now - at < age);
                    let failures = last.clone().filter(|(_, failed)| *failed).count();
                    (last.count(), failures)
                };
                let (most, most_failures) = younger(window);
                let (least, least_failures) = younger(window - window / 10);
                let told = (lately.total() as usize, lately.failures() as usize);
                assert!(
                    least <= told.0 && told.0 <= most,
                    "{told:?} of {least}..{most}"
                );
                assert!(least_failures <= told.1 && told.1 <= most_failures);
            }
        }
    }

    #[test]
    fn a_time_that_lies_back_counts_as_the_latest() {
        let mut lately = Lately::new();
        lately.push(true, 5_000, 100);
        lately.push(true, 1, 100);
        assert_eq!((lately.total(), lately.failures()), (2, 2));
    }
}
