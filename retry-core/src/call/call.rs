//! One call: the state machine together with its stopwatch and its behaviours.
//!
//! Every driver is a loop around a `Call`: the async one, the blocking one, and the one that the attribute writes.

use core::borrow::Borrow;
use core::ops::ControlFlow;
use core::time::Duration;

use crate::call::behaviour::Behaviour;
use crate::call::cooling::Cooling as _;
use crate::call::limit::AttemptLimit;
use crate::call::nesting::{Around, Nesting};
use crate::call::stopwatch::Stopwatch;
use crate::call::terms::{Last, Terms};
use crate::decide::progress::Progress;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::policy::policy::Policy;
use crate::story::attempt::{Attempt, RetryEvent};
use crate::story::event::Event;
use crate::story::report::{Races, Report};
use crate::story::telemetry;
use crate::time::timer::{Clock, Timer};
use crate::time::wait::{Wait, Yield};

/// One call.
#[derive(Debug)]
pub struct Call<B, W> {
    pub(crate) progress: Progress,
    pub(crate) watch: W,
    pub(crate) behaviour: B,
    pub(crate) nesting: Nesting,
}

/// An attempt that is over, and what follows it.
pub(crate) struct Scheduled {
    elapsed: Duration,
    /// As it was before this attempt ended.
    before: Progress,
}

impl<B, W> Call<B, W> {
    pub(crate) const fn new(behaviour: B, watch: W) -> Self {
        Self {
            progress: Progress::new(0, 0),
            watch,
            behaviour,
            nesting: Nesting::NONE,
        }
    }

    /// Attempts that have ended.
    pub(crate) const fn attempts(&self) -> u32 {
        self.progress.attempts()
    }
}

