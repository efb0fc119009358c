//! Running operations whose attempts are hedged: the methods of a [`Retry`], with a race in place of each attempt.

use core::borrow::Borrow;
use core::ops::ControlFlow;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::cooling::Cooling as _;
use crate::call::judge::{Judge, Or};
use crate::call::notify::Notify;
use crate::call::signal::{Interruptible, Signal};
use crate::call::stopwatch::{Kept, Stopwatch, Timed};
use crate::decide::stop::StopReason;
use crate::decide::verdict::{Classify, Outcome};
use crate::drive::builder::Retry;
use crate::drive::drive::drive;
use crate::drive::hedge::{Hedge, Hedged};
use crate::drive::race::{Course, race};
use crate::drive::retries::{AllGuarded, Guards, Retries};
use crate::drive::run::{Expressible, Looked};
use crate::drive::told::Told;
use crate::guard::rejected::Rejected;
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;
use crate::story::error::CanSay;
use crate::story::report::{Races, Report};
use crate::time::timer::Timer;
use crate::time::wait::{Beside, Rest, Tidying, Yield};

impl<P, C, N, B, T, S> Hedged<'_, Retry<P, C, N, B, T, S>>
where
    P: Borrow<Policy>,
    B: Behaviour,
    T: Timer,
    S: Signal,
{
    /// See [`Retry::retry`].
    ///
    /// # Panics
    ///
    /// Where that does. The wait for a hedge begins with the first attempt, so that one shows a missing timer.
    pub fn retry<O, Fut>(self, mut operation: impl FnMut() -> Fut) -> impl Future<Output = O>
    where
        Fut: Future<Output = O>,
        C: Judge<O>,
        N: Notify<O>,
        O: Expressible<B>,
    {
        self.drive(
            Timed::<T, Looked<N, B, O>, false>::new,
            move |()| operation(),
            |_| (),
            |_, _, outcome, _| outcome,
        )
    }

    /// See [`Retry::retry_with`]. The legs of one attempt are told apart by [`Attempt::hedge`].
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
        self.drive(
            Timed::<T, Kept, true>::new,
            operation,
            |_| (),
            |_, _, outcome, _| outcome,
        )
    }

    /// See [`Retry::report`].
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
        self.drive(
            Timed::<T, Kept, true>::new,
            move |()| operation(),
            |_| (),
            |call, races, outcome, reason| {
                let report = call.report(reason);
                (outcome, Report { races, ..report })
            },
        )
    }

    fn drive<O, R, W, A, Fut, Left>(
        self,
        watch: impl FnOnce(T) -> W,
        mut operation: impl FnMut(A) -> Fut,
        mut leave: impl FnMut(Option<O>) -> Left,
        finish: impl FnOnce(&Call<B, W>, Races, O, StopReason) -> R,
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
        let Self { retry, hedge } = self;
        let mut races = Races::default();
        drive!(
            retry,
            watch,
            leave,
            |call, outcome, reason| finish(call, races, outcome, reason),
            |call, policy, judge, signal, around, told| {
                let course = Course {
                    call: &mut call,
                    policy: policy.borrow(),
                    judge: &judge,
                    signal: &mut signal,
                    hedge,
                    around,
                    races: &mut races,
                    timed: W::TIMED,
                };
                race(course, told, &mut operation)
            },
            |judged| judged
        )
    }
}

impl<'l, O, P, C, N, B, T, S> Retries<O> for Hedged<'l, Retry<P, C, N, B, T, S>>
where
    O: Send + Expressible<B>,
    P: Borrow<Policy> + Send + Sync,
    C: Judge<O> + Send + Sync,
    N: Notify<O> + Send,
    B: Behaviour + Send,
    T: Timer + Send + Sync,
    S: Signal<Held<O>: Send> + Send,
{
    const HEDGES: bool = true;

    fn may_hedge(self, allowed: bool) -> Self {
        let hedge = if allowed { self.hedge } else { Hedge::NEVER };
        Self { hedge, ..self }
    }

    fn run_tidily<D, Op, Fut, Y, Tidy>(
        self,
        default: D,
        operation: Op,
        mut tidy: Y,
    ) -> impl Future<Output = O> + Send
    where
        D: Classify<O> + Send + Sync,
        Op: FnMut(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
        Y: FnMut(O) -> Tidy + Send,
        Tidy: Future<Output = ()> + Send,
    {
        let Hedged { retry, hedge } = self;
        let retry = retry.judge(|chosen| Or { chosen, default });
        Hedged { retry, hedge }.drive(
            Timed::<T, Kept, true>::new,
            operation,
            move |outcome: Option<O>| Tidying::new(outcome.map(&mut tidy)),
            |_, _, outcome, _| outcome,
        )
    }

    fn run_once<D, Op, Fut>(self, default: D, operation: Op) -> impl Future<Output = O> + Send
    where
        D: Classify<O> + Send + Sync,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
    {
        self.retry.run_once(default, operation)
    }

    type ToPeer = Self;

    fn to_peer(self, _: impl FnOnce() -> String) -> Self {
        self
    }

    type Guarded<G: Guards>
        = Hedged<'l, AllGuarded<P, C, N, B, T, S, G>>
    where
        O: CanSay<Rejected> + Outcome;

    fn guarded<G: Guards>(self, guards: G) -> Self::Guarded<G>
    where
        O: CanSay<Rejected> + Outcome,
    {
        let Self { retry, hedge } = self;
        let retry = Retries::<O>::guarded(retry, guards);
        Hedged { retry, hedge }
    }
}
