//! A token bucket that many calls share, so that retries stay a fixed share of calls.

#[cfg(feature = "serde")]
mod config;
mod memory;
#[cfg(all(test, loom))]
mod model;
#[cfg(all(test, not(loom)))]
mod tests;
mod tokens;

use core::fmt;
use core::sync::atomic::AtomicBool;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use self::tokens::Tokens;

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
/// at `ratio` 0.3 and 9999 at 0.9999, beside the reserve. It has no lock, and without a [`window_time`](Self::window_time) no
/// clock. A deposit into a full
/// bucket, the usual state of a healthy service, writes nothing, so threads do not contend for it.
///
/// With the feature `serde` it is read from `ratio`, `reserve`, `capacity` and `window_time`; `ratio` must be there, and a
/// value that a setter would have to bend is an error.
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
    tokens: Tokens,
    /// In billionths of a token, as all amounts here.
    ratio: u64,
    reserve: u64,
    capacity: u64,
    is_paused: AtomicBool,
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
            None,
        )
    }

    /// The tokens that are there at the start, before any call; 10 unless said otherwise.
    ///
    /// Never more than the [`capacity`](Self::capacity). See [above](Self#how-much-load-a-fleet-may-add) why it is small.
    #[must_use]
    pub const fn reserve(self, tokens: u32) -> Self {
        Self::holding(
            self.ratio,
            whole(tokens),
            self.capacity,
            self.tokens.window(),
        )
    }

    /// The most tokens the bucket holds, and so the longest burst of retries; 100 unless said otherwise.
    #[must_use]
    pub const fn capacity(self, tokens: u32) -> Self {
        Self::holding(
            self.ratio,
            self.reserve,
            whole(tokens),
            self.tokens.window(),
        )
    }

    /// Forgets deposits that are older than this; without it none is forgotten.
    ///
    /// What a calm hour has saved up is then not spent in the first second of the trouble. Finagle and tower forget after
    /// ten seconds. Deposits are kept in ten slices of time: one that is older never pays, and one may be forgotten a tenth
    /// early. The oldest are spent first. The reserve is not forgotten, and is spent when no deposit is left.
    ///
    /// Calls then read the clock for their deposit, and one that finds a bucket full of older tokens writes. It has no lock.
    ///
    /// ```
    /// use retry_core::Budget;
    /// use std::time::Duration;
    ///
    /// let budget = Budget::new(0.5).reserve(0).window_time(Duration::from_secs(10));
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// budget.deposit_at(at(1));
    /// budget.deposit_at(at(2));
    /// budget.deposit_at(at(8));
    /// budget.deposit_at(at(8));
    /// assert!(budget.withdraw_at(at(9)), "the first two pay");
    /// assert!(budget.withdraw_at(at(14)), "and so do the others");
    /// budget.deposit_at(at(15));
    /// budget.deposit_at(at(15));
    /// assert!(!budget.withdraw_at(at(30)), "long ago");
    /// ```
    #[must_use]
    pub const fn window_time(self, window: Duration) -> Self {
        Self::holding(self.ratio, self.reserve, self.capacity, Some(window))
    }

    const fn holding(ratio: u64, reserve: u64, capacity: u64, window: Option<Duration>) -> Self {
        let start = if reserve < capacity {
            reserve
        } else {
            capacity
        };
        Self {
            tokens: Tokens::new(start, window),
            ratio,
            reserve,
            capacity,
            is_paused: AtomicBool::new(false),
        }
    }

    /// A call begins: adds `ratio`, up to the capacity. Once a call, not once an attempt.
    ///
    /// It knows no time: a budget with a [`window_time`](Self::window_time) takes it for the time that it was told last.
    pub fn deposit(&self) {
        self.tokens.deposit(self.ratio, self.capacity);
    }

    /// As [`deposit`](Self::deposit), at this time, which is asked for only where there is a
    /// [`window_time`](Self::window_time). It is a [`Duration`] on any one monotonic clock.
    pub fn deposit_at(&self, now: impl FnOnce() -> Duration) {
        self.tokens.tell(now);
        self.deposit();
    }

    /// Takes one token for one retry. `false`: there is not a whole one, so do not retry.
    ///
    /// It knows no time, as [`deposit`](Self::deposit) does not.
    #[must_use = "a retry is allowed only if this is `true`"]
    pub fn withdraw(&self) -> bool {
        !self.is_paused() && self.tokens.withdraw(self.capacity)
    }

    /// As [`withdraw`](Self::withdraw), at this time.
    #[must_use = "a retry is allowed only if this is `true`"]
    pub fn withdraw_at(&self, now: impl FnOnce() -> Duration) -> bool {
        self.tokens.tell(now);
        self.withdraw()
    }

    /// Pays for nothing until [`resume`](Self::resume), whatever is in the bucket: the operator's switch against all retries
    /// and hedges of the calls that share it. Deposits go on.
    pub fn pause(&self) {
        self.is_paused.store(true, Relaxed);
    }

    /// Pays again.
    pub fn resume(&self) {
        self.is_paused.store(false, Relaxed);
    }

    /// Whether it was [paused](Self::pause).
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.is_paused.load(Relaxed)
    }

    /// Puts back what was withdrawn for a retry that never started.
    pub(crate) fn give_back(&self) {
        self.tokens.give_back(self.capacity);
    }

    /// The retries that the budget would pay for now, or would if it were not paused.
    #[must_use]
    pub fn balance(&self) -> u32 {
        u32::try_from(self.tokens.amount(self.capacity) / TOKEN).unwrap_or(u32::MAX)
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
            .field("window_time", &self.tokens.window())
            .field("tokens", &in_tokens(self.tokens.amount(self.capacity)))
            .field("is_paused", &self.is_paused())
            .finish()
    }
}
