//! `Retries`: what an adapter takes, a policy or a policy with behaviour.

use core::borrow::Borrow;

use crate::call::behaviour::Behaviour;
use crate::call::judge::{Judge, Or};
use crate::call::notify::Notify;
use crate::call::signal::Signal;
use crate::decide::verdict::Classify;
use crate::drive::builder::Retry;
use crate::drive::run::Expressible;
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;
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
pub trait Retries<O: Send>: Sized {
    /// Runs the operation. `default` judges its outcomes where the user chose no classifier.
    fn run<C, Op, Fut>(self, default: C, operation: Op) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send,
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
        C: Classify<O> + Send,
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
        C: Classify<O> + Send,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send;
}

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
        D: Classify<O> + Send,
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
        D: Classify<O> + Send,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
    {
        self.judge(|chosen| Or { chosen, default })
            .retry_once(operation)
    }
}

/// A bare policy, whose default timer is known to be one where somebody uses it.
macro_rules! bare_policy_retries {
    ($policy:ty) => {
        impl<O> Retries<O> for $policy
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
                C: Classify<O> + Send,
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
                C: Classify<O> + Send,
                Op: FnOnce(Attempt) -> Fut + Send,
                Fut: Future<Output = O> + Send,
            {
                Retry::new(self)
                    .classify(default)
                    .timer(<DefaultTimer as RuntimeTimer<O>>::TIMER)
                    .retry_once(operation)
            }
        }
    };
}

bare_policy_retries!(Policy);
bare_policy_retries!(&Policy);
