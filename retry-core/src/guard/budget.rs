//! A token bucket that many calls share, so that retries stay a fixed share of calls.

mod bucket;
#[cfg(feature = "serde")]
mod config;
mod memory;
#[cfg(all(test, loom))]
mod model;
mod terms;
#[cfg(all(test, not(loom)))]
mod tests;

use core::fmt;
use core::sync::atomic::AtomicBool;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use self::bucket::Bucket;
use self::memory::Memory;
use self::terms::{TOKEN, Terms, in_tokens, whole};
use crate::guard::slices::Slices;

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
/// at `ratio` 0.3 and 9999 at 0.9999, beside the reserve. It has no lock and reads no clock. A deposit into a full
/// bucket, the usual state of a healthy service, writes nothing, so threads do not contend for it.
///
/// # What a calm saves up
///
/// Deposits stay until they are spent: a night of calls that all succeeded fills the bucket, and the first seconds of
/// trouble may spend all of it. [`window_time`](Self::window_time) bounds how old a deposit may be, so that retries are
/// a share of the calls of the last seconds. Whoever deposits and withdraws then brings the time.
///
/// With the feature `serde` it is read from `ratio`, `reserve`, `capacity` and `window_time`, as in `"10s"`; `ratio`
/// must be there, and a value that a setter would have to bend is an error.
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
    purse: Purse,
    paused: AtomicBool,
}

enum Purse {
    Bucket(Bucket),
    Memory(Memory),
}

/// What a retry was paid from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    Deposits,
    /// That of a budget with a window: without one, it is a deposit like others.
    Reserve,
}

impl Budget {
    /// Every call pays for `ratio` of a retry; a reserve of 10 tokens, a capacity of 100.
    ///
    /// The ratio is rounded to a billionth and kept between 0 and 1000; a NaN acts as 0.
    #[must_use]
    pub const fn new(ratio: f64) -> Self {
        Self::with(Terms::new(ratio), None)
    }

    /// The tokens that are there at the start, before any call; 10 unless said otherwise.
    ///
    /// Never more than the [`capacity`](Self::capacity). See [above](Self#how-much-load-a-fleet-may-add) why it is small.
    #[must_use]
    pub const fn reserve(self, tokens: u32) -> Self {
        let mut terms = *self.terms();
        terms.reserve = whole(tokens);
        Self::with(terms, self.slices())
    }

    /// The most tokens the bucket holds, and so the longest burst of retries; 100 unless said otherwise.
    #[must_use]
    pub const fn capacity(self, tokens: u32) -> Self {
        let mut terms = *self.terms();
        terms.capacity = whole(tokens);
        Self::with(terms, self.slices())
    }

    /// Deposits older than this no longer pay; unless it is said they pay for ever.
    ///
    /// Time is cut into ten slices: a deposit that is older never pays, and one may be forgotten when nine tenths of the
    /// time have passed. The oldest are spent first. The reserve has no age: it is spent once no deposit pays, and is not
    /// renewed. At least 1 ms.
    ///
    /// Use it with [`deposit_at`](Self::deposit_at) and [`withdraw_at`](Self::withdraw_at), as every call does.
    ///
    /// ```
    /// use retry_core::Budget;
    /// use std::time::Duration;
    ///
    /// static BUDGET: Budget = Budget::new(1.0).reserve(0).window_time(Duration::from_secs(10));
    ///
    /// let at = |seconds| move || Duration::from_secs(seconds);
    /// BUDGET.deposit_at(at(0));
    /// BUDGET.deposit_at(at(0));
    /// assert!(BUDGET.withdraw_at(at(8)));
    /// assert!(!BUDGET.withdraw_at(at(11)), "the other deposit is forgotten");
    /// ```
    #[must_use]
    pub const fn window_time(self, time: Duration) -> Self {
        Self::with(*self.terms(), Some(Slices::of(time)))
    }

    const fn with(terms: Terms, slices: Option<Slices>) -> Self {
        Self {
            purse: match slices {
                None => Purse::Bucket(Bucket::new(terms)),
                Some(slices) => Purse::Memory(Memory::new(terms, slices)),
            },
            paused: AtomicBool::new(false),
        }
    }

