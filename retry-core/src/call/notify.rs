//! Hooks that see the outcome of an attempt which will be retried.

use core::time::Duration;

use crate::call::stopwatch::{Kept, Ledger};
use crate::story::attempt::RetryEvent;

/// Sees a failed outcome before it is dropped.
pub trait Notify<O> {
    /// Whether anybody looks.
    const LISTENS: bool;

    /// What is written down for those who look.
    type Ledger: Ledger;

    /// Another attempt will follow.
    fn retrying(&mut self, event: &RetryEvent<'_, O>);

    /// The outcome is no longer needed, and given back unless it is kept; `delay` follows.
    fn discard(&mut self, outcome: O, delay: Duration) -> Option<O>;
}

/// Nobody looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl<O> Notify<O> for Quiet {
    const LISTENS: bool = false;

    type Ledger = ();

    fn retrying(&mut self, _: &RetryEvent<'_, O>) {}

    fn discard(&mut self, outcome: O, _: Duration) -> Option<O> {
        Some(outcome)
    }
}

/// `on_retry`: a function is called.
#[derive(Clone, Copy, Debug)]
pub struct OnRetry<N, F> {
    pub(crate) inner: N,
    pub(crate) notify: F,
}

impl<O, N, F> Notify<O> for OnRetry<N, F>
where
    N: Notify<O>,
    F: FnMut(&RetryEvent<'_, O>),
{
    const LISTENS: bool = true;

    type Ledger = Kept;

    fn retrying(&mut self, event: &RetryEvent<'_, O>) {
        self.inner.retrying(event);
        (self.notify)(event);
    }

    fn discard(&mut self, outcome: O, delay: Duration) -> Option<O> {
        self.inner.discard(outcome, delay)
    }
}

/// `on_retry_err`: a function is called with the error.
#[derive(Clone, Copy, Debug)]
pub struct OnRetryErr<N, F> {
    pub(crate) inner: N,
    pub(crate) notify: F,
}

impl<T, E, N, F> Notify<Result<T, E>> for OnRetryErr<N, F>
where
    N: Notify<Result<T, E>>,
    F: FnMut(&E, Duration),
{
    const LISTENS: bool = true;

    type Ledger = N::Ledger;

    fn retrying(&mut self, event: &RetryEvent<'_, Result<T, E>>) {
        self.inner.retrying(event);
        if let Err(error) = event.outcome() {
            (self.notify)(error, event.delay());
        }
    }

    fn discard(&mut self, outcome: Result<T, E>, delay: Duration) -> Option<Result<T, E>> {
        self.inner.discard(outcome, delay)
    }
}

/// `history`: failed outcomes are kept, each with the delay that followed it.
#[derive(Debug)]
pub struct History<'h, N, O> {
    pub(crate) inner: N,
    pub(crate) past: &'h mut Vec<(O, Duration)>,
}

impl<O, N: Notify<O>> Notify<O> for History<'_, N, O> {
    const LISTENS: bool = N::LISTENS;

    type Ledger = N::Ledger;

    fn retrying(&mut self, event: &RetryEvent<'_, O>) {
        self.inner.retrying(event);
    }

    fn discard(&mut self, outcome: O, delay: Duration) -> Option<O> {
        self.past.push((outcome, delay));
        None
    }
}
