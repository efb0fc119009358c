//! How long many things took, counted in classes that are three percent wide.

/// Sixteen classes for each doubling.
const FINE: u32 = 4;
/// The first class ends at about a microsecond.
const FIRST: u32 = 10;

/// Counts by duration, and no more memory than its longest needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
}

impl Histogram {
    pub(crate) fn add(&mut self, nanos: u64) {
        let class = class(nanos);
        if class >= self.counts.len() {
            self.counts.resize(class + 1, 0);
        }
        self.counts[class] = self.counts[class].saturating_add(1);
    }

    pub(crate) fn add_all(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// The seconds that this share of durations does not exceed; 0 where there are none.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank"
    )]
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let total = self.total();
        let rank = ((total as f64 * share).ceil() as u64).clamp(1, total.max(1));
        let mut passed = 0;
        for (class, count) in self.counts.iter().enumerate() {
            passed += u64::from(*count);
            if passed >= rank {
                return middle(class);
            }
        }
        0.0
    }

    /// Seconds, and the share of durations up to them.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub(crate) fn shares(&self) -> Vec<(f64, f64)> {
        let total = self.total().max(1) as f64;
        let mut passed = 0;
        let mut shares = Vec::new();
        for (class, count) in self
            .counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            passed += u64::from(*count);
            shares.push((middle(class), passed as f64 / total));
        }
        shares
    }
}

fn class(nanos: u64) -> usize {
    let value = nanos >> FIRST;
    let fine = 1 << FINE;
    if value < fine {
        return usize::try_from(value).unwrap_or(0);
    }
    let doublings = value.ilog2() - FINE;
    let within = (value >> doublings) - fine;
    usize::try_from(u64::from(doublings + 1) * fine + within).unwrap_or(usize::MAX)
}

/// The middle of a class, in seconds.
#[expect(clippy::cast_precision_loss, reason = "seconds")]
fn middle(class: usize) -> f64 {
    let (class, fine) = (class as u64, 1_u64 << FINE);
    let (from, width) = if class < fine {
        (class, 1.0)
    } else {
        let doublings = class / fine - 1;
        (
            (fine + class % fine) << doublings,
            2_f64.powi(doublings.try_into().unwrap_or(0)),
        )
    };
    let middle = from as f64 + width / 2.0;
    middle * f64::from(1 << FIRST) / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_within_a_class() {
        let mut histogram = Histogram::default();
        for micros in 1..=100_000_u64 {
            histogram.add(micros * 1000);
        }
        for share in [0.01, 0.5, 0.9, 0.99, 1.0] {
            let (found, expected) = (histogram.quantile(share), share * 0.1);
            assert!(
                (found / expected - 1.0).abs() < 0.035,
                "{share}: {found} and not {expected}"
            );
        }
        assert!(Histogram::default().quantile(0.5) < f64::MIN_POSITIVE);
    }

    #[test]
    fn the_longest_duration_has_a_class_too() {
        let mut histogram = Histogram::default();
        histogram.add(u64::MAX);
        histogram.add(0);
        assert!(histogram.quantile(1.0) > 1e10 && histogram.quantile(0.1) < 1e-5);
    }
}
