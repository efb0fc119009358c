//! The blocking driver: the same loop on this thread.

use core::borrow::Borrow;
use core::ops::ControlFlow;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::hold::Cooling as _;
use crate::call::judge::Judge;
use crate::call::limit::NoLimit;
use crate::call::notify::Notify;
use crate::call::stopwatch::{Kept, Stopwatch, Timed};
use crate::decide::stop::StopReason;
use crate::drive::builder::Retry;
use crate::drive::run::{Looked, reported};
use crate::drive::told::Told;
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
        self.drive_blocking(watch, |()| operation(), |_, outcome, _| outcome)
    }

    /// As [`retry_with`](Self::retry_with), on this thread.
    pub fn retry_with_blocking<O>(self, operation: impl FnMut(Attempt) -> O) -> O
    where
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive_blocking(watch, operation, |_, outcome, _| outcome)
    }

    /// As [`report`](Self::report), on this thread.
    pub fn report_blocking<O>(self, mut operation: impl FnMut() -> O) -> (O, Report)
    where
        C: Judge<O>,
        N: Notify<O>,
        O: CanSay<B::Refusal>,
    {
        let watch = Timed::<T, Kept, true>::new;
        self.drive_blocking(watch, |()| operation(), reported)
    }

    fn drive_blocking<O, R, W, A>(
        self,
        watch: impl FnOnce(T) -> W,
        mut operation: impl FnMut(A) -> O,
        finish: impl FnOnce(&Call<B, W>, O, StopReason) -> R,
    ) -> R
    where
        W: Stopwatch<Timer = T>,
        A: Told,
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
            let begins = if B::Cooling::COOLS {
                call.hold_blocking(&terms)
            } else {
                Ok(())
            };
            if let Err(refusal) = begins.and_then(|()| call.begin(&terms)) {
                let reason = refusal.into().stop_reason();
                return finish(&call, O::refused(refusal), reason);
            }
            let told = A::of(&mut call, &terms);
            let outcome = call.around(&terms).within(|| operation(told));
            let verdict = classifier.verdict(call.number(), &outcome);
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
