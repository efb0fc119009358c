//! A token bucket that many calls share, so that retries stay a fixed share of calls.

use core::fmt;
use core::sync::atomic::Ordering::Relaxed;

use crate::sync::AtomicU64;

/// Bounds the retries of all calls that share it to a share of those calls.
///
/// Every first attempt deposits `ratio` tokens, every retry takes one whole token, and a retry that finds
/// less than one does not happen. Share it by reference from a `static`, or in an `Arc`.
///
/// # Why attempts alone are not enough
///
/// A limit on attempts bounds one call. It does nothing for the server: while every call fails, three
/// attempts a call are three times the load, at the moment when the server can bear it least, and layers of
/// callers multiply (four attempts in each of three layers are 64 requests). Backoff spreads that load over
/// time, it does not reduce it. A budget looks at all calls together. While few fail, each of them gets its
/// retries; when most fail, retries stop at `ratio` of the calls, and `ratio` 0.1 means 1.1 times the load at
/// worst.
///
/// # How much load a fleet may add
///
/// With `m` clients that each hold a budget, `Q` calls in all, and a share `p` of attempts that fail:
///
/// ```text
/// load = min(1 / (1 - p), 1 + ratio + m * reserve / Q)
/// ```
///
/// requests per call. The last term is why the reserve is small: it is paid once by every process, so a
/// thousand clients with 10 tokens may send 10 000 retries before the ratio rules, and clients that restart
/// often get their reserve anew each time. A reserve is still needed, or a client that makes few calls could
/// never retry: with `ratio` 0.1 and none, the first retry would wait for the tenth call. The same holds for
/// `capacity`, which bounds the burst that a long calm can save up: put it in the place of `reserve` for a
/// fleet whose buckets are full when the trouble starts.
///
/// The budget is exact: it counts in billionths of a token, so 10 000 calls that all want one retry get 3000
/// at `ratio` 0.3 and 9999 at 0.9999, beside the reserve. It has no lock and no clock. A deposit into a full
/// bucket, the usual state of a healthy service, writes nothing, so threads do not contend for it.
///
/// # Example
///
/// ```
/// use retry_core::Budget;
///
/// static BUDGET: Budget = Budget::new(0.5).reserve(1).capacity(100);
///
/// assert!(BUDGET.withdraw());
/// assert!(!BUDGET.withdraw(), "the reserve is spent");
/// BUDGET.deposit();
/// BUDGET.deposit();
/// assert!(BUDGET.withdraw(), "two calls at 0.5 pay for one retry");
/// ```
pub struct Budget {
    /// In billionths of a token, as all amounts here.
    tokens: AtomicU64,
    ratio: u64,
    reserve: u64,
    capacity: u64,
}

/// Decimal, so that ratios written in decimal are exact. `u32::MAX` tokens fit into a `u64` with room to spare.
const TOKEN: u64 = 1_000_000_000;
const MAX_RATIO: f64 = 1000.0;
const DEFAULT_RESERVE: u32 = 10;
const DEFAULT_CAPACITY: u32 = 100;

impl Budget {
    /// Every call pays for `ratio` of a retry; a reserve of 10 tokens, a capacity of 100.
    ///
    /// The ratio is rounded to a billionth and kept between 0 and 1000; a NaN acts as 0.
    #[must_use]
    pub const fn new(ratio: f64) -> Self {
        Self::holding(
            fixed_point(ratio),
            whole(DEFAULT_RESERVE),
            whole(DEFAULT_CAPACITY),
        )
    }

    /// The tokens that are there at the start, before any call; 10 unless said otherwise.
    ///
    /// Never more than the [`capacity`](Self::capacity). See [above](Self#how-much-load-a-fleet-may-add) why it is small.
    #[must_use]
    pub const fn reserve(self, tokens: u32) -> Self {
        Self::holding(self.ratio, whole(tokens), self.capacity)
    }

    /// The most tokens the bucket holds, and so the longest burst of retries; 100 unless said otherwise.
    #[must_use]
    pub const fn capacity(self, tokens: u32) -> Self {
        Self::holding(self.ratio, self.reserve, whole(tokens))
    }

    const fn holding(ratio: u64, reserve: u64, capacity: u64) -> Self {
        let start = if reserve < capacity {
            reserve
        } else {
            capacity
        };
        Self {
            tokens: AtomicU64::new(start),
            ratio,
            reserve,
            capacity,
        }
    }

    /// A call begins: adds `ratio`, up to the capacity. Once a call, not once an attempt.
    pub fn deposit(&self) {
        self.add(self.ratio);
    }

    /// Takes one token for one retry. `false`: there is not a whole one, so do not retry.
    #[must_use = "a retry is allowed only if this is `true`"]
    pub fn withdraw(&self) -> bool {
        let taken = |tokens: u64| tokens.checked_sub(TOKEN);
        self.tokens.fetch_update(Relaxed, Relaxed, taken).is_ok()
    }

