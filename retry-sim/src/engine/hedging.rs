//! Attempts with a second run beside the first, decided by the library's own race.

use std::time::Duration;

use retry_core::Verdict;
use retry_core::race::{Race, RaceStep, RaceTerms};

use super::{Event, Fleet, Reply};
use crate::duration::nanos;

/// An attempt that runs, and may run twice.
#[derive(Debug)]
pub(super) struct Hedged {
    race: Race<Reply>,
    /// The requests of its legs.
    legs: Vec<u32>,
    /// When it asked to be woken.
    woken: u64,
}

impl Fleet<'_> {
    /// The first leg has been launched, and leaves now.
    pub(super) fn race(&mut self, call: u32, first: u32) {
        let is_outer = self.calls.at(call).layer == 0;
        let hedge = self.strategy.hedge;
        if let Some(hedge) = hedge.filter(|_| is_outer || !self.strategy.outermost) {
            // What `max_elapsed` leaves; without a limit on attempts it is all that bounds the waits.
            let most = nanos(self.strategy.policy.unlimited().worst_wait());
            let end = self.calls.at(call).began.saturating_add(most);
            let terms = RaceTerms::new(Some(nanos(hedge.after)))
                .max_hedges(hedge.max_hedges)
                .end(end);
            self.calls.at(call).hedged = Some(Box::new(Hedged {
                race: Race::begin(terms, self.now),
                legs: vec![first],
                woken: 0,
            }));
            self.leg_due(call);
        }
        self.send(first);
    }

    /// Time has passed: a leg may be due. Where it is not, or the attempt is over, nothing happens.
    pub(super) fn leg_due(&mut self, call: u32) {
        let now = self.now;
        if let Some(hedged) = &mut self.calls.at(call).hedged {
            let step = hedged.race.tick(now);
            self.obey(call, step);
        }
    }

    pub(super) fn leg_ended(&mut self, call: u32, leg: u32, verdict: Verdict, reply: Reply) {
        let now = self.now;
        if let Some(hedged) = &mut self.calls.at(call).hedged {
            let step = hedged.race.outcome(leg, verdict, reply, now);
            self.obey(call, step);
        }
    }

    fn obey(&mut self, call: u32, step: RaceStep<Reply>) {
        match step {
            RaceStep::Start => self.start_leg(call),
            RaceStep::WaitUntil(at) => {
                if let Some(hedged) = &mut self.calls.at(call).hedged {
                    if hedged.woken != at {
                        hedged.woken = at;
                        self.queue.push(at, Event::Leg(call));
                    }
                }
            }
            RaceStep::Wait => {}
            RaceStep::Finish(end) => {
                self.drop_legs(call);
                self.follow(call, end.verdict, end.outcome);
            }
        }
    }

    /// A hedge is paid for like a retry, and needs leave like any request.
    fn start_leg(&mut self, call: u32) {
        let holder = self.holder(call);
        let budget = self.guards.budgets.get(holder);
        // Leave goes back of itself where it is not used; a token would not.
        let at = Duration::from_nanos(self.now);
        let is_paid = || budget.is_none_or(|budget| budget.withdraw_at(|| at));
        let leave = match self.pause(call) {
            Some(_) => None,
            None => self.leave(call).ok().filter(|_| is_paid()),
        };
        let now = self.now;
        let Some(hedged) = &mut self.calls.at(call).hedged else {
            return;
        };
        let Some(permit) = leave else {
            let step = hedged.race.denied();
            return self.obey(call, step);
        };
        let leg = hedged.race.legs();
        let step = hedged.race.started(now);
        let request = self.launch(call, leg, permit);
        if let Some(hedged) = &mut self.calls.at(call).hedged {
            hedged.legs.push(request);
        }
        self.record.hedge();
        self.obey(call, step);
        self.send(request);
    }

    /// The attempt is over: nobody waits for those of its legs that still run, and their permits go back unjudged.
    fn drop_legs(&mut self, call: u32) {
        let hedged = self.calls.at(call).hedged.take();
        for leg in hedged.map(|hedged| hedged.legs).unwrap_or_default() {
            let request = self.requests.at(leg);
            // The places of those that have ended may belong to others by now.
            if request.call == call && !request.over {
                request.over = true;
                request.permit = None;
            }
        }
    }
}
