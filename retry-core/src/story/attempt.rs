//! What an attempt may know about itself.

use core::fmt;
use core::num::NonZeroU64;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::OnceLock;

/// One run of the operation: its number, and what came before it.
///
/// ```
/// use retry_core::Policy;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let policy = Policy::new().max_attempts(2).fixed(std::time::Duration::ZERO);
/// let last = policy.retry_with(async |attempt| attempt.is_last().then_some(attempt.number())).await;
/// assert_eq!(last, Some(2));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) hedge: u32,
    pub(crate) is_last: bool,
    pub(crate) elapsed: Duration,
    pub(crate) previous_delay: Duration,
    pub(crate) call: CallId,
}

impl Attempt {
    /// 1 for the first attempt.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// 0 for the first leg of the attempt, n for the nth [hedge](crate::Retry::hedge) beside it.
    ///
    /// A leg that asks another server than the others gains more than one that asks the same.
    #[must_use]
    pub const fn hedge(&self) -> u32 {
        self.hedge
    }

    /// The time since the call began.
    ///
    /// It is measured where something shows or limits time: `max_elapsed`, `attempt_timeout`, a report, the
    /// attempt context, `wrap_error` or an observer. An `on_retry` alone starts no clock; there it is the
    /// sum of the delays so far.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The delay before this attempt; zero for the first.
    #[must_use]
    pub const fn previous_delay(&self) -> Duration {
        self.previous_delay
    }

    /// Whether `max_attempts` allows no further attempt. Another limit may still stop the call earlier.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.is_last
    }

    /// The same for all attempts of one call, different for each call.
    #[must_use]
    pub const fn call_id(&self) -> CallId {
        self.call
    }
}

/// Tells the calls of one process apart in logs. It is for correlation, not a secret.
///
/// Calls are counted; the count is displayed scrambled by a number that is drawn once for the process, so that
/// ids of several processes do not collide in one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallId(NonZeroU64);

impl CallId {
    pub(crate) fn next() -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        let count = CALLS.fetch_add(1, Ordering::Relaxed);
        Self(NonZeroU64::new(count).unwrap_or(NonZeroU64::MIN))
    }
}

/// Odd, so that a product with it stays one to one.
const SCRAMBLE: u64 = 0x9e37_79b9_7f4a_7c15;

/// 16 hexadecimal digits.
impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static PROCESS: OnceLock<u64> = OnceLock::new();
        let process = *PROCESS.get_or_init(|| fastrand::u64(..));
        write!(f, "{:016x}", self.0.get().wrapping_mul(SCRAMBLE) ^ process)
    }
}

/// A retry that is about to be waited for.
#[derive(Debug)]
pub struct RetryEvent<'a, O> {
    pub(crate) attempt: Attempt,
    pub(crate) delay: Duration,
    pub(crate) outcome: &'a O,
}

impl<O> RetryEvent<'_, O> {
    /// The attempt that ended.
    #[must_use]
    pub const fn attempt(&self) -> Attempt {
        self.attempt
    }

    /// The delay that follows, exactly.
    #[must_use]
    pub const fn delay(&self) -> Duration {
        self.delay
    }

    /// What the attempt produced.
    #[must_use]
    pub const fn outcome(&self) -> &O {
        self.outcome
    }
}
