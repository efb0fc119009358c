//! One attempt as a race of its legs: the machine of `decide::race` with futures, permits and a clock.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use core::time::Duration;

use crate::call::behaviour::{Behaviour, Expired};
use crate::call::bounds::pause;
use crate::call::call::Call;
use crate::call::judge::Judge;
use crate::call::limit::{AttemptLimit as _, Attempting};
use crate::call::nesting::Around;
use crate::call::signal::Signal;
use crate::call::stopwatch::Stopwatch;
use crate::decide::full::spread_hint;
use crate::decide::race::{Race, RaceStep};
use crate::decide::verdict::Verdict;
use crate::drive::hedge::Hedge;
use crate::drive::lapse::Lapse;
use crate::drive::permits::Permits;
use crate::drive::told::Told;
use crate::policy::nanos;
use crate::policy::policy::Policy;
use crate::policy::random::{Draws, Random};
use crate::story::error::CanSay;
use crate::story::event::Event;
use crate::story::report::Races;
use crate::time::timer::Timer;

/// What a race needs of its call.
pub(super) struct Course<'c, 'l, B, W, C, S> {
    pub(super) call: &'c mut Call<B, W>,
    pub(super) policy: &'c Policy,
    pub(super) judge: &'c C,
    pub(super) signal: &'c mut S,
    pub(super) hedge: Hedge<'l>,
    pub(super) around: Around,
    pub(super) races: &'c mut Races,
    /// Whether somebody is told how long legs ran.
    pub(super) timed: bool,
}

/// The end of a leg.
struct Ended<O> {
    outcome: O,
    verdict: Verdict,
    /// When it was heard, since the race began.
    heard: Duration,
    /// How long the leg ran.
    ran: Duration,
}

/// Runs the attempt that has begun, and its hedges.
///
/// Legs are polled in the order in which they started, so that of two that are ready the earlier one counts. The first one is
/// stored in place; a hedge is boxed when it starts.
#[expect(clippy::too_many_lines, reason = "one race, from its start to its end")]
pub(super) async fn race<B, W, C, S, A, O, Fut>(
    course: Course<'_, '_, B, W, C, S>,
    told: A,
    operation: &mut impl FnMut(A) -> Fut,
) -> (O, Verdict)
where
    B: Behaviour,
    W: Stopwatch<Timer: Timer>,
    C: Judge<O>,
    S: Signal,
    A: Told,
    Fut: Future<Output = O>,
    O: CanSay<Expired<B>>,
{
    let Course {
        call,
        policy,
        judge,
        signal,
        hedge,
        around,
        races,
        timed,
    } = course;
    // Layers that each hedge multiply as those that each retry do.
    let hedge = if call.nesting.is_inside() {
        Hedge::NEVER
    } else {
        hedge
    };
    let (number, limit) = (call.number(), call.behaviour.limit());
    let (elapsed, left) = (call.watch.elapsed(), call.time_left(policy));
    let seen = B::OBSERVES.then(|| call.attempt(&call.terms(policy)));
    let timer = call.watch.timer();
    let lapse = Lapse::new(timer, timed || left.is_some() || hedge.measures());
    let mut start = |told, now: Duration| {
        let left = left.map(|left| left.saturating_sub(now));
        let deadline = limit.deadline(left, |limit| timer.sleep(limit));
        Attempting::new(around.start(|| operation(told)), deadline)
    };

    let paused =
        |behaviour: &B, now: Duration| pause(behaviour, timer, policy, elapsed + now, number);

    let mut permits = Permits::of_attempt(&mut call.behaviour);
    let mut race = Race::begin(hedge.terms(left), 0);
    let mut first = pin!(Some(start(told, Duration::ZERO)));
    let mut hedges = Vec::new();
    let mut alarm = pin!(None);
    let mut ran_in_all = Duration::ZERO;
    let mut due = Duration::ZERO;
    let mut step = race.tick(0);
    let end = loop {
        match step {
            RaceStep::Start => {
                let (now, nth) = (lapse.passed(), race.legs());
                let paused = paused(permits.behaviour(), now);
                if let Some(Ok((wait, _))) = paused {
                    due = now + wait;
                    alarm.set(Some(timer.sleep(wait)));
                } else {
                    let allowed =
                        paused.is_none() && !signal.has_fired() && permits.hedge(nth, now, timer);
                    if !allowed {
                        step = race.denied();
                        continue;
                    }
                    if let Some(attempt) = seen {
                        let attempt = attempt.of_hedge(nth, elapsed + now);
                        permits.behaviour().observe(&attempt, Event::Hedged(nth));
                    }
                    let told = told.of_hedge(nth, elapsed + now);
                    hedges.push((nth, Box::pin(start(told, now))));
                    step = race.started(nanos::of(now));
                    continue;
                }
            }
            RaceStep::WaitUntil(at) => {
                due = Duration::from_nanos(at);
                let wait = due.saturating_sub(lapse.so_far());
                alarm.set(Some(timer.sleep(wait)));
            }
            RaceStep::Wait => alarm.set(None),
            RaceStep::Finish(end) => break end,
        }
        let ended = next_event(first.as_mut(), &mut hedges, alarm.as_mut()).await;
        let Some((nth, outcome)) = ended else {
            lapse.reached(due);
            step = race.tick(nanos::of(lapse.passed()));
            continue;
        };
        let was_cut_off = outcome.is_err();
        let outcome = outcome.unwrap_or_else(O::refused);
        let ended_at = lapse.so_far();
        let verdict = judge.verdict(number, &outcome);
        let ran = ended_at.saturating_sub(permits.settle(nth, verdict, timer));
        ran_in_all += ran;
        if was_cut_off || verdict == Verdict::Done {
            hedge.record(ran);
        }
        // Read again: the classifier took its time, and a cooldown has been told at this one.
        let heard = if verdict.is_retry() {
            lapse.passed()
        } else {
            lapse.so_far()
        };
        let behaviour = permits.behaviour();
        let pause = match paused(behaviour, heard) {
            None => Duration::ZERO,
            Some(Ok((wait, _))) => wait,
            Some(Err(_)) => Duration::MAX,
        };
        let waits = lengthened(verdict, policy, behaviour.random(), number, pause);
        let ended = Ended {
            outcome,
            verdict,
            heard,
            ran,
        };
        step = race.outcome(nth, waits, ended, nanos::of(heard));
    };

    let now = lapse.so_far();
    let Ended {
        outcome,
        verdict,
        heard,
        ran,
    } = end.outcome;
    for started in permits.still_running() {
        let ran = now.saturating_sub(started);
        ran_in_all += ran;
        if verdict == Verdict::Done {
            hedge.record(ran);
        }
    }
    races.hedges = races.hedges.saturating_add(race.legs() - 1);
    races.winner = end.leg;
    races.wasted += ran_in_all.saturating_sub(ran);
    (outcome, aged(verdict, now.saturating_sub(heard)))
}

