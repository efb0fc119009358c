//! A bare policy is the empty case of a [`Retry`]: the same methods, without behaviour.

use core::time::Duration;

use crate::call::behaviour::Plain;
use crate::call::budgeted::Budgeted;
use crate::call::cooled::Cooled;
use crate::call::guarded::Guarded;
use crate::call::judge::{ByAttempt, OnError, Said, Unsaid};
use crate::call::layers::{Limited, Named, Nested, Seeded, WaitWith};
use crate::call::notify::{History, OnRetry, OnRetryErr, Quiet};
use crate::call::observe::{Observed, Observer};
use crate::call::signal::StopOn;
use crate::decide::verdict::{Outcome, Verdict};
use crate::drive::builder::Retry;
use crate::drive::hedge::{Hedge, Hedged};
use crate::guard::breaker::CircuitBreaker;
use crate::guard::budget::Budget;
use crate::guard::cooldown::Cooldown;
use crate::guard::share::Share;
use crate::policy::policy::Policy;
use crate::story::attempt::{Attempt, RetryEvent};
use crate::story::report::Report;
use crate::time::timer::{DefaultTimer, RuntimeTimer};

/// A policy to which these layers were attached.
type With<B> = Retry<Policy, Unsaid, Quiet, B>;

/// Attaching behaviour. Each method is the one of the same name on [`Retry`].
impl Policy {
    /// This policy by reference, so that futures hold a pointer in place of its bytes.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// static POLICY: Policy = Policy::new();
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let by_value = POLICY.retry(async || Ok::<_, ()>(1));
    /// let shared = POLICY.shared().retry(async || Ok::<_, ()>(1));
    /// assert!(size_of_val(&shared) < size_of_val(&by_value));
    /// assert_eq!(by_value.await, shared.await);
    /// # }
    /// ```
    pub const fn shared(&'static self) -> Retry<&'static Self> {
        Retry::new(self)
    }

    /// See [`Retry::when`].
    pub fn when<O, V, F>(self, when: F) -> Retry<Self, Said<F>>
    where
        F: Fn(&O) -> V,
        V: Into<Verdict>,
    {
        Retry::new(self).when(when)
    }

    /// See [`Retry::when_err`].
    pub fn when_err<E, V, F>(self, when: F) -> Retry<Self, OnError<F>>
    where
        F: Fn(&E) -> V,
        V: Into<Verdict>,
    {
        Retry::new(self).when_err(when)
    }

    /// See [`Retry::when_attempt`].
    pub fn when_attempt<O, V, F>(self, when: F) -> Retry<Self, ByAttempt<F>>
    where
        F: Fn(u32, &O) -> V,
        V: Into<Verdict>,
    {
        Retry::new(self).when_attempt(when)
    }

    /// See [`Retry::classify`].
    pub fn classify<C>(self, classifier: C) -> Retry<Self, Said<C>> {
        Retry::new(self).classify(classifier)
    }

    /// See [`Retry::on_retry`].
    pub fn on_retry<O, F>(self, notify: F) -> Retry<Self, Unsaid, OnRetry<Quiet, F>>
    where
        F: FnMut(&RetryEvent<'_, O>),
    {
        Retry::new(self).on_retry(notify)
    }

    /// See [`Retry::on_retry_err`].
    pub fn on_retry_err<E, F>(self, notify: F) -> Retry<Self, Unsaid, OnRetryErr<Quiet, F>>
    where
        F: FnMut(&E, Duration),
    {
        Retry::new(self).on_retry_err(notify)
    }

    /// See [`Retry::history`].
    pub fn history<O>(
        self,
        past: &mut Vec<(O, Duration)>,
    ) -> Retry<Self, Unsaid, History<'_, Quiet, O>> {
        Retry::new(self).history(past)
    }

    /// See [`Retry::wait_with`].
    pub fn wait_with<F>(self, rule: F) -> With<WaitWith<Plain, F>>
    where
        F: Fn(u32) -> Duration,
    {
        Retry::new(self).wait_with(rule)
    }

    /// See [`Retry::seed`].
    pub fn seed(self, seed: u64) -> With<Seeded<Plain>> {
        Retry::new(self).seed(seed)
    }

    /// See [`Retry::budget`].
    pub fn budget<G: Share<Budget>>(self, budget: G) -> With<Budgeted<Plain, G>> {
        Retry::new(self).budget(budget)
    }

    /// See [`Retry::breaker`].
    pub fn breaker<K: Share<CircuitBreaker>>(self, breaker: K) -> With<Guarded<Plain, K>> {
        Retry::new(self).breaker(breaker)
    }

    /// See [`Retry::cooldown`].
    pub fn cooldown<D: Share<Cooldown>>(self, cooldown: D) -> With<Cooled<Plain, D>> {
        Retry::new(self).cooldown(cooldown)
    }

    /// See [`Retry::hedge`].
    pub const fn hedge(self, hedge: Hedge<'_>) -> Hedged<'_, Retry<Self>> {
        Retry::new(self).hedge(hedge)
    }

    /// See [`Retry::nested`].
    pub fn nested(self) -> With<Nested<Plain>> {
        Retry::new(self).nested()
    }

    /// See [`Retry::name`].
    pub fn name(self, name: &'static str) -> With<Named<Plain>> {
        Retry::new(self).name(name)
    }

    /// See [`Retry::observer`].
    pub fn observer<V: Observer>(self, observer: V) -> With<Observed<Plain, V>> {
        Retry::new(self).observer(observer)
    }

    /// See [`Retry::timer`].
    pub fn timer<T>(self, timer: T) -> Retry<Self, Unsaid, Quiet, Plain, T> {
        Retry::new(self).timer(timer)
    }

    /// See [`Retry::attempt_timeout`].
    pub fn attempt_timeout(self, limit: Duration) -> With<Limited<Plain>> {
        Retry::new(self).attempt_timeout(limit)
    }

    /// See [`Retry::stop_on`].
    pub fn stop_on<F: Future>(
        self,
        signal: F,
    ) -> Retry<Self, Unsaid, Quiet, Plain, DefaultTimer, StopOn<F>> {
        Retry::new(self).stop_on(signal)
    }
}

/// Running an operation. Each method is the one of the same name on [`Retry`].
impl Policy {
    /// See [`Retry::retry`].
    ///
    /// # Panics
    ///
    /// With the feature `tokio` and without `smol`, outside a tokio runtime or in one without `enable_time`: at the first
    /// retry, which waits, not at the call. Enable the feature of your runtime, or name a [`timer`](Self::timer).
    pub fn retry<O, Fut>(
        self,
        operation: impl FnMut() -> Fut, // cannot lend what it captured, a function under `#[retry]` can
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        O: Outcome,
        DefaultTimer: RuntimeTimer<O>,
    {
        self.timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
            .retry(operation)
    }

    /// See [`Retry::retry_with`].
    pub fn retry_with<O, Fut>(
        self,
        operation: impl FnMut(Attempt) -> Fut,
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        O: Outcome,
        DefaultTimer: RuntimeTimer<O>,
    {
        self.timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
            .retry_with(operation)
    }

    /// See [`Retry::report`].
    pub fn report<O, Fut>(self, operation: impl FnMut() -> Fut) -> impl Future<Output = (O, Report)>
    where
        Fut: Future<Output = O>,
        O: Outcome,
        DefaultTimer: RuntimeTimer<O>,
    {
        self.timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
            .report(operation)
    }

    /// See [`Retry::retry_blocking`].
    pub fn retry_blocking<O: Outcome>(self, operation: impl FnMut() -> O) -> O {
        Retry::new(self).retry_blocking(operation)
    }

    /// See [`Retry::retry_with_blocking`].
    pub fn retry_with_blocking<O: Outcome>(self, operation: impl FnMut(Attempt) -> O) -> O {
        Retry::new(self).retry_with_blocking(operation)
    }

    /// See [`Retry::report_blocking`].
    pub fn report_blocking<O: Outcome>(self, operation: impl FnMut() -> O) -> (O, Report) {
        Retry::new(self).report_blocking(operation)
    }
}
