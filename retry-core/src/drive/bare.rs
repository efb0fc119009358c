//! A bare policy is the empty case of a [`Retry`]: the same methods, without behaviour.

use core::time::Duration;

use crate::call::behaviour::{Named, Plain, Seeded, WaitWith};
use crate::call::limit::{NoLimit, Within};
use crate::call::notify::{History, OnRetry, Quiet};
use crate::call::observe::{Observed, Observer};
use crate::call::shared::{Budgeted, Guarded};
use crate::decide::verdict::{Outcome, Verdict};
use crate::drive::builder::{ByError, ByOutcome, Retry};
use crate::guard::breaker::CircuitBreaker;
use crate::guard::budget::Budget;
use crate::policy::policy::Policy;
use crate::story::attempt::{Attempt, RetryEvent};
use crate::story::report::Report;
use crate::time::timer::{DefaultTimer, RuntimeTimer};

/// Attaching behaviour. Each method is the one of the same name on [`Retry`].
impl Policy {
    /// See [`Retry::when`].
    pub fn when<O, V, F>(&self, when: F) -> Retry<'_, F>
    where
        F: Fn(&O) -> V,
        V: Into<Verdict>,
    {
        Retry::new(self).when(when)
    }

    /// See [`Retry::when_err`].
    pub fn when_err<E, V, F>(&self, when: F) -> Retry<'_, ByError<F>>
    where
        F: Fn(&E) -> V,
        V: Into<Verdict>,
    {
        Retry::new(self).when_err(when)
    }

    /// See [`Retry::classify`].
    pub fn classify<C>(&self, classifier: C) -> Retry<'_, C> {
        Retry::new(self).classify(classifier)
    }

    /// See [`Retry::on_retry`].
    pub fn on_retry<O, F>(&self, notify: F) -> Retry<'_, ByOutcome, OnRetry<Quiet, F>>
    where
        F: FnMut(&RetryEvent<'_, O>),
    {
        Retry::new(self).on_retry(notify)
    }

    /// See [`Retry::history`].
    pub fn history<'a, O>(
        &'a self,
        past: &'a mut Vec<(O, Duration)>,
    ) -> Retry<'a, ByOutcome, History<'a, Quiet, O>> {
        Retry::new(self).history(past)
    }

    /// See [`Retry::wait_with`].
    pub fn wait_with<F>(&self, rule: F) -> Retry<'_, ByOutcome, Quiet, WaitWith<Plain, F>>
    where
        F: Fn(u32) -> Duration,
    {
        Retry::new(self).wait_with(rule)
    }

    /// See [`Retry::seed`].
    pub fn seed(&self, seed: u64) -> Retry<'_, ByOutcome, Quiet, Seeded<Plain>> {
        Retry::new(self).seed(seed)
    }

    /// See [`Retry::budget`].
    pub fn budget<'a>(
        &'a self,
        budget: &'a Budget,
    ) -> Retry<'a, ByOutcome, Quiet, Budgeted<'a, Plain>> {
        Retry::new(self).budget(budget)
    }

    /// See [`Retry::breaker`].
    pub fn breaker<'a>(
        &'a self,
        breaker: &'a CircuitBreaker,
    ) -> Retry<'a, ByOutcome, Quiet, Guarded<'a, Plain>> {
        Retry::new(self).breaker(breaker)
    }

    /// See [`Retry::name`].
    pub fn name(&self, name: &'static str) -> Retry<'_, ByOutcome, Quiet, Named<Plain>> {
        Retry::new(self).name(name)
    }

    /// See [`Retry::observer`].
    pub fn observer<V: Observer>(
        &self,
        observer: V,
    ) -> Retry<'_, ByOutcome, Quiet, Observed<Plain, V>> {
        Retry::new(self).observer(observer)
    }

    /// See [`Retry::timer`].
    pub fn timer<T>(&self, timer: T) -> Retry<'_, ByOutcome, Quiet, Plain, T> {
        Retry::new(self).timer(timer)
    }

    /// See [`Retry::attempt_timeout`].
    pub fn attempt_timeout(
        &self,
        limit: Duration,
    ) -> Retry<'_, ByOutcome, Quiet, Plain, DefaultTimer, Within> {
        Retry::new(self).attempt_timeout(limit)
    }

    /// See [`Retry::stop_on`].
    pub fn stop_on<F: Future>(
        &self,
        signal: F,
    ) -> Retry<'_, ByOutcome, Quiet, Plain, DefaultTimer, NoLimit, Option<F>> {
        Retry::new(self).stop_on(signal)
    }
}

/// Running an operation. Each method is the one of the same name on [`Retry`].
impl Policy {
    /// See [`Retry::retry`].
    ///
    /// # Panics
    ///
    /// With the feature `tokio` and without `smol`, outside a tokio runtime: at the first retry, which waits, not at the
    /// call. Enable the feature of your runtime, or name a [`timer`](Self::timer).
    pub fn retry<O, Fut>(
        &self,
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
        &self,
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
    pub fn report<O, Fut>(
        &self,
        operation: impl FnMut() -> Fut,
    ) -> impl Future<Output = (O, Report)>
    where
        Fut: Future<Output = O>,
        O: Outcome,
        DefaultTimer: RuntimeTimer<O>,
    {
        self.timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
            .report(operation)
    }

    /// See [`Retry::retry_blocking`].
    pub fn retry_blocking<O: Outcome>(&self, operation: impl FnMut() -> O) -> O {
        Retry::new(self).retry_blocking(operation)
    }

    /// See [`Retry::retry_with_blocking`].
    pub fn retry_with_blocking<O: Outcome>(&self, operation: impl FnMut(Attempt) -> O) -> O {
        Retry::new(self).retry_with_blocking(operation)
    }

    /// See [`Retry::report_blocking`].
    pub fn report_blocking<O: Outcome>(&self, operation: impl FnMut() -> O) -> (O, Report) {
        Retry::new(self).report_blocking(operation)
    }
}
