//! `Retries`: what an adapter takes, a policy or a policy with behaviour.

use core::borrow::Borrow;

use crate::call::behaviour::{Behaviour, Plain};
use crate::call::budgeted::Budgeted;
use crate::call::cooled::Cooled;
use crate::call::guarded::Guarded;
use crate::call::judge::{Judge, Or, Unsaid};
use crate::call::notify::{Notify, Quiet};
use crate::call::signal::{Never, Signal};
use crate::decide::verdict::{Classify, Outcome};
use crate::drive::builder::Retry;
use crate::drive::run::Expressible;
use crate::guard::breaker::CircuitBreaker;
use crate::guard::budget::Budget;
use crate::guard::cooldown::Cooldown;
use crate::guard::rejected::Rejected;
use crate::guard::share::Share;
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;
use crate::story::error::CanSay;
use crate::time::timer::{DefaultTimer, RuntimeTimer, Timer};

/// Runs operations for an adapter that brings a classifier of its own: a [`Policy`], by value or by reference, or a
/// [`Retry`] made of one.
///
/// ```
/// use retry_core::{Policy, Retries};
///
/// /// A library's own call: it knows its errors, its user chooses the policy.
/// async fn ping(retry: impl Retries<Result<u8, u16>>) -> Result<u8, u16> {
///     let busy = |outcome: &Result<u8, u16>| matches!(outcome, Err(503));
///     retry.run(busy, async |attempt| if attempt.number() < 2 { Err(503) } else { Ok(1) }).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let policy = Policy::new().fixed(std::time::Duration::ZERO);
/// assert_eq!(ping(policy).await, Ok(1));
/// assert_eq!(ping(policy.when_err(|status| *status == 429)).await, Err(503));
/// # }
/// ```
pub trait Retries<O: Send>: Sized + Send {
    /// Whether an attempt may run the operation several times at once. Who hands in what cannot be told apart from its last
    /// run keeps it where this is true.
    const HEDGES: bool = false;

    /// Says whether this call may be hedged; without a hedge nothing changes. An adapter that knows which of its operations
    /// may run twice at once asks for no hedge with the others.
    #[must_use]
    fn may_hedge(self, allowed: bool) -> Self {
        let _ = allowed;
        self
    }

    /// Says whom this call is made to, such as a host, for those who keep guards for each: an adapter that knows says so before
    /// it runs the call. Unless somebody keeps such guards nothing changes, and the name is not asked for.
    fn to_peer(self, peer: impl FnOnce() -> String) -> Self::ToPeer;

    /// What runs a call to a peer that is known.
    type ToPeer: Retries<O>;

