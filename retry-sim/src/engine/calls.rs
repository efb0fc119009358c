//! A call from its first attempt to its end, in the order of the library's own drivers.

use std::ops::ControlFlow;
use std::time::Duration;

use retry_core::{Permit, Position, Rejected, StopReason, Verdict};

use super::{Call, Event, Fleet, Reply, Request};
use crate::duration::nanos;

impl<'g> Fleet<'g> {
    /// A client, or a service on behalf of a request, makes a call.
    pub(super) fn begin(&mut self, layer: u32, owner: u32) {
        let holder = self.guards.holder(layer, owner);
        let call = Call {
            began: self.now,
            previous: 0,
            seed: self.seeds.u64(..),
            owner,
            layer,
            made: 0,
            hedged: None,
        };
        if layer == 0 {
            self.record.call();
        }
        if let Some(tally) = self.tallies.get_mut(holder as usize) {
            tally.calls += 1;
        }
        let call = self.calls.add(call);
        self.attempt(call);
    }

    /// Whose guards the call asks.
    pub(super) fn holder(&mut self, number: u32) -> usize {
        let call = self.calls.at(number);
        self.guards.holder(call.layer, call.owner) as usize
    }

    /// The next attempt, if cooldown and breaker let it.
    pub(super) fn attempt(&mut self, number: u32) {
        if self.cools(number) {
            return;
        }
        match self.leave(number) {
            Ok(permit) => {
                self.deposit(number);
                self.calls.at(number).made += 1;
                let first = self.launch(number, 0, permit);
                self.race(number, first);
            }
            Err(_) => self.end(number, Reply::Failure, StopReason::CircuitOpen),
        }
    }

    /// A call pays in when its first attempt begins.
    fn deposit(&mut self, number: u32) {
        let now = Duration::from_nanos(self.now);
        let holder = self.holder(number);
        let is_first = self.calls.at(number).made == 0;
        let budget = self.guards.budgets.get(holder);
        if let Some(budget) = budget.filter(|_| is_first) {
            budget.deposit_at(|| now);
        }
    }

