//! One hedged attempt: told what its legs do and what time it is, it answers when the next leg starts and whose outcome
//! stands. It knows no clock, no future and no guard.

#[cfg(test)]
mod tests;

use core::cmp::Reverse;

use crate::decide::verdict::Verdict;
use crate::policy::nanos;

/// The leg with which every race begins.
const FIRST: u32 = 0;

/// What a race may do. Times are nanoseconds, on any clock that the driver keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaceTerms {
    delay: Option<u64>,
    max_hedges: u32,
    max_hint: u64,
    end: u64,
}

impl RaceTerms {
    /// At most one hedge, `delay` after the leg before it, or as soon as that has failed.
    ///
    /// `None` hedges nothing, failures neither: what is slow is not known yet. `Some(u64::MAX)` hedges failures only.
    #[must_use]
    pub const fn new(delay: Option<u64>) -> Self {
        Self {
            delay,
            max_hedges: 1,
            max_hint: u64::MAX,
            end: u64::MAX,
        }
    }

    /// The most legs beside the first. Default: 1.
    #[must_use]
    pub const fn max_hedges(mut self, hedges: u32) -> Self {
        self.max_hedges = hedges;
        self
    }

    /// The longest hint after which a leg may still start. Default: any.
    #[must_use]
    pub const fn max_hint(mut self, nanos: u64) -> Self {
        self.max_hint = nanos;
        self
    }

    /// The moment at and after which no leg starts. It ends no leg. Default: never.
    #[must_use]
    pub const fn end(mut self, at: u64) -> Self {
        self.end = at;
        self
    }

    /// When the leg after the one that starts now is due.
    const fn due(self, now: u64) -> u64 {
        match self.delay {
            Some(delay) => now.saturating_add(delay),
            None => u64::MAX,
        }
    }
}

/// What the driver does next. A driver that hears several things at once tells them all: only the latest answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a race goes on only when its answer is obeyed"]
pub enum RaceStep<O> {
    /// Start a leg and say [`started`](Race::started), or, where a guard refuses it, [`denied`](Race::denied).
    Start,
    /// Wait for the outcome of a leg or for this moment, which is still to come.
    WaitUntil(u64),
    /// Wait for the outcome of a leg.
    Wait,
    /// Drop the legs that still run, and give this back. Answered once.
    Finish(RaceEnd<O>),
}

/// The outcome that stands for the whole attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RaceEnd<O> {
    /// Whose outcome it is: 0 is the first leg, n is hedge n.
    pub leg: u32,
    /// What was said of it.
    pub verdict: Verdict,
    /// The outcome itself.
    pub outcome: O,
}

/// The state machine of one hedged attempt.
///
/// - The first `Done` or `Permanent` ends the race and stands.
/// - Another failure starts the next leg at once, a slow leg starts it after the delay.
/// - A hint holds every leg until it is over; the next one starts then, if one still runs. Where none does, the race is over:
///   the wait is the call's, with every guard and limit in force. A hint too long to wait for, or one that reaches the end,
///   lets none start.
/// - When all legs have failed and none may start, the failure whose hint ends last stands: whoever obeys that one obeys
///   them all. Without a hint it is the first leg's, which no hedge of ours has brought about.
#[derive(Clone, Copy, Debug)]
pub struct Race<O> {
    terms: RaceTerms,
    legs: u32,
    running: u32,
    /// Whether more legs may start, as far as guards, hints and the race itself are concerned.
    is_open: bool,
    /// When the next leg starts.
    due: u64,
    /// When the last of the hints is over.
    hint_end: Option<u64>,
    /// The failure that stands if none comes that is better. Since the first leg ends in any race that fails, the
    /// failure of a hedge without a hint can never stand and is not kept.
    kept: Option<RaceEnd<O>>,
}

impl<O> Race<O> {
    /// The first leg has started.
    #[must_use]
    pub const fn begin(terms: RaceTerms, now: u64) -> Self {
        Self {
            terms,
            legs: 1,
            running: 1,
            is_open: terms.delay.is_some(),
            due: terms.due(now),
            hint_end: None,
            kept: None,
        }
    }

    /// A further leg has started: the number of legs before it is its own.
    pub fn started(&mut self, now: u64) -> RaceStep<O> {
        if !self.is_over() {
            self.legs = self.legs.saturating_add(1);
            self.running = self.running.saturating_add(1);
            self.due = self.terms.due(now);
        }
        self.step(now)
    }

    /// Nothing has happened but that time has passed. Also the question with which a driver begins.
    pub fn tick(&mut self, now: u64) -> RaceStep<O> {
        self.step(now)
    }

    /// A leg has ended. Outcomes that do not stand are dropped here, and so are those that come after the end.
    ///
    /// For a `Done` or a `Permanent` the time does not matter: a driver need not read its clock for it.
    pub fn outcome(&mut self, leg: u32, verdict: Verdict, outcome: O, now: u64) -> RaceStep<O> {
        if self.is_over() {
            return RaceStep::Wait;
        }
        self.running = self.running.saturating_sub(1);
        let ended = RaceEnd {
            leg,
            verdict,
            outcome,
        };
        let hint = match verdict {
            Verdict::Done | Verdict::Permanent => return self.finish(ended),
            Verdict::Retry => None,
            Verdict::RetryAfter(hint) => Some(nanos::of(hint)),
        };
        self.is_open &= hint.is_none_or(|hint| hint <= self.terms.max_hint);
        let hint_end = hint.map(|hint| now.saturating_add(hint));
        if self.would_stand(leg, hint_end) {
            self.kept = Some(ended);
            self.hint_end = hint_end;
        }
        self.due = self.hint_end.unwrap_or(now);
        self.step(now)
    }

    /// A guard has refused a leg: none starts any more, and those that run go on.
    pub fn denied(&mut self) -> RaceStep<O> {
        self.is_open = false;
        self.wait_or_finish()
    }

    /// Legs that were started, the first included.
    #[must_use]
    pub const fn legs(&self) -> u32 {
        self.legs
    }

    /// Whether the outcome was given back.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.running == 0 && self.kept.is_none()
    }

    /// Of equal failures that of the lowest leg stands, so that the order in which they come does not matter.
    fn would_stand(&self, leg: u32, hint_end: Option<u64>) -> bool {
        match &self.kept {
            None => leg == FIRST || hint_end.is_some(),
            Some(kept) => (hint_end, Reverse(leg)) > (self.hint_end, Reverse(kept.leg)),
        }
    }

    fn step(&mut self, now: u64) -> RaceStep<O> {
        let start = self.due.max(now);
        let is_hedge_left = self.legs <= self.terms.max_hedges;
        if !self.is_open || !is_hedge_left || start >= self.terms.end {
            self.wait_or_finish()
        } else if start == now {
            RaceStep::Start
        } else if self.running > 0 {
            RaceStep::WaitUntil(start)
        } else {
            self.wait_or_finish()
        }
    }

    fn wait_or_finish(&mut self) -> RaceStep<O> {
        if self.running > 0 {
            return RaceStep::Wait;
        }
        match self.kept.take() {
            Some(kept) => self.finish(kept),
            None => RaceStep::Wait,
        }
    }

    fn finish(&mut self, end: RaceEnd<O>) -> RaceStep<O> {
        self.is_open = false;
        self.running = 0;
        self.kept = None;
        RaceStep::Finish(end)
    }
}
