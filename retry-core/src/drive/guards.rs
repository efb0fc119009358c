//! Guards attached to a retry: what its calls share with others.

use crate::call::budgeted::Budgeted;
use crate::call::cooled::Cooled;
use crate::call::guarded::Guarded;
use crate::drive::builder::Retry;
use crate::guard::breaker::CircuitBreaker;
use crate::guard::budget::Budget;
use crate::guard::cooldown::Cooldown;
use crate::guard::share::Share;

impl<P, C, N, B, T, S> Retry<P, C, N, B, T, S> {
    /// Pays for retries from a bucket that many calls share; the first attempt deposits.
    ///
    /// A call that may not be paid for stops with [`StopReason::BudgetExhausted`](crate::StopReason::BudgetExhausted).
    pub fn budget<G: Share<Budget>>(self, budget: G) -> Retry<P, C, N, Budgeted<B, G>, T, S> {
        self.layer(|inner| Budgeted::new(inner, budget))
    }

    /// Asks a circuit breaker before each attempt, and tells it how the attempt went: `Retry` and `RetryAfter` are
    /// failures.
    ///
    /// Open before attempt 1, the outcome says so at once by `E: From<Rejected>`. Open before a later attempt, the
    /// time left is a hint; where that is too long, the call stops with the last outcome and
    /// [`StopReason::CircuitOpen`](crate::StopReason::CircuitOpen).
    ///
    /// Of several breakers, one for the host and one for the cluster, each has to agree and each is told. The same
    /// breaker twice is asked and told once.
    ///
    /// ```
    /// use retry_core::{BreakerState, CircuitBreaker, Policy, Rejected};
    ///
    /// let (host, cluster) = (CircuitBreaker::new().min_calls(1), CircuitBreaker::new().min_calls(2));
    /// let call = Policy::new().max_attempts(1);
    /// let outcome = call.breaker(&host).breaker(&cluster).retry_blocking(|| Err::<(), Option<Rejected>>(None));
    /// assert_eq!(outcome, Err(None));
    /// assert_eq!((host.state(), cluster.state()), (BreakerState::Open, BreakerState::Closed));
    /// ```
    pub fn breaker<K: Share<CircuitBreaker>>(
        self,
        breaker: K,
    ) -> Retry<P, C, N, Guarded<B, K>, T, S> {
        self.layer(|inner| Guarded::new(inner, breaker))
    }

    /// Shares the hints of one call's outcomes with all calls of this cooldown: while it holds, none of them attempts.
    ///
    /// A call waits for its end as for a hint of its own, within `max_hint` and `max_elapsed`, before its first attempt, too;
    /// those who waited come back spread over half the pause. Where it holds for longer, the outcome says so by
    /// `E: From<Rejected>` before a first attempt, and the call stops with the last outcome and
    /// [`StopReason::CoolingDown`](crate::StopReason::CoolingDown) before a later one.
    ///
    /// ```
    /// use retry_core::{Cooldown, Guard, Policy, Rejected, Verdict};
    /// use std::time::Duration;
    ///
    /// static COOLDOWN: Cooldown = Cooldown::new();
    ///
    /// #[derive(Debug)]
    /// enum Failed {
    ///     TooManyRequests,
    ///     Rejected(Rejected),
    /// }
    /// impl From<Rejected> for Failed {
    ///     fn from(rejected: Rejected) -> Self {
    ///         Self::Rejected(rejected)
    ///     }
    /// }
    ///
    /// let call = Policy::new()
    ///     .max_hint(Duration::from_secs(10))
    ///     .cooldown(&COOLDOWN)
    ///     .when_err(|_: &Failed| Verdict::RetryAfter(Duration::from_secs(30)));
    ///
    /// let told = call.retry_blocking(|| Err::<(), _>(Failed::TooManyRequests));
    /// assert!(matches!(told, Err(Failed::TooManyRequests)), "30 s are too long for this policy");
    ///
    /// let other = call.retry_blocking(|| panic!("the server asked for a pause"));
    /// let other: Result<(), _> = other;
    /// assert!(matches!(other, Err(Failed::Rejected(rejected)) if rejected.guard() == Guard::Cooldown));
    /// ```
    pub fn cooldown<D: Share<Cooldown>>(self, cooldown: D) -> Retry<P, C, N, Cooled<B, D>, T, S> {
        self.layer(|inner| Cooled::new(inner, cooldown))
    }
}