    /// Puts back what was withdrawn for a retry that never started.
    pub(crate) fn give_back(&self) {
        self.add(TOKEN);
    }

    /// The retries that the budget would pay for now.
    #[must_use]
    pub fn balance(&self) -> u32 {
        u32::try_from(self.tokens.load(Relaxed) / TOKEN).unwrap_or(u32::MAX)
    }

    // An addition that is corrected afterwards would be wait-free, but others would see the excess and spend it.
    // A full bucket is only read: its cache line stays shared between cores.
    fn add(&self, amount: u64) {
        let filled = |tokens: u64| {
            let more = tokens.saturating_add(amount).min(self.capacity);
            (more != tokens).then_some(more)
        };
        let _full = self.tokens.fetch_update(Relaxed, Relaxed, filled);
    }
}

const fn whole(tokens: u32) -> u64 {
    tokens as u64 * TOKEN
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the cast of a float saturates and takes NaN to 0"
)]
const fn fixed_point(ratio: f64) -> u64 {
    let ratio = if ratio > MAX_RATIO { MAX_RATIO } else { ratio };
    (ratio * TOKEN as f64 + 0.5) as u64
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn in_tokens(amount: u64) -> f64 {
    amount as f64 / TOKEN as f64
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("ratio", &in_tokens(self.ratio))
            .field("reserve", &(self.reserve / TOKEN))
            .field("capacity", &(self.capacity / TOKEN))
            .field("tokens", &in_tokens(self.tokens.load(Relaxed)))
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn retries_paid(budget: &Budget, calls: u32) -> u32 {
        (0..calls)
            .map(|_| {
                budget.deposit();
                u32::from(budget.withdraw())
            })
            .sum()
    }

    #[test]
    fn retries_are_exactly_the_ratio_of_calls_and_the_reserve_once() {
        let table = [
            (0.0, 0),
            (0.0001, 1),
            (0.1, 1000),
            (0.3, 3000),
            (0.4, 4000),
            (0.6, 6000),
            (0.75, 7500),
            (0.9, 9000),
            (0.999, 9990),
            (0.9999, 9999),
            (1.0, 10_000),
        ];
        for (ratio, paid) in table {
            let empty = Budget::new(ratio).reserve(0);
            assert_eq!(retries_paid(&empty, 10_000), paid, "ratio {ratio}");
            let seven = Budget::new(ratio).reserve(7);
            let at_most_one_each = (paid + 7).min(10_000);
            assert_eq!(
                retries_paid(&seven, 10_000),
                at_most_one_each,
                "ratio {ratio} and 7"
            );
        }
    }

    #[test]
    fn a_full_bucket_takes_no_more() {
        let budget = Budget::new(0.7).reserve(3).capacity(3);
        for _ in 0..1000 {
            budget.deposit();
        }
        budget.give_back();
        let paid = (0..1000).filter(|_| budget.withdraw()).count();
        assert_eq!(paid, 3);
    }

    #[test]
    fn a_returned_withdrawal_pays_for_another_retry() {
        let budget = Budget::new(0.0).reserve(1);
        assert!(budget.withdraw());
        budget.give_back();
        assert_eq!(budget.balance(), 1);
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
    }

    #[test]
    fn the_order_of_the_setters_does_not_matter() {
        let table = [
            Budget::new(0.1).reserve(20).capacity(50),
            Budget::new(0.1).capacity(50).reserve(20),
            Budget::new(0.1).capacity(5).reserve(20).capacity(50),
        ];
        for budget in table {
            assert_eq!(budget.balance(), 20, "{budget:?}");
        }
        assert_eq!(Budget::new(0.1).reserve(20).capacity(5).balance(), 5);
    }

    #[test]
    fn a_ratio_out_of_range_saturates() {
        let table = [
            (f64::NAN, 0),
            (f64::NEG_INFINITY, 0),
            (-0.1, 0),
            (1e-10, 0),
            (1001.0, 1000),
            (f64::MAX, 1000),
            (f64::INFINITY, 1000),
        ];
        for (ratio, tokens) in table {
            let budget = Budget::new(ratio).reserve(0).capacity(u32::MAX);
            budget.deposit();
            assert_eq!(budget.balance(), tokens, "ratio {ratio}");
        }
    }

    #[test]
    fn the_largest_bucket_does_not_overflow() {
        let budget = Budget::new(1000.0).reserve(u32::MAX).capacity(u32::MAX);
        budget.deposit();
        assert_eq!(budget.balance(), u32::MAX);
    }

    #[test]
    fn debug_shows_tokens() {
        let budget = Budget::new(0.1).reserve(2);
        budget.deposit();
        assert_eq!(
            format!("{budget:?}"),
            "Budget { ratio: 0.1, reserve: 2, capacity: 100, tokens: 2.1 }"
        );
    }
}
