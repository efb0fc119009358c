//! `hedge`: a second run of a slow operation beside the first.

use core::time::Duration;

use crate::decide::race::RaceTerms;
use crate::drive::builder::Retry;
use crate::guard::latency::Latency;
use crate::policy::nanos::{self, LONGEST};

/// When a slow operation is run once more beside itself, and how often.
///
/// A hedge helps where a few runs are slow by chance: on one bad replica, behind one long queue. It gives nothing where all
/// are slow for the same reason, and adds load there, so let a [`Budget`](crate::Budget) pay for it.
///
/// ```
/// use retry_core::{Hedge, Latency};
/// use std::time::Duration;
///
/// static LATENCY: Latency = Latency::new();
///
/// let at_once_twice = Hedge::after(Duration::from_millis(20)).max_hedges(2);
/// let the_slowest_twentieth = Hedge::quantile(&LATENCY, 0.95);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hedge<'l> {
    after: After<'l>,
    pub(super) max_hedges: u32,
}

#[derive(Clone, Copy, Debug)]
enum After<'l> {
    Delay(Duration),
    Quantile(&'l Latency, f64),
}

/// A hedge against less than this hedges against the scheduler.
const FLOOR: Duration = Duration::from_millis(1);

impl<'l> Hedge<'l> {
    /// None at all, and nothing is recorded.
    pub(super) const NEVER: Self = Self::after(Duration::MAX).max_hedges(0);

    /// One hedge, after this time without an outcome.
    ///
    /// With [`Duration::ZERO`] all legs start at once.
    #[must_use]
    pub const fn after(delay: Duration) -> Self {
        Self {
            after: After::Delay(delay),
            max_hedges: 1,
        }
    }

    /// One hedge, once a run has taken longer than this share of the runs before it: with 0.95, the slowest twentieth is run
    /// twice.
    ///
    /// `latency` is recorded here: of runs that succeeded how long they took, and of those that were cut off or lost the race
    /// how long they had been at it. Failures are not, because a fast failure says nothing of a slow answer. There is no
    /// hedge as long as it knows too few runs, and none in the first millisecond.
    #[must_use]
    pub const fn quantile(latency: &'l Latency, quantile: f64) -> Self {
        Self {
            after: After::Quantile(latency, quantile),
            max_hedges: 1,
        }
    }

    /// The most hedges of one attempt; each starts as long after the one before as the first after the operation.
    #[must_use]
    pub const fn max_hedges(mut self, most: u32) -> Self {
        self.max_hedges = most;
        self
    }

    /// What a race goes by that begins at 0, when so much of the call is `left`.
    /// A hint that is too long is told as the longest there is.
    pub(super) fn terms(self, left: Option<Duration>) -> RaceTerms {
        let delay = match self.after {
            After::Delay(delay) => Some(delay),
            After::Quantile(latency, quantile) => {
                latency.quantile(quantile).map(|delay| delay.max(FLOOR))
            }
        };
        RaceTerms::new(delay.map(nanos::of))
            .max_hedges(self.max_hedges)
            .max_hint(LONGEST - 1)
            .end(left.map_or(u64::MAX, nanos::of))
    }

    /// Whether the times of runs are recorded.
    pub(super) const fn measures(self) -> bool {
        matches!(self.after, After::Quantile(..))
    }

    /// A run took so long, or was cut off then.
    pub(super) fn record(self, time: Duration) {
        if let After::Quantile(latency, _) = self.after {
            latency.record(time);
        }
    }
}

impl<P, C, N, B, T, S> Retry<P, C, N, B, T, S> {
    /// Runs a slow operation a second time beside itself, and takes what succeeds first. It comes last: what it returns runs
    /// operations, and takes no more setters.
    ///
    /// An attempt is then a race of its legs. The first success wins and a permanent failure ends the race; the other legs
    /// are dropped where they are. A failure that may pass starts the next leg at once, and is the outcome of the attempt
    /// only if all legs fail; then the attempt is retried as any other. Each hedge is paid for from the budget like a retry,
    /// has a permit of the breaker and an `attempt_timeout` of its own, and is not started while a cooldown holds or a hint
    /// asks to wait.
    ///
    /// Only for what may run twice at once: the operation is called again while its first future is still alive.
    ///
    /// ```
    /// use retry_core::{Hedge, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// let hedged = Policy::new().hedge(Hedge::after(Duration::from_millis(20)));
    /// let mut replicas = [5_000, 3].into_iter();
    /// let (outcome, report) = hedged
    ///     .report(|| {
    ///         let millis = replicas.next().unwrap_or(3);
    ///         async move {
    ///             tokio::time::sleep(Duration::from_millis(millis)).await;
    ///             Ok::<_, ()>(millis)
    ///         }
    ///     })
    ///     .await;
    /// assert_eq!((outcome, report.attempts(), report.hedges()), (Ok(3), 1, 1));
    /// assert_eq!(report.elapsed(), Duration::from_millis(23));
    /// assert_eq!((report.winner(), report.wasted()), (1, Duration::from_millis(23)));
    /// # }
    /// ```
    pub const fn hedge(self, hedge: Hedge<'_>) -> Hedged<'_, Self> {
        Hedged { retry: self, hedge }
    }
}

/// A retry whose attempts are hedged; made by [`Retry::hedge`].
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing happens until an operation is given to `retry` or one of its kin"]
pub struct Hedged<'l, R> {
    pub(super) retry: R,
    pub(super) hedge: Hedge<'l>,
}