impl<B: Behaviour, W: Stopwatch> Call<B, W> {
    /// Called before each attempt.
    ///
    /// # Errors
    ///
    /// The refusal of a guard.
    pub fn begin<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) -> Result<(), B::Refusal> {
        let first = self.attempts() == 0;
        // A call that a cooldown may hold has been opened when that was asked.
        if !B::Cooling::COOLS {
            self.open(terms);
        }
        if let Err(refusal) = self.behaviour.begin(first, self.watch.timer()) {
            self.close(terms, refusal.into().stop_reason());
            return Err(refusal);
        }
        if B::OBSERVES {
            let attempt = self.attempt(terms);
            self.behaviour.observe(&attempt, Event::Started);
        }
        Ok(())
    }

    /// The call begins, or its wait is over.
    pub(crate) fn open<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) {
        if self.attempts() == 0 {
            let limited = terms.policy.borrow().limit().is_some();
            self.watch.start(limited || B::OBSERVES || B::Limit::LIMITS);
            if !B::NESTS {
                self.nesting = Nesting::look();
            }
        } else {
            self.watch.waited(self.progress.previous_delay());
        }
    }

    /// The call ends although no attempt has just ended.
    pub(crate) fn close<P: Borrow<Policy>>(&mut self, terms: &Terms<P>, reason: StopReason) {
        if B::OBSERVES {
            let (elapsed, before) = (self.watch.elapsed(), self.progress);
            // The attempt that would have followed is none.
            let attempt = self.describe(terms, self.attempts(), elapsed, before);
            self.behaviour.observe(&attempt, Event::Stopped(reason));
        }
        telemetry::ended(terms.name, self.attempts(), reason);
    }

    /// The terms under this policy, by the name that a layer gave.
    pub(crate) fn terms<'p>(&self, policy: &'p Policy) -> Terms<&'p Policy> {
        Terms::new(self.behaviour.name(), policy)
    }

    /// The number of the attempt that is about to run, running, or about to be judged.
    pub(crate) const fn number(&self) -> u32 {
        self.attempts().saturating_add(1)
    }

    /// The delay that was decided last.
    pub(crate) fn delay(&self) -> Duration {
        self.progress.previous_delay()
    }

    /// The attempt that is about to run, or running.
    pub fn attempt<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) -> Attempt {
        let number = self.number();
        let (elapsed, before) = (self.watch.elapsed(), self.progress);
        self.describe(terms, number, elapsed, before)
    }

    /// What `max_elapsed` leaves for the attempt that is about to run.
    pub(crate) fn time_left(&self, policy: &Policy) -> Option<Duration> {
        Some(policy.limit()?.saturating_sub(self.watch.elapsed()))
    }

    /// The attempt has produced `outcome`, which was judged: stop with it, or drop it and wait.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn after<P: Borrow<Policy>, O>(
        &mut self,
        terms: &Terms<P>,
        verdict: Verdict,
        outcome: O,
    ) -> ControlFlow<Last<O>> {
        match self.decide(terms, verdict, || false) {
            ControlFlow::Break(reason) => ControlFlow::Break(Last { outcome, reason }),
            ControlFlow::Continue(_) => ControlFlow::Continue(()),
        }
    }

    /// As [`after`](Self::after), and tells of the retry while the outcome is still there.
    pub fn after_notifying<P: Borrow<Policy>, O>(
        &mut self,
        terms: &Terms<P>,
        verdict: Verdict,
        outcome: O,
        mut notify: impl FnMut(&RetryEvent<'_, O>),
    ) -> ControlFlow<Last<O>> {
        match self.decide(terms, verdict, || false) {
            ControlFlow::Break(reason) => ControlFlow::Break(Last { outcome, reason }),
            ControlFlow::Continue(scheduled) => {
                notify(&self.event(terms, &scheduled, &outcome));
                ControlFlow::Continue(())
            }
        }
    }

    /// The attempt came further than those before, which are forgotten: it counts as the first.
    pub(crate) fn progressed(&mut self) {
        self.progress = Progress::new(0, 0);
    }

    /// The whole decision, while the outcome is in hand: `Continue` means that the wait follows.
    ///
    /// `stopping`: whether the caller's signal has fired, asked only where another attempt would follow.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn decide<P: Borrow<Policy>>(
        &mut self,
        terms: &Terms<P>,
        verdict: Verdict,
        stopping: impl FnOnce() -> bool,
    ) -> ControlFlow<StopReason, Scheduled> {
        let policy = terms.policy.borrow();
        let elapsed = self.watch.elapsed();
        let before = self.progress;
        let open_for = self.behaviour.ended(verdict, self.watch.timer());
        let flow = self.next(policy, verdict, open_for, elapsed, stopping);
        let event = match flow {
            ControlFlow::Break(reason) => {
                if reason == StopReason::Nested {
                    self.nesting.tell(terms.name);
                }
                telemetry::ended(terms.name, self.attempts(), reason);
                Event::Stopped(reason)
            }
            ControlFlow::Continue(delay) => {
                telemetry::retry_scheduled(terms.name, self.attempts(), delay);
                Event::Scheduled(delay)
            }
        };
        if B::OBSERVES {
            let attempt = self.describe(terms, self.attempts(), elapsed, before);
            self.behaviour.observe(&attempt, Event::Ended(verdict));
            self.behaviour.observe(&attempt, event);
        }
        flow?;
        ControlFlow::Continue(Scheduled { elapsed, before })
    }

    /// The story so far, which ends for this reason.
    pub(crate) fn report(&self, stop_reason: StopReason) -> Report {
        Report {
            attempts: self.attempts(),
            elapsed: self.watch.elapsed(),
            waited: self.watch.total_waited(),
            stop_reason,
            races: Races::default(),
        }
    }

    /// The deadline of an attempt that begins now.
    pub(crate) fn deadline(
        &self,
        policy: &Policy,
    ) -> <B::Limit as AttemptLimit>::Deadline<impl Future<Output = ()> + Send>
    where
        W::Timer: Timer,
    {
        let left = if B::Limit::LIMITS {
            self.time_left(policy)
        } else {
            None
        };
        let sleep = |limit| self.watch.timer().sleep(limit);
        self.behaviour.limit().deadline(left, sleep)
    }

    /// The wait was cut short by the caller's signal.
    pub(crate) fn interrupted<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) -> StopReason {
        self.close(terms, StopReason::Stopped);
        StopReason::Stopped
    }

    pub(crate) fn event<'a, P: Borrow<Policy>, O>(
        &mut self,
        terms: &Terms<P>,
        scheduled: &Scheduled,
        outcome: &'a O,
    ) -> RetryEvent<'a, O> {
        let Scheduled { elapsed, before } = *scheduled;
        let attempt = self.describe(terms, self.attempts(), elapsed, before);
        RetryEvent {
            attempt,
            delay: self.delay(),
            outcome,
        }
    }

    /// Whether there can be more than one attempt, as far as the policy allows.
    pub(crate) fn repeats(&self) -> bool {
        B::REPEATS && !self.nesting.is_inside()
    }

    /// What the calls inside the attempt that is about to run find around them.
    pub(crate) fn around<P: Borrow<Policy>>(&self, terms: &Terms<P>) -> Around {
        let repeats = self.repeats() && !terms.policy.borrow().is_last(1);
        Around::of(terms.name, repeats)
    }

    fn describe<P: Borrow<Policy>>(
        &mut self,
        terms: &Terms<P>,
        number: u32,
        elapsed: Duration,
        before: Progress,
    ) -> Attempt {
        Attempt {
            number,
            hedge: 0,
            is_last: !self.repeats() || terms.policy.borrow().is_last(number),
            elapsed,
            previous_delay: before.previous_delay(),
            call: self.watch.id(),
        }
    }

    /// The wait before the next attempt.
    ///
    /// The delay is read from here rather than handed through the loop, whose future would store it once more.
    pub fn wait(&self) -> impl Future<Output = ()> + Send
    where
        W::Timer: Timer,
    {
        match self.delay() {
            Duration::ZERO => Wait::Yield {
                turn: Yield::default(),
            },
            _ => Wait::Sleep {
                sleep: self.sleep(),
            },
        }
    }

    /// The same, where it is no zero delay.
    pub(crate) fn sleep(&self) -> impl Future<Output = ()> + Send
    where
        W::Timer: Timer,
    {
        self.watch.timer().sleep(self.delay())
    }

    /// The wait before the next attempt, on this thread.
    pub fn wait_blocking(&self) {
        match self.delay() {
            Duration::ZERO => std::thread::yield_now(),
            delay => self.watch.timer().pause(delay),
        }
    }
}
