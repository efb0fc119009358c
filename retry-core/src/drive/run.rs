//! The async driver: a thin loop that attempts, asks the [`Call`] what follows, and waits.

use core::borrow::Borrow;
use core::ops::ControlFlow;

use crate::call::behaviour::{Behaviour, Expired};
use crate::call::call::Call;
use crate::call::cooling::Cooling as _;
use crate::call::judge::Judge;
use crate::call::layers::Once;
use crate::call::limit::Attempting;
use crate::call::notify::Notify;
use crate::call::signal::{Interruptible, Signal};
use crate::call::stopwatch::{Kept, Ledger, Stopwatch, Timed};
use crate::decide::stop::StopReason;
use crate::drive::builder::Retry;
use crate::drive::drive::drive;
use crate::drive::told::Told;
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;
use crate::story::error::CanSay;
use crate::story::report::Report;
use crate::time::timer::Timer;
use crate::time::wait::{Beside, Rest, Tidying, Yield};

impl<P, C, N, B, T, S> Retry<P, C, N, B, T, S>
where
    P: Borrow<Policy>,
    B: Behaviour,
    T: Timer,
    S: Signal,
{
    /// Runs the operation until an outcome stands, and gives that outcome back unchanged.
    ///
    /// Nothing happens before the future is first polled, and the operation is never called before its delay has
    /// passed. Dropping the future ends the call wherever it is.
    ///
    /// An `FnMut() -> Fut` cannot lend a `&mut` capture to its future; where the operation needs one, annotate a
    /// function with `#[retry]`, which can.
    ///
    /// # Panics
    ///
    /// With the feature `tokio` and without `smol`, a wait outside a tokio runtime panics, and so does one in a runtime
    /// that was built without `enable_time` (or `enable_all`): at the first retry, not at the call, so that a call whose
    /// first attempt succeeds does not show it. With [`attempt_timeout`](Self::attempt_timeout) the first attempt does.
    /// Name a [`timer`](Self::timer) for any other runtime.
    ///
    /// # Example
    ///
    /// ```
    /// use retry_core::Policy;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// const POLICY: Policy = Policy::new().fixed(Duration::from_millis(1));
    /// let mut calls = 0;
    /// let outcome = POLICY
    ///     .retry(|| {
    ///         calls += 1;
    ///         let calls = calls;
    ///         async move { if calls < 3 { Err("busy") } else { Ok(calls) } }
    ///     })
    ///     .await;
    /// assert_eq!(outcome, Ok(3));
    /// # }
    /// ```
    pub fn retry<O, Fut>(
        self,
        mut operation: impl FnMut() -> Fut, // cannot lend what it captured, a function under `#[retry]` can
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        let watch = Timed::<T, Looked<N, B, O>, false>::new;
        self.drive(
            watch,
            move |()| operation(),
            |_| (),
            |_, outcome, _| outcome,
        )
    }

    /// As [`retry`](Self::retry), and hands the [`Attempt`] to the operation.
    pub fn retry_with<O, Fut>(
        self,
        operation: impl FnMut(Attempt) -> Fut,
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive(watch, operation, |_| (), |_, outcome, _| outcome)
    }

    /// As [`retry_with`](Self::retry_with), and hands each outcome that is followed by another attempt to `tidy`, which
    /// is run while the call waits, and no longer.
    pub(crate) fn retry_tidily<O, Fut, Tidy>(
        self,
        operation: impl FnMut(Attempt) -> Fut,
        mut tidy: impl FnMut(O) -> Tidy,
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        Tidy: Future<Output = ()>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive(
            watch,
            operation,
            move |outcome| Tidying::new(outcome.map(&mut tidy)),
            |_, outcome, _| outcome,
        )
    }

    /// As [`retry_with`](Self::retry_with), for what can be attempted once.
    pub(crate) fn retry_once<O, Fut>(
        self,
        operation: impl FnOnce(Attempt) -> Fut,
    ) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        let mut operation = Some(operation);
        self.layer(|inner| Once { inner })
            .retry_with(move |attempt| match operation.take() {
                Some(operation) => operation(attempt),
                None => unreachable!("another attempt of what stops after the first"),
            })
    }

    /// As [`retry`](Self::retry), and tells the story of the call, of a successful one too.
    ///
    /// ```
    /// use retry_core::{Policy, StopReason};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let (outcome, report) = Policy::new().report(async || Ok::<_, ()>(7)).await;
    /// assert_eq!(outcome, Ok(7));
    /// assert_eq!((report.attempts(), report.stop_reason()), (1, StopReason::Done));
    /// # }
    /// ```
    pub fn report<O, Fut>(
        self,
        mut operation: impl FnMut() -> Fut,
    ) -> impl Future<Output = (O, Report)>
    where
        Fut: Future<Output = O>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive(watch, move |()| operation(), |_| (), reported)
    }

    fn drive<O, R, W, A, Fut, Left>(
        self,
        watch: impl FnOnce(T) -> W,
        mut operation: impl FnMut(A) -> Fut,
        mut leave: impl FnMut(Option<O>) -> Left,
        finish: impl FnOnce(&Call<B, W>, O, StopReason) -> R,
    ) -> impl Future<Output = R>
    where
        A: Told,
        Fut: Future<Output = O>,
        Left: Rest,
        W: Stopwatch<Timer = T>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        drive!(
            self,
            watch,
            leave,
            finish,
            |call, policy, judge, signal, around, told| {
                Attempting::new(
                    around.start(|| operation(told)),
                    call.deadline(policy.borrow()),
                )
            },
            |ended| {
                let outcome = ended.unwrap_or_else(O::refused);
                let verdict = judge.verdict(call.number(), &outcome);
                (outcome, verdict)
            }
        )
    }
}

/// The outcome, and the story of its call.
pub(super) fn reported<O, B: Behaviour, W: Stopwatch>(
    call: &Call<B, W>,
    outcome: O,
    stop_reason: StopReason,
) -> (O, Report) {
    (outcome, call.report(stop_reason))
}

/// What is written down of a call for its listeners and its observers.
pub(crate) type Looked<N, B, O> =
    <<N as Notify<O>>::Ledger as Ledger>::Or<<B as Behaviour>::Ledger>;

/// An outcome that can say what the layers of a call may have to say in place of one.
pub trait Expressible<B: Behaviour>: CanSay<B::Refusal> + CanSay<Expired<B>> {}

impl<O: CanSay<B::Refusal> + CanSay<Expired<B>>, B: Behaviour> Expressible<B> for O {}