/// The verdict with the hint that the next leg keeps: as long as any retry would wait, or as a cooldown makes it `pause`. The
/// longest there is where that is too long.
fn lengthened(
    verdict: Verdict,
    policy: &Policy,
    random: Random,
    number: u32,
    pause: Duration,
) -> Verdict {
    let Verdict::RetryAfter(hint) = verdict else {
        return verdict;
    };
    let hint = nanos::of(hint);
    if hint > policy.max_hint {
        return Verdict::RetryAfter(Duration::MAX);
    }
    let mut draws = Draws::new(random, number);
    let spread = spread_hint(hint, policy.jitter_in_force(), &mut draws);
    Verdict::RetryAfter(nanos::duration(spread).max(pause))
}

/// The verdict with what is left of its hint.
fn aged(verdict: Verdict, age: Duration) -> Verdict {
    match verdict {
        Verdict::RetryAfter(hint) => Verdict::RetryAfter(hint.saturating_sub(age)),
        verdict => verdict,
    }
}

/// The first outcome of a leg, or `None` when it is time. The legs before the time: a token is not spent beside a success.
async fn next_event<F: Future, S: Future<Output = ()>>(
    mut first: Pin<&mut Option<F>>,
    hedges: &mut Vec<(u32, Pin<Box<F>>)>,
    mut alarm: Pin<&mut Option<S>>,
) -> Option<(u32, F::Output)> {
    poll_fn(|cx| {
        if let Poll::Ready(outcome) = poll_first(first.as_mut(), cx) {
            return Poll::Ready(Some((0, outcome)));
        }
        if let Some(ended) = poll_each(hedges, cx) {
            return Poll::Ready(Some(ended));
        }
        match alarm.as_mut().as_pin_mut() {
            None => Poll::Pending,
            Some(alarm) => alarm.poll(cx).map(|()| None),
        }
    })
    .await
}

/// The outcome of the first leg, which is dropped then.
fn poll_first<F: Future>(mut leg: Pin<&mut Option<F>>, cx: &mut Context<'_>) -> Poll<F::Output> {
    let Some(running) = leg.as_mut().as_pin_mut() else {
        return Poll::Pending;
    };
    let outcome = running.poll(cx);
    if outcome.is_ready() {
        leg.set(None);
    }
    outcome
}

/// The outcome of the first hedge that has one, which is dropped then.
fn poll_each<F: Future>(
    hedges: &mut Vec<(u32, Pin<Box<F>>)>,
    cx: &mut Context<'_>,
) -> Option<(u32, F::Output)> {
    let mut running = hedges.iter_mut().enumerate();
    let (at, outcome) = running.find_map(|(at, (_, hedge))| match hedge.as_mut().poll(cx) {
        Poll::Ready(outcome) => Some((at, outcome)),
        Poll::Pending => None,
    })?;
    let (nth, _) = hedges.remove(at);
    Some((nth, outcome))
}
