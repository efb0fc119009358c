//! Behaviour attached to a policy, before the operation is known.

use core::time::Duration;

use crate::call::behaviour::Plain;
use crate::call::judge::{ByAttempt, ByRef, OnError, Said, Unsaid};
use crate::call::layers::{Limited, Named, Nested, Seeded, WaitWith};
use crate::call::notify::{History, OnRetry, OnRetryErr, Quiet};
use crate::call::observe::{Observed, Observer, Watcher};
use crate::call::signal::{Never, StopOn};
use crate::decide::verdict::Verdict;
use crate::policy::policy::Policy;
use crate::story::attempt::RetryEvent;
use crate::time::timer::DefaultTimer;

/// A policy together with behaviour: what counts as a failure, who is told, what bounds the call.
///
/// It owns its policy, so it can be kept in a field, returned and spawned; it is cloned for each call. Where many calls are
/// under way at once, [`Policy::shared`] keeps the policy out of their futures.
///
/// Made by the methods of [`Policy`] and finished by `retry`, `report` and their kin. The order of the setters does not
/// matter. Naming one twice replaces it, except for `on_retry`, `observer`, `budget`, `breaker` and `cooldown`,
/// of which all count.
///
/// ```
/// use retry_core::{Policy, Verdict};
///
/// let policy = Policy::new().fixed(std::time::Duration::ZERO);
/// let mut told = 0;
/// let outcome = policy
///     .when(|status: &u16| *status == 503)
///     .on_retry(|event| told = event.attempt().number())
///     .retry_blocking(|| 503);
/// assert_eq!((outcome, told), (503, 2));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing happens until an operation is given to `retry` or one of its kin"]
pub struct Retry<P = Policy, C = Unsaid, N = Quiet, B = Plain, T = DefaultTimer, S = Never> {
    pub(crate) policy: P,
    pub(crate) classifier: C,
    pub(crate) notify: N,
    pub(crate) behaviour: B,
    pub(crate) timer: T,
    pub(crate) signal: S,
}

/// `Retry { slot: value, ..self }`, which the language has only where no type changes.
macro_rules! update {
    ($self:ident, $slot:ident: $value:expr; $($kept:ident)*) => {
        Retry { $slot: $value, $($kept: $self.$kept),* }
    };
}

impl<P> Retry<P> {
    pub(crate) const fn new(policy: P) -> Self {
        Self {
            policy,
            classifier: Unsaid,
            notify: Quiet,
            behaviour: Plain,
            timer: DefaultTimer,
            signal: Never,
        }
    }
}

impl<P, C, N, B, T, S> Retry<P, C, N, B, T, S> {
    /// Tells which outcomes are retried, by a function from the whole outcome to a `bool` or a [`Verdict`].
    ///
    /// `true` is [`Verdict::Retry`], `false` is [`Verdict::Done`]. A classifier that is no function, such as a `dyn Classify`,
    /// goes to [`classify`](Self::classify).
    pub fn when<O, V, F>(self, when: F) -> Retry<P, Said<F>, N, B, T, S>
    where
        F: Fn(&O) -> V,
        V: Into<Verdict>,
    {
        self.classify(when)
    }

    /// Tells which errors of a `Result` are retried: `true` is [`Verdict::Retry`], `false` is [`Verdict::Permanent`].
    pub fn when_err<E, V, F>(self, when: F) -> Retry<P, OnError<F>, N, B, T, S>
    where
        F: Fn(&E) -> V,
        V: Into<Verdict>,
    {
        self.judge(|_| OnError(when))
    }

    /// Tells which outcomes are retried, by the number of the attempt that ended and the outcome.
    ///
    /// For rules such as "once on 401, after the token was refreshed":
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// let policy = Policy::new().fixed(std::time::Duration::ZERO);
    /// let retry = policy.when_attempt(|attempt, code: &u16| *code >= 500 || *code == 401 && attempt == 1);
    ///
    /// let mut refreshed = [401, 200].into_iter();
    /// assert_eq!(retry.retry_blocking(|| refreshed.next().unwrap_or(500)), 200);
    /// let mut refused = [401, 401, 200].into_iter();
    /// assert_eq!(retry.retry_blocking(|| refused.next().unwrap_or(500)), 401);
    /// ```
    pub fn when_attempt<O, V, F>(self, when: F) -> Retry<P, ByAttempt<F>, N, B, T, S>
    where
        F: Fn(u32, &O) -> V,
        V: Into<Verdict>,
    {
        self.judge(|_| ByAttempt(when))
    }

