//! Calls that wait for a cooldown that they share.

use std::time::Duration;

use retry_core::{StopReason, Verdict};

use super::{Event, Fleet, Reply};
use crate::duration::nanos;

impl Fleet<'_> {
    /// A hint for one call holds all that share the cooldown.
    pub(super) fn hold(&mut self, call: u32, hint: Duration) {
        let now = Duration::from_nanos(self.now);
        let holder = self.holder(call);
        if let Some(cooldown) = self.guards.cooldowns.get(holder) {
            cooldown.hold(hint, || now);
            self.pauses[holder] = cooldown.time_left(|| now).map_or(0, nanos);
        }
    }

    /// Whether the cooldown holds the call: then it waits, or has ended where that takes too long.
    pub(super) fn cools(&mut self, number: u32) -> bool {
        match self.pause(number) {
            None => return false,
            Some(None) => self.end(number, Reply::Failure, StopReason::CoolingDown),
            Some(Some(wait)) => self.later(wait, Event::Again(number)),
        }
        true
    }

    /// How many nanoseconds the cooldown makes the call wait; `None` where that is too long.
    #[expect(clippy::option_option, reason = "most of the time nothing holds")]
    pub(super) fn pause(&mut self, number: u32) -> Option<Option<u64>> {
        let now = Duration::from_nanos(self.now);
        let holder = self.holder(number);
        let elapsed = Duration::from_nanos(self.now - self.calls.at(number).began);
        let cooldown = self.guards.cooldowns.get(holder)?;
        let left = cooldown.time_left(|| now)?;
        // The same question as for a hint, without counting an attempt: is there time for it?
        let question = self.strategy.policy.unlimited().fixed(Duration::ZERO);
        let answer = question.start().decide(Verdict::RetryAfter(left), elapsed);
        if answer.is_break() {
            return Some(None);
        }
        // Not all at once.
        let spread = self.seeds.u64(0..=self.pauses[holder] / 2);
        Some(Some(nanos(left).saturating_add(spread)))
    }
}
