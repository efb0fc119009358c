//! How long calls took lately: a histogram in a `static`.

#[cfg(all(test, not(loom)))]
mod tests;

use core::fmt;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use crate::guard::sync::AtomicU64;
use crate::policy::nanos::of;

/// Remembers how long the last calls took, and answers below which time a share of them stayed.
///
/// A fixed delay before a hedge is a guess that ages; a quantile of what was measured follows the service. Share it by
/// reference from a `static`, one for each kind of call.
///
/// - **How exact**: a quantile is at most 6.25 % above the sample it stands for, and not below it. Samples up to 1 µs
///   count as that much, and so do those of more than 4.8 hours.
/// - **What is forgotten**: samples are kept in two halves of 1000. When the younger is full, the older is forgotten, so
///   that an answer rests on the last 1000 to 2000 samples. No clock is read: while no calls are made, nothing is known to
///   have changed.
/// - **Threads**: no lock. Each sample adds one to a counter and to one of 544 buckets. None is lost, unless its thread
///   sleeps between the two until both halves have gone.
///
/// It takes about 4 KiB.
///
/// # Example
///
/// ```
/// use retry_core::Latency;
/// use std::time::Duration;
///
/// static LATENCY: Latency = Latency::new();
///
/// for millis in 1..=100 {
///     LATENCY.record(Duration::from_millis(millis));
/// }
/// let slowest_twentieth = LATENCY.quantile(0.95).unwrap();
/// assert!(slowest_twentieth >= Duration::from_millis(95));
/// assert!(slowest_twentieth <= Duration::from_millis(101));
/// ```
pub struct Latency {
    /// All samples there ever were. A half is what its thousands have in common.
    recorded: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// Samples in a half.
const HALF: u64 = 1000;
/// Fewer samples say nothing of a quantile.
const FEWEST: u32 = 20;

/// Sixteen buckets for each doubling of the time, so that none is wider than a sixteenth of it.
const STEP_BITS: u32 = 4;
const STEPS: usize = 1 << STEP_BITS;
/// From 2^10 to 2^44 ns.
const FIRST_BITS: u32 = 10;
const LAST_BITS: u32 = 44;
const BUCKETS: usize = (LAST_BITS - FIRST_BITS) as usize * STEPS;

impl Latency {
    /// No samples.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            recorded: AtomicU64::new(0),
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
        }
    }

    /// A call took this long.
    ///
    /// ```
    /// use retry_core::Latency;
    /// use std::time::Duration;
    ///
    /// let latency = Latency::new();
    /// (0..20).for_each(|_| latency.record(Duration::from_millis(5)));
    /// let half = latency.quantile(0.5).unwrap();
    /// assert!((5000..5313).contains(&half.as_micros()), "{half:?}");
    /// ```
    pub fn record(&self, took: Duration) {
        let half = self.recorded.fetch_add(1, Relaxed) / HALF;
        let Some(bucket) = self.buckets.get(bucket(of(took))) else {
            return;
        };
        let more = |word| Some(Tally::of(word).one_more(half)?.word());
        let _forgotten = bucket.fetch_update(Relaxed, Relaxed, more);
    }

    /// The time below which this share of the last samples stayed: the upper edge of the bucket that holds it.
    ///
    /// `None` until there are 20 samples. A share below 0 acts as 0, one above 1 and a NaN as 1: the longest.
    ///
    /// ```
    /// use retry_core::Latency;
    /// use std::time::Duration;
    ///
    /// let latency = Latency::new();
    /// (0..19).for_each(|_| latency.record(Duration::from_millis(5)));
    /// assert_eq!(latency.quantile(0.5), None);
    /// ```
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let newest = self.recorded.load(Relaxed).saturating_sub(1) / HALF;
        let counts = self
            .buckets
            .each_ref()
            .map(|bucket| Tally::of(bucket.load(Relaxed)).count(newest));
        let total = counts.iter().map(|count| u32::from(*count)).sum();
        if total < FEWEST {
            return None;
        }
        let rank = rank(q, total);
        let mut below = 0;
        let reached = counts.iter().position(|count| {
            below += u32::from(*count);
            below >= rank
        });
        reached.map(upper_edge)
    }
}

/// Which of so many samples in order a share of them ends with: the first at least.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to `total`"
)]
fn rank(share: f64, total: u32) -> u32 {
    let share = if share < 1.0 { share.max(0.0) } else { 1.0 };
    ((share * f64::from(total)).ceil() as u32).max(1)
}

/// The number of the bucket for this many nanoseconds.
fn bucket(nanos: u64) -> usize {
    let nanos = nanos.clamp(1 << FIRST_BITS, (1 << LAST_BITS) - 1);
    let doublings = nanos.ilog2();
    let step = (nanos >> (doublings - STEP_BITS)) as usize - STEPS;
    (doublings - FIRST_BITS) as usize * STEPS + step
}

/// What all samples of a bucket stay below.
fn upper_edge(bucket: usize) -> Duration {
    let steps = (STEPS + bucket % STEPS + 1) as u64;
    Duration::from_nanos(steps << (bucket / STEPS) << (FIRST_BITS - STEP_BITS))
}

/// What a bucket holds: a half, its samples, and those of the half before. In one word, so that a half begins in all
/// buckets at once: what an older one left behind is seen to be older, and nobody has to clear it.
#[derive(Clone, Copy)]
struct Tally {
    half: u64,
    before: u16,
    samples: u16,
}

/// A half has 1000 samples. It leaves 40 bits for the number of the half: 35 years of a million samples a second.
const COUNT_BITS: u32 = 12;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

impl Tally {
    const fn of(word: u64) -> Self {
        Self {
            half: word >> (2 * COUNT_BITS),
            before: (word >> COUNT_BITS & COUNT) as u16,
            samples: (word & COUNT) as u16,
        }
    }

    fn word(self) -> u64 {
        self.half << (2 * COUNT_BITS)
            | u64::from(self.before) << COUNT_BITS
            | u64::from(self.samples)
    }

    /// With one more sample of `half`; `None` where that is forgotten.
    fn one_more(self, half: u64) -> Option<Self> {
        let (before, samples) = match half.checked_sub(self.half) {
            Some(0) => (self.before, self.samples + 1),
            Some(1) => (self.samples, 1),
            Some(_) => (0, 1),
            // Its thread slept while another half began.
            None if half + 1 == self.half => {
                return Some(Self {
                    before: self.before + 1,
                    ..self
                });
            }
            None => return None,
        };
        Some(Self {
            half,
            before,
            samples,
        })
    }

    /// The samples of the half `newest` and the one before.
    fn count(self, newest: u64) -> u16 {
        match newest.checked_sub(self.half) {
            Some(0) | None => self.before + self.samples,
            Some(1) => self.samples,
            Some(_) => 0,
        }
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

/// The median, the 95th and the 99th hundredth.
impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latency")
            .field("p50", &self.quantile(0.5))
            .field("p95", &self.quantile(0.95))
            .field("p99", &self.quantile(0.99))
            .finish_non_exhaustive()
    }
}