    /// Tells which outcomes are retried, by any classifier: a value that implements
    /// [`Classify`](crate::Classify) for one type of outcome or for several.
    pub fn classify<C2>(self, classifier: C2) -> Retry<P, Said<C2>, N, B, T, S> {
        self.judge(|_| Said(classifier))
    }

    /// Calls a function when a retry is certain, with the attempt that ended, the delay that follows and the outcome.
    pub fn on_retry<O, F>(self, notify: F) -> Retry<P, C, OnRetry<N, F>, B, T, S>
    where
        F: FnMut(&RetryEvent<'_, O>),
    {
        self.notify(|inner| OnRetry { inner, notify })
    }

    /// As [`on_retry`](Self::on_retry), with the error of a `Result` and the delay that follows.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// let mut told = Vec::new();
    /// let policy = Policy::new().fixed(std::time::Duration::from_millis(1));
    /// let outcome = policy
    ///     .on_retry_err(|error: &&str, delay| told.push(format!("{error}, again in {delay:?}")))
    ///     .retry_blocking(|| Err::<(), _>("busy"));
    /// assert_eq!((outcome, told.len()), (Err("busy"), 2));
    /// assert_eq!(told[0], "busy, again in 1ms");
    /// ```
    pub fn on_retry_err<E, F>(self, notify: F) -> Retry<P, C, OnRetryErr<N, F>, B, T, S>
    where
        F: FnMut(&E, Duration),
    {
        self.notify(|inner| OnRetryErr { inner, notify })
    }

    /// Keeps every failed outcome that was retried, with the delay that followed it. The last outcome is not among
    /// them: it is given back.
    ///
    /// This costs memory for as long as `past` lives; nothing is kept without it.
    ///
    /// ```
    /// use retry_core::Policy;
    /// use std::time::Duration;
    ///
    /// let mut past = Vec::new();
    /// let mut codes = [503, 502, 200].into_iter();
    /// let policy = Policy::new().fixed(Duration::from_millis(1));
    /// let last = policy
    ///     .when(|code: &u16| *code >= 500)
    ///     .history(&mut past)
    ///     .retry_blocking(|| codes.next().unwrap_or(500));
    /// assert_eq!(last, 200);
    /// assert_eq!(past, [(503, Duration::from_millis(1)), (502, Duration::from_millis(1))]);
    /// ```
    pub fn history<O>(
        self,
        past: &mut Vec<(O, Duration)>,
    ) -> Retry<P, C, History<'_, N, O>, B, T, S> {
        self.notify(|inner| History { inner, past })
    }

    /// Replaces the policy's backoff by a rule of the user's own: the base delay after attempt n.
    ///
    /// The jitter of the policy still applies, and its `max_delay` if one was set.
    pub fn wait_with<F>(self, rule: F) -> Retry<P, C, N, WaitWith<B, F>, T, S>
    where
        F: Fn(u32) -> Duration,
    {
        self.layer(|inner| WaitWith { inner, rule })
    }

    /// Makes the delays repeatable.
    pub fn seed(self, seed: u64) -> Retry<P, C, N, Seeded<B>, T, S> {
        self.layer(|inner| Seeded { inner, seed })
    }

    /// Retries although the call is made inside an attempt of another call that retries.
    ///
    /// Layers that each retry multiply: four attempts in each of three are 64. With the feature `nested`, a call inside an
    /// attempt of another one therefore makes one attempt, and leaves the rest to the outer one, unless this is said.
    /// Without the feature every call retries, and this changes nothing. A task that the attempt drives itself, as by a
    /// `block_on` of its own, counts as inside; one that it spawns does not.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// let policy = Policy::new().max_attempts(4).fixed(std::time::Duration::ZERO);
    /// let mut calls = 0;
    /// policy.retry_blocking(|| {
    ///     policy.nested().retry_blocking(|| {
    ///         calls += 1;
    ///         Err::<(), _>("busy")
    ///     })
    /// });
    /// assert_eq!(calls, 16);
    /// ```
    pub fn nested(self) -> Retry<P, C, N, Nested<B>, T, S> {
        self.layer(|inner| Nested { inner })
    }