    /// The breaker's leave for one request, if there is a breaker.
    pub(super) fn leave(&mut self, number: u32) -> Result<Option<Permit<'g>>, Rejected> {
        let now = Duration::from_nanos(self.now);
        let holder = self.holder(number);
        let breaker = self.guards.breakers.get(holder);
        breaker.map(|breaker| breaker.admit(|| now)).transpose()
    }

    /// Sends one request: an attempt, or a leg of one.
    pub(super) fn launch(&mut self, number: u32, leg: u32, permit: Option<Permit<'g>>) -> u32 {
        let call = self.calls.at(number);
        let elapsed = self.now - call.began;
        let request = self.requests.add(Request {
            call: number,
            leg,
            layer: call.layer,
            replica: 0,
            reply: Reply::Success,
            over: false,
            awaited: 1,
            version: 0,
            permit,
        });
        if let Some(limit) = self.strategy.attempt_timeout {
            self.requests.at(request).awaited += 1;
            self.after(self.trimmed(limit, elapsed), Event::Timeout(request));
        }
        request
    }

    /// No attempt goes on for longer than the call may.
    fn trimmed(&self, limit: Duration, elapsed: u64) -> u64 {
        // Without a limit on attempts, the limit on time is all that bounds the waits.
        let most = self.strategy.policy.unlimited().worst_wait();
        nanos(limit).min(nanos(most).saturating_sub(elapsed))
    }

    /// The answer has reached the caller.
    pub(super) fn answer(&mut self, number: u32) {
        let request = self.requests.at(number);
        let reply = request.reply;
        self.judge(number, reply);
        self.release(number);
    }

    pub(super) fn timeout(&mut self, number: u32) {
        if !self.requests.at(number).over {
            self.record.timeout();
            self.judge(number, Reply::TimedOut);
        }
        self.release(number);
    }

    /// The attempt has ended, one way or the other: what follows?
    fn judge(&mut self, number: u32, reply: Reply) {
        let request = self.requests.at(number);
        if request.over {
            return;
        }
        request.over = true;
        let (call, leg, permit) = (request.call, request.leg, request.permit.take());
        let verdict = verdict(reply);
        let now = Duration::from_nanos(self.now);
        if let Some(permit) = permit {
            permit.record(verdict != Verdict::Done, || now);
        }
        if let Verdict::RetryAfter(hint) = verdict {
            self.hold(call, hint);
        }
        if self.calls.at(call).hedged.is_some() {
            self.leg_ended(call, leg, verdict, reply);
        } else {
            self.follow(call, verdict, reply);
        }
    }

    /// The whole attempt has ended.
    pub(super) fn follow(&mut self, call: u32, verdict: Verdict, reply: Reply) {
        match self.decide(call, verdict) {
            ControlFlow::Continue(delay) => {
                if self.calls.at(call).layer == 0 {
                    self.record.retry();
                }
                self.later(nanos(delay), Event::Again(call));
            }
            ControlFlow::Break(reason) => self.end(call, reply, reason),
        }
    }

    fn decide(&mut self, number: u32, verdict: Verdict) -> ControlFlow<StopReason, Duration> {
        let (now, guards) = (Duration::from_nanos(self.now), self.guards);
        let holder = self.holder(number);
        let call = self.calls.at(number);
        let failed = verdict != Verdict::Done;
        if failed && call.layer > 0 && self.strategy.outermost {
            return ControlFlow::Break(StopReason::AttemptsExhausted);
        }
        if let Some(tally) = self.tallies.get_mut(holder) {
            tally.failures += u64::from(failed);
        }
        // An open breaker is a hint.
        let breaker = guards.breakers.get(holder).filter(|_| failed);
        let open_for = breaker.and_then(|breaker| breaker.time_left(|| now));
        let hinted = match verdict {
            Verdict::RetryAfter(hint) => {
                Verdict::RetryAfter(open_for.map_or(hint, |it| hint.max(it)))
            }
            Verdict::Retry => open_for.map_or(verdict, Verdict::RetryAfter),
            _ => verdict,
        };
        let elapsed = Duration::from_nanos(self.now - call.began);
        let previous = Duration::from_nanos(call.previous);
        let position = Position::new(call.made.saturating_sub(1), elapsed, previous);
        let mut attempts = self.strategy.policy.resume(position).seed(call.seed);
        let delay = match attempts.decide(hinted, elapsed) {
            ControlFlow::Break(StopReason::HintTooLong) if hinted != verdict => {
                return ControlFlow::Break(StopReason::CircuitOpen);
            }
            flow => flow?,
        };
        if let (Some(rule), Some(tally)) = (&self.strategy.rule, self.tallies.get(holder)) {
            if !rule.0(tally) {
                return ControlFlow::Break(StopReason::Stopped);
            }
        }
        // What the server asked of others holds here, too.
        let delay = match self.pause(number) {
            None => delay,
            Some(None) => return ControlFlow::Break(StopReason::CoolingDown),
            Some(Some(wait)) => delay.max(Duration::from_nanos(wait)),
        };
        self.calls.at(number).previous = nanos(delay);
        // The budget last: only a retry that nothing else prevents is paid for.
        match guards.budgets.get(holder) {
            Some(budget) if !budget.withdraw_at(|| now) => {
                ControlFlow::Break(StopReason::BudgetExhausted)
            }
            _ => ControlFlow::Continue(delay),
        }
    }

    pub(super) fn end(&mut self, number: u32, reply: Reply, reason: StopReason) {
        let call = self.calls.at(number);
        let (layer, owner, made) = (call.layer, call.owner, call.made);
        let took = self.now - call.began;
        self.calls.free(number);
        let succeeded = reply == Reply::Success;
        if layer == 0 {
            self.record.end(succeeded, took, made, reason.as_str());
            self.next_call(owner);
        } else {
            // Above, a refusal behind is a failure like any other.
            let failed = Reply::Failure;
            self.respond(owner, if succeeded { reply } else { failed });
        }
    }
}

fn verdict(reply: Reply) -> Verdict {
    match reply {
        Reply::Success => Verdict::Done,
        Reply::Refused(Some(hint)) => Verdict::RetryAfter(Duration::from_nanos(hint)),
        Reply::Refused(None) | Reply::Failure | Reply::TimedOut => Verdict::Retry,
    }
}
