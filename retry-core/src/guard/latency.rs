//! How long operations take: a histogram that forgets.

#[cfg(test)]
mod tests;

use core::fmt;
use core::sync::atomic::AtomicU32;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use crate::policy::nanos;

/// How long the last runs of an operation took, for [`Hedge::quantile`](crate::Hedge::quantile).
///
/// Times are counted in buckets that are at most a sixteenth wide, from a microsecond to 73 minutes; what is outside counts
/// as that. Between 1,000 and 2,000 of the last samples are remembered: there are two halves, and when one has 1,000 the
/// other is emptied and takes its place. It has no lock and no clock. Recording is two additions, and asking for a quantile
/// reads a thousand counters. A sample that is recorded by one thread while another changes the halves may be lost.
///
/// ```
/// use retry_core::Latency;
/// use std::time::Duration;
///
/// static LATENCY: Latency = Latency::new();
///
/// assert_eq!(LATENCY.quantile(0.5), None, "nobody knows yet");
/// for millis in 1..=100 {
///     LATENCY.record(Duration::from_millis(millis));
/// }
/// let median = LATENCY.quantile(0.5).unwrap();
/// assert!(Duration::from_millis(50) <= median && median < Duration::from_millis(54));
/// ```
pub struct Latency {
    halves: [Half; 2],
    /// The half that is written, 0 or 1.
    current: AtomicU32,
}

struct Half {
    samples: AtomicU32,
    buckets: [AtomicU32; BUCKETS],
}

/// What is shorter than this counts as this: about a microsecond.
const SHORTEST_BITS: u32 = 10;
const OCTAVES: usize = 32;
/// Buckets within an octave, as a power of two.
const WITHIN_BITS: u32 = 4;
const BUCKETS: usize = OCTAVES << WITHIN_BITS;
const SAMPLES_A_HALF: u32 = 1000;
/// Fewer say nothing of a tail.
const FEWEST: u64 = 20;

impl Half {
    const fn new() -> Self {
        Self {
            samples: AtomicU32::new(0),
            buckets: [const { AtomicU32::new(0) }; BUCKETS],
        }
    }

    fn clear(&self) {
        for bucket in &self.buckets {
            bucket.store(0, Relaxed);
        }
        self.samples.store(0, Relaxed);
    }
}

impl Latency {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            halves: [const { Half::new() }; 2],
            current: AtomicU32::new(0),
        }
    }

    /// A run took so long.
    pub fn record(&self, time: Duration) {
        let current = self.current.load(Relaxed);
        let [half, other] = self.from(current);
        if let Some(bucket) = half.buckets.get(bucket_of(nanos::of(time))) {
            bucket.fetch_add(1, Relaxed);
        }
        // Exactly one thread sees this number.
        if half.samples.fetch_add(1, Relaxed) + 1 == SAMPLES_A_HALF {
            other.clear();
            self.current.store(1 - current, Relaxed);
        }
    }

    /// The time that this share of the runs did not exceed, to a sixteenth; `None` before 20 are known.
    ///
    /// A `quantile` outside 0 to 1 acts as the nearer end, a NaN as 0.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Option<Duration> {
        let counts = |half: &Half, at: usize| half.buckets.get(at).map_or(0, |n| n.load(Relaxed));
        let [one, other] = &self.halves;
        let count = |at| u64::from(counts(one, at)) + u64::from(counts(other, at));
        let total: u64 = (0..BUCKETS).map(count).sum();
        if total < FEWEST {
            return None;
        }
        let wanted = rank(quantile, total);
        let mut seen = 0;
        let bucket = (0..BUCKETS).find(|at| {
            seen += count(*at);
            seen >= wanted
        });
        // Others may empty a half between the two walks.
        Some(upper_edge(bucket?))
    }

    fn from(&self, current: u32) -> [&Half; 2] {
        let [one, other] = &self.halves;
        if current == 0 {
            [one, other]
        } else {
            [other, one]
        }
    }
}

/// The sample of this number, counted from 1, is the quantile.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a few thousand; the cast of a float saturates and takes NaN to 0"
)]
fn rank(quantile: f64, total: u64) -> u64 {
    let wanted = (quantile.clamp(0.0, 1.0) * total as f64).ceil() as u64;
    wanted.clamp(1, total)
}

/// The octave in the high bits, the place within it in the low ones.
#[expect(clippy::cast_possible_truncation, reason = "four bits")]
const fn bucket_of(nanos: u64) -> usize {
    let shortest = 1 << SHORTEST_BITS;
    let nanos = if nanos < shortest { shortest } else { nanos };
    let octave = nanos.ilog2();
    let within = (nanos >> (octave - WITHIN_BITS)) as usize & ((1 << WITHIN_BITS) - 1);
    let bucket = (((octave - SHORTEST_BITS) as usize) << WITHIN_BITS) | within;
    if bucket < BUCKETS {
        bucket
    } else {
        BUCKETS - 1
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most 32 octaves")]
const fn upper_edge(bucket: usize) -> Duration {
    let octave = (bucket >> WITHIN_BITS) as u32 + SHORTEST_BITS;
    let within = (bucket & ((1 << WITHIN_BITS) - 1)) as u64 + 1;
    Duration::from_nanos(((1 << WITHIN_BITS) + within) << (octave - WITHIN_BITS))
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latency")
            .field("median", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .finish_non_exhaustive()
    }
}