    /// What the operation is called where somebody reads about it: events, metrics.
    pub fn name(self, name: &'static str) -> Retry<P, C, N, Named<B>, T, S> {
        self.layer(|inner| Named { inner, name })
    }

    /// Tells an observer of everything that happens to the call. It makes the call read the clock.
    pub fn observer<V: Observer>(self, observer: V) -> Retry<P, C, N, Observed<B, V>, T, S> {
        self.layer(|inner| Observed {
            inner,
            watcher: Watcher::new(observer),
        })
    }

    /// Reads time from, and waits with, this timer.
    pub fn timer<T2>(self, timer: T2) -> Retry<P, C, N, B, T2, S> {
        update!(self, timer: timer; policy classifier notify behaviour signal)
    }

    /// Ends an attempt after this time, or after what `max_elapsed` leaves if that is less.
    ///
    /// The outcome says so by `E: From<TimedOut>`, and is judged like any other: what was cut off may have been done,
    /// so a classifier of calls that must not run twice does not repeat it. Only the async drivers can end an attempt.
    pub fn attempt_timeout(self, limit: Duration) -> Retry<P, C, N, Limited<B>, T, S> {
        self.layer(|inner| Limited { inner, limit })
    }

    /// Stops waiting when this future completes, and gives the last outcome back. A running attempt is not cancelled.
    ///
    /// The outcome is alive while the call waits, so the call's future is `Send` only if the outcome is. A wait that is
    /// cut short was announced by `on_retry` all the same.
    ///
    /// ```
    /// use retry_core::{Policy, StopReason};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let policy = Policy::new().fixed(std::time::Duration::from_secs(3600));
    /// let shutdown = std::future::ready(());
    /// let (outcome, report) = policy.stop_on(shutdown).report(async || Err::<(), _>("busy")).await;
    /// assert_eq!((outcome, report.stop_reason()), (Err("busy"), StopReason::Stopped));
    /// # }
    /// ```
    pub fn stop_on<F: Future>(self, signal: F) -> Retry<P, C, N, B, T, StopOn<F>> {
        update!(self, signal: StopOn::new(signal); policy classifier notify behaviour timer)
    }

    /// The same retry for one call, with the classifier by reference: where that cannot be cloned, as a box cannot.
    ///
    /// ```
    /// use retry_core::layers::Said;
    /// use retry_core::{Classify, Policy, Retry};
    ///
    /// struct Client {
    ///     retry: Retry<Policy, Said<Box<dyn Classify<u16> + Send + Sync>>>,
    /// }
    ///
    /// impl Client {
    ///     fn get(&self) -> u16 {
    ///         self.retry.by_ref().retry_blocking(|| 404)
    ///     }
    /// }
    ///
    /// let client = Client { retry: Policy::new().classify(Box::new(|code: &u16| *code == 503)) };
    /// assert_eq!(client.get(), 404);
    /// ```
    pub fn by_ref(&self) -> Retry<P, ByRef<'_, C>, N, B, T, S>
    where
        P: Clone,
        N: Clone,
        B: Clone,
        T: Clone,
        S: Clone,
    {
        Retry {
            policy: self.policy.clone(),
            classifier: ByRef(&self.classifier),
            notify: self.notify.clone(),
            behaviour: self.behaviour.clone(),
            timer: self.timer.clone(),
            signal: self.signal.clone(),
        }
    }

    pub(crate) fn judge<C2>(self, over: impl FnOnce(C) -> C2) -> Retry<P, C2, N, B, T, S> {
        update!(self, classifier: over(self.classifier); policy notify behaviour timer signal)
    }

    fn notify<N2>(self, over: impl FnOnce(N) -> N2) -> Retry<P, C, N2, B, T, S> {
        update!(self, notify: over(self.notify); policy classifier behaviour timer signal)
    }

    pub(crate) fn layer<B2>(self, over: impl FnOnce(B) -> B2) -> Retry<P, C, N, B2, T, S> {
        update!(self, behaviour: over(self.behaviour); policy classifier notify timer signal)
    }
}
