//! Being told what happens to calls.

use core::time::Duration;
use std::sync::Arc;

use crate::call::behaviour::{Behaviour, layer};
use crate::call::stopwatch::Kept;
use crate::decide::verdict::Verdict;
use crate::story::attempt::Attempt;
use crate::story::event::Event;
use crate::time::timer::Clock;

/// Is told what happens to calls, whatever their outcomes are made of.
///
/// A call is closed exactly once, by [`Event::Stopped`] or by [`Event::Abandoned`], however its future ends. A call that
/// a guard refuses at once is stopped with attempt 0, without an attempt started. Nothing of the outcome is shown: an
/// observer cannot leak a payload.
///
/// ```
/// use retry_core::{Attempt, Event, Observer, Policy};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// #[derive(Default)]
/// struct Attempts(AtomicU32);
/// impl Observer for Attempts {
///     fn observe(&self, _: &Attempt, event: Event) {
///         if let Event::Started = event {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let attempts = Attempts::default();
/// let policy = Policy::new().fixed(std::time::Duration::ZERO);
/// let outcome = policy.observer(&attempts).retry_blocking(|| Err::<(), _>("no"));
/// assert_eq!((outcome, attempts.0.into_inner()), (Err("no"), 3));
/// ```
pub trait Observer {
    /// Something happened to the call that makes this attempt.
    fn observe(&self, attempt: &Attempt, event: Event);
}

impl<T: Observer + ?Sized> Observer for &T {
    fn observe(&self, attempt: &Attempt, event: Event) {
        T::observe(self, attempt, event);
    }
}

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn observe(&self, attempt: &Attempt, event: Event) {
        T::observe(self, attempt, event);
    }
}

/// `observer`: somebody is told.
#[derive(Clone, Debug)]
pub struct Observed<B, V: Observer> {
    pub(crate) inner: B,
    pub(crate) watcher: Watcher<V>,
}

/// An observer, and the attempt of the call that is still open.
#[derive(Debug)]
pub(crate) struct Watcher<V: Observer> {
    observer: V,
    open: Option<Attempt>,
}

impl<V: Observer> Watcher<V> {
    pub(crate) const fn new(observer: V) -> Self {
        Self {
            observer,
            open: None,
        }
    }
}

/// The same observer for another call.
impl<V: Observer + Clone> Clone for Watcher<V> {
    fn clone(&self) -> Self {
        Self::new(self.observer.clone())
    }
}

impl<V: Observer> Drop for Watcher<V> {
    fn drop(&mut self) {
        if let Some(attempt) = &self.open {
            self.observer.observe(attempt, Event::Abandoned);
        }
    }
}

impl<B: Behaviour, V: Observer> Behaviour for Observed<B, V> {
    layer!(inner refusals permits limit);

    type Ledger = Kept;

    const OBSERVES: bool = true;

    fn observe(&mut self, attempt: &Attempt, event: Event) {
        self.inner.observe(attempt, event);
        let Watcher { observer, open } = &mut self.watcher;
        let told = open.replace(*attempt);
        if let Event::Stopped(_) = event {
            *open = None;
            // A call that ends after a wait knows only the delay after its last attempt, not the one before.
            let previous_delay = told.map_or(Duration::ZERO, |told| told.previous_delay);
            let attempt = Attempt {
                previous_delay,
                ..*attempt
            };
            observer.observe(&attempt, event);
        } else {
            observer.observe(attempt, event);
        }
    }
}