    /// Runs the operation. `default` judges its outcomes where the user chose no classifier.
    fn run<C, Op, Fut>(self, default: C, operation: Op) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send + Sync,
        Op: FnMut(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
    {
        self.run_tidily(default, operation, |_| core::future::ready(()))
    }

    /// As [`run`](Self::run), and hands each outcome that is followed by another attempt to `tidy`: what that returns
    /// runs while the call waits, and is dropped when the wait is over.
    ///
    /// The outcome that the call gives back is left alone, and so is one that somebody keeps: `history`, and `stop_on` until
    /// the wait is over.
    fn run_tidily<C, Op, Fut, T, Tidy>(
        self,
        default: C,
        operation: Op,
        tidy: T,
    ) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send + Sync,
        Op: FnMut(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
        T: FnMut(O) -> Tidy + Send,
        Tidy: Future<Output = ()> + Send;

    /// Runs what can be attempted once, as a call of one attempt: guards, limits and observers are in force.
    ///
    /// Where the outcome would have been retried, the call ends with
    /// [`StopReason::NotRepeatable`](crate::StopReason::NotRepeatable).
    ///
    /// ```
    /// use retry_core::{Policy, Retries};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let busy = |outcome: &Result<u8, u16>| outcome.is_err();
    /// let sent = Policy::new().run_once(busy, async |attempt| Err(attempt.number() as u16));
    /// assert_eq!(sent.await, Err(1));
    /// # }
    /// ```
    fn run_once<C, Op, Fut>(self, default: C, operation: Op) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send + Sync,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send;

    /// The same under these guards, beside those that the user attached: for an adapter that has guards of its own, such as
    /// one set for each host.
    ///
    /// ```
    /// use retry_core::{Budget, CircuitBreaker, Cooldown, Outcome, Policy, Rejected, Retries, Share};
    /// use std::sync::Arc;
    ///
    /// /// A budget alone: what is `None` guards nothing.
    /// #[derive(Clone)]
    /// struct OfHost(Arc<Budget>);
    /// impl Share<Budget> for OfHost {
    ///     fn guard(&self) -> Option<&Budget> {
    ///         Some(&self.0)
    ///     }
    /// }
    /// impl Share<CircuitBreaker> for OfHost {
    ///     fn guard(&self) -> Option<&CircuitBreaker> {
    ///         None
    ///     }
    /// }
    /// impl Share<Cooldown> for OfHost {
    ///     fn guard(&self) -> Option<&Cooldown> {
    ///         None
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # #[derive(Debug, PartialEq)] struct Failed;
    /// # impl From<Rejected> for Failed { fn from(_: Rejected) -> Self { Self } }
    /// let of_host = OfHost(Arc::new(Budget::new(0.1).reserve(1)));
    /// let policy = Policy::new().fixed(std::time::Duration::ZERO);
    /// let mut attempts = 0;
    /// let failing = |_| {
    ///     attempts += 1;
    ///     std::future::ready(Err::<(), _>(Failed))
    /// };
    /// let guarded = Retries::<Result<(), Failed>>::guarded(policy, of_host);
    /// let outcome = guarded.run(|outcome: &Result<_, _>| outcome.is_err(), failing).await;
    /// assert_eq!((outcome, attempts), (Err(Failed), 2), "the budget paid for one retry");
    /// # }
    /// ```
    fn guarded<G: Guards>(self, guards: G) -> Self::Guarded<G>
    where
        O: CanSay<Rejected> + Outcome;

    /// What runs a call under guards.
    type Guarded<G: Guards>: Retries<O>
    where
        O: CanSay<Rejected> + Outcome;
}

/// A retry under guards of all three kinds.
pub(super) type AllGuarded<P, C, N, B, T, S, G> =
    Retry<P, C, N, Cooled<Guarded<Budgeted<B, G>, G>, G>, T, S>;

/// Guards of all three kinds in one handle; each of them may be missing.
pub trait Guards: Share<Budget> + Share<CircuitBreaker> + Share<Cooldown> + Clone + Send {}

impl<G> Guards for G where G: Share<Budget> + Share<CircuitBreaker> + Share<Cooldown> + Clone + Send {}

impl<O, P, C, N, B, T, S> Retries<O> for Retry<P, C, N, B, T, S>
where
    O: Send + Expressible<B>,
    P: Borrow<Policy> + Send + Sync,
    C: Judge<O> + Send,
    N: Notify<O> + Send,
    B: Behaviour + Send,
    T: Timer + Send + Sync,
    S: Signal<Held<O>: Send> + Send,
{
    fn run_tidily<D, Op, Fut, Y, Tidy>(
        self,
        default: D,
        operation: Op,
        tidy: Y,
    ) -> impl Future<Output = O> + Send
    where
        D: Classify<O> + Send + Sync,
        Op: FnMut(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
        Y: FnMut(O) -> Tidy + Send,
        Tidy: Future<Output = ()> + Send,
    {
        self.judge(|chosen| Or { chosen, default })
            .retry_tidily(operation, tidy)
    }

    fn run_once<D, Op, Fut>(self, default: D, operation: Op) -> impl Future<Output = O> + Send
    where
        D: Classify<O> + Send + Sync,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
    {
        self.judge(|chosen| Or { chosen, default })
            .retry_once(operation)
    }

    type ToPeer = Self;

    fn to_peer(self, _: impl FnOnce() -> String) -> Self {
        self
    }

    type Guarded<G: Guards>
        = AllGuarded<P, C, N, B, T, S, G>
    where
        O: CanSay<Rejected> + Outcome;

    fn guarded<G: Guards>(self, guards: G) -> AllGuarded<P, C, N, B, T, S, G>
    where
        O: CanSay<Rejected> + Outcome,
    {
        self.budget(guards.clone())
            .breaker(guards.clone())
            .cooldown(guards)
    }
}

type TimerFor<O> = <DefaultTimer as RuntimeTimer<O>>::Timer;

/// A bare policy, whose default timer is known to be one where somebody uses it.
macro_rules! bare_policy_retries {
    ($policy:ty $(, $life:lifetime)?) => {
        impl<$($life,)? O> Retries<O> for $policy
        where
            O: Send,
            DefaultTimer: RuntimeTimer<O, Timer: Send + Sync>,
        {
            fn run_tidily<C, Op, Fut, T, Tidy>(
                self,
                default: C,
                operation: Op,
                tidy: T,
            ) -> impl Future<Output = O> + Send
            where
                C: Classify<O> + Send + Sync,
                Op: FnMut(Attempt) -> Fut + Send,
                Fut: Future<Output = O> + Send,
                T: FnMut(O) -> Tidy + Send,
                Tidy: Future<Output = ()> + Send,
            {
                Retry::new(self)
                    .classify(default)
                    .timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
                    .retry_tidily(operation, tidy)
            }

            fn run_once<C, Op, Fut>(
                self,
                default: C,
                operation: Op,
            ) -> impl Future<Output = O> + Send
            where
                C: Classify<O> + Send + Sync,
                Op: FnOnce(Attempt) -> Fut + Send,
                Fut: Future<Output = O> + Send,
            {
                Retry::new(self)
                    .classify(default)
                    .timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
                    .retry_once(operation)
            }

            type ToPeer = Self;

            fn to_peer(self, _: impl FnOnce() -> String) -> Self {
                self
            }

            type Guarded<G: Guards>
                = AllGuarded<$policy, Unsaid, Quiet, Plain, TimerFor<O>, Never, G>
            where
                O: CanSay<Rejected> + Outcome;

            fn guarded<G: Guards>(self, guards: G) -> Self::Guarded<G>
            where
                O: CanSay<Rejected> + Outcome,
            {
                let timer = <DefaultTimer as RuntimeTimer<O>>::TIMER;
                Retries::<O>::guarded(Retry::new(self).timer(timer), guards)
            }
        }
    };
}

bare_policy_retries!(Policy);
bare_policy_retries!(&'p Policy, 'p);
