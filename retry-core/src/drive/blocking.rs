//! The blocking driver: the same loop on this thread.

use core::borrow::Borrow;
use core::ops::ControlFlow;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::judge::Judge;
use crate::call::limit::NoLimit;
use crate::call::notify::Notify;
use crate::call::stopwatch::{Kept, Stopwatch, Timed};
use crate::call::terms::Terms;
use crate::decide::stop::StopReason;
use crate::drive::builder::Retry;
use crate::drive::run::{Looked, reported};
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;
use crate::story::error::CanSay;
use crate::story::report::Report;
use crate::time::timer::Clock;

impl<P, C, N, B, T> Retry<P, C, N, B, T>
where
    P: Borrow<Policy>,
    // A limit could not end an attempt that blocks.
    B: Behaviour<Limit = NoLimit>,
    T: Clock,
{
    /// As [`retry`](Self::retry), on this thread: the operation returns its outcome, and waiting blocks.
    ///
    /// ```
    /// use retry_core::Policy;
    ///
    /// let policy = Policy::new().max_attempts(3).fixed(std::time::Duration::from_millis(1));
    /// let mut calls = 0;
    /// let outcome = policy.retry_blocking(|| {
    ///     calls += 1;
    ///     (calls == 2).then_some("found")
    /// });
    /// assert_eq!((outcome, calls), (Some("found"), 2));
    /// ```
    pub fn retry_blocking<O>(self, mut operation: impl FnMut() -> O) -> O
    where
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let watch = Timed::<T, Looked<N, B, O>, false>::new;
        self.drive_blocking(watch, |_, _| operation(), |_, outcome, _| outcome)
    }

    /// As [`retry_with`](Self::retry_with), on this thread.
    pub fn retry_with_blocking<O>(self, mut operation: impl FnMut(Attempt) -> O) -> O
    where
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive_blocking(
            watch,
            |call, terms| operation(call.attempt(terms)),
            |_, outcome, _| outcome,
        )
    }

    /// As [`report`](Self::report), on this thread.
    pub fn report_blocking<O>(self, mut operation: impl FnMut() -> O) -> (O, Report)
    where
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive_blocking(watch, |_, _| operation(), reported)
    }

    fn drive_blocking<O, R, W>(
        self,
        watch: impl FnOnce(T) -> W,
        mut operation: impl FnMut(&mut Call<B, W>, &Terms<&Policy>) -> O,
        finish: impl FnOnce(&Call<B, W>, O, StopReason) -> R,
    ) -> R
    where
        W: Stopwatch<Timer = T>,
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let Self {
            policy,
            classifier,
            mut notify,
            behaviour,
            timer,
            ..
        } = self;
        let mut call = Call::new(behaviour, watch(timer));
        loop {
            let terms = call.terms(policy.borrow());
            if let Err(refusal) = call.begin(&terms) {
                return finish(&call, O::refused(refusal), StopReason::CircuitOpen);
            }
            let outcome = operation(&mut call, &terms);
            let verdict = classifier.verdict(call.number(), &outcome);
            if classifier.progressed(&outcome) {
                call.progressed();
            }
            match call.decide(&terms, verdict, || false) {
                ControlFlow::Break(reason) => return finish(&call, outcome, reason),
                ControlFlow::Continue(scheduled) => {
                    if N::LISTENS {
                        notify.retrying(&call.event(&terms, &scheduled, &outcome));
                    }
                    notify.discard(outcome, call.delay());
                    call.wait_blocking();
                }
            }
        }
    }
}
