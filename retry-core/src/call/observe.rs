//! Being told what happens to calls.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, Occurrence, layer_over_inner};
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::story::attempt::Attempt;
use crate::time::timer::Clock;

/// Is told what happens to calls, whatever their outcomes are made of.
///
/// A call is closed exactly once, by [`stopped`](Self::stopped) or by [`abandoned`](Self::abandoned), however its future
/// ends. A call that a breaker refuses at once is stopped with attempt 0, without an attempt started. Nothing of the outcome is shown: an observer cannot leak a payload.
///
/// ```
/// use retry_core::{Attempt, Observer, Policy};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// #[derive(Default)]
/// struct Attempts(AtomicU32);
/// impl Observer for Attempts {
///     fn attempt_started(&self, _: &Attempt) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let attempts = Attempts::default();
/// let policy = Policy::new().fixed(std::time::Duration::ZERO);
/// let outcome = policy.observer(&attempts).retry_blocking(|| Err::<(), _>("no"));
/// assert_eq!((outcome, attempts.0.into_inner()), (Err("no"), 3));
/// ```
pub trait Observer {
    /// An attempt is about to run.
    fn attempt_started(&self, attempt: &Attempt) {
        let _ = attempt;
    }

    /// An attempt has ended and was judged.
    fn attempt_ended(&self, attempt: &Attempt, verdict: Verdict) {
        let _ = (attempt, verdict);
    }

    /// Another attempt will follow this one, after `delay`.
    fn retry_scheduled(&self, attempt: &Attempt, delay: Duration) {
        let _ = (attempt, delay);
    }

    /// The call is over after this attempt, whose number is 0 if a breaker let none begin.
    fn stopped(&self, attempt: &Attempt, reason: StopReason) {
        let _ = (attempt, reason);
    }

    /// The future of the call was dropped before the call was over, or its operation panicked.
    fn abandoned(&self, attempt: &Attempt) {
        let _ = attempt;
    }
}

impl<T: Observer + ?Sized> Observer for &T {
    fn attempt_started(&self, attempt: &Attempt) {
        T::attempt_started(self, attempt);
    }

    fn attempt_ended(&self, attempt: &Attempt, verdict: Verdict) {
        T::attempt_ended(self, attempt, verdict);
    }

    fn retry_scheduled(&self, attempt: &Attempt, delay: Duration) {
        T::retry_scheduled(self, attempt, delay);
    }

    fn stopped(&self, attempt: &Attempt, reason: StopReason) {
        T::stopped(self, attempt, reason);
    }

    fn abandoned(&self, attempt: &Attempt) {
        T::abandoned(self, attempt);
    }
}

impl<T: Observer + ?Sized> Observer for std::sync::Arc<T> {
    fn attempt_started(&self, attempt: &Attempt) {
        T::attempt_started(self, attempt);
    }

    fn attempt_ended(&self, attempt: &Attempt, verdict: Verdict) {
        T::attempt_ended(self, attempt, verdict);
    }

    fn retry_scheduled(&self, attempt: &Attempt, delay: Duration) {
        T::retry_scheduled(self, attempt, delay);
    }

    fn stopped(&self, attempt: &Attempt, reason: StopReason) {
        T::stopped(self, attempt, reason);
    }

    fn abandoned(&self, attempt: &Attempt) {
        T::abandoned(self, attempt);
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
            self.observer.abandoned(attempt);
        }
    }
}

impl<B: Behaviour, V: Observer> Behaviour for Observed<B, V> {
    layer_over_inner!(passes refusals);

    const OBSERVES: bool = true;

    fn observe(&mut self, attempt: &Attempt, occurrence: Occurrence) {
        self.inner.observe(attempt, occurrence);
        let Watcher { observer, open } = &mut self.watcher;
        let told = open.replace(*attempt);
        match occurrence {
            Occurrence::Started => observer.attempt_started(attempt),
            Occurrence::Ended(verdict) => observer.attempt_ended(attempt, verdict),
            Occurrence::Scheduled(delay) => observer.retry_scheduled(attempt, delay),
            Occurrence::Stopped(reason) => {
                *open = None;
                // A call that ends after a wait knows only the delay after its last attempt, not the one before.
                let previous_delay = told.map_or(Duration::ZERO, |told| told.previous_delay);
                let attempt = Attempt {
                    previous_delay,
                    ..*attempt
                };
                observer.stopped(&attempt, reason);
            }
        }
    }
}