    const fn terms(&self) -> &Terms {
        match &self.purse {
            Purse::Bucket(bucket) => &bucket.terms,
            Purse::Memory(memory) => &memory.terms,
        }
    }

    const fn slices(&self) -> Option<Slices> {
        match &self.purse {
            Purse::Bucket(_) => None,
            Purse::Memory(memory) => Some(memory.slices),
        }
    }

    /// A call begins: adds `ratio`, up to the capacity. Once a call, not once an attempt.
    ///
    /// With a [window](Self::window_time) it counts as made at the time that was last told.
    pub fn deposit(&self) {
        self.add(Memory::newest);
    }

    /// As [`deposit`](Self::deposit), at this time, which is asked for only where there is a
    /// [window](Self::window_time).
    ///
    /// Time does not run backwards: one that is earlier than what others told counts as theirs.
    pub fn deposit_at(&self, now: impl FnOnce() -> Duration) {
        self.add(|memory| memory.told(now()));
    }

    fn add(&self, slice: impl FnOnce(&Memory) -> u64) {
        match &self.purse {
            Purse::Bucket(bucket) => bucket.deposit(),
            Purse::Memory(memory) => memory.deposit(slice(memory)),
        }
    }

    /// Takes one token for one retry. `false`: there is not a whole one, or the budget is [paused](Self::pause), so do not
    /// retry.
    ///
    /// With a [window](Self::window_time) the time is the one that was last told.
    #[must_use = "a retry is allowed only if this is `true`"]
    pub fn withdraw(&self) -> bool {
        self.pay(Memory::newest).is_some()
    }

    /// As [`withdraw`](Self::withdraw), at this time, which is asked for only where there is a
    /// [window](Self::window_time).
    #[must_use = "a retry is allowed only if this is `true`"]
    pub fn withdraw_at(&self, now: impl FnOnce() -> Duration) -> bool {
        self.take(now).is_some()
    }

    /// As [`withdraw_at`](Self::withdraw_at); whoever takes it starts a retry or gives it back.
    pub(crate) fn take(&self, now: impl FnOnce() -> Duration) -> Option<Payment> {
        self.pay(|memory| memory.told(now()))
    }

    fn pay(&self, slice: impl FnOnce(&Memory) -> u64) -> Option<Payment> {
        if self.is_paused() {
            return None;
        }
        match &self.purse {
            Purse::Bucket(bucket) => bucket.take().then_some(Payment::Deposits),
            Purse::Memory(memory) => memory.take(slice(memory)),
        }
    }

    /// Puts back what was taken for a retry that never started.
    pub(crate) fn give_back(&self, payment: Payment) {
        match &self.purse {
            Purse::Bucket(bucket) => bucket.give_back(),
            Purse::Memory(memory) => memory.give_back(payment),
        }
    }

    /// The retries that the budget would pay for now, if it is not [paused](Self::pause).
    ///
    /// With a [window](Self::window_time), at the time that was last told.
    #[must_use]
    pub fn balance(&self) -> u32 {
        u32::try_from(self.tokens() / TOKEN).unwrap_or(u32::MAX)
    }

    fn tokens(&self) -> u64 {
        match &self.purse {
            Purse::Bucket(bucket) => bucket.tokens(),
            Purse::Memory(memory) => memory.tokens(),
        }
    }

    /// Turns retries off at run time, until [`resume`](Self::resume). Deposits go on.
    ///
    /// ```
    /// use retry_core::Budget;
    ///
    /// let budget = Budget::new(0.1);
    /// budget.pause();
    /// assert!(!budget.withdraw());
    /// budget.resume();
    /// assert!(budget.withdraw());
    /// ```
    pub fn pause(&self) {
        self.paused.store(true, Relaxed);
    }

    /// Turns retries on again.
    pub fn resume(&self) {
        self.paused.store(false, Relaxed);
    }

    /// Whether retries are turned off.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.load(Relaxed)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.terms();
        f.debug_struct("Budget")
            .field("ratio", &in_tokens(terms.ratio))
            .field("reserve", &(terms.reserve / TOKEN))
            .field("capacity", &(terms.capacity / TOKEN))
            .field("window_time", &self.slices())
            .field("tokens", &in_tokens(self.tokens()))
            .field("paused", &self.is_paused())
            .finish()
    }
}
