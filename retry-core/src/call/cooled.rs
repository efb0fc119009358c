//! `cooldown` as a layer of a call.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, HeldBack, layer};
use crate::call::cooling::MayCool;
use crate::decide::cooling::Pause;
use crate::decide::verdict::Verdict;
use crate::guard::cooldown::Cooldown;
use crate::guard::rejected::Rejected;
use crate::guard::share::Share;
use crate::time::timer::Clock;

/// `cooldown`: the hint of one call holds every call.
#[derive(Clone, Copy, Debug)]
pub struct Cooled<B, D> {
    inner: B,
    cooldown: D,
    /// The attempts of the call are races: their legs tell their hints themselves, when they hear them.
    is_raced: bool,
}

impl<B, D> Cooled<B, D> {
    pub(crate) const fn new(inner: B, cooldown: D) -> Self {
        Self {
            inner,
            cooldown,
            is_raced: false,
        }
    }
}

impl<B: Behaviour, D: Share<Cooldown>> Cooled<B, D> {
    fn tell(&self, verdict: Verdict, clock: &impl Clock) {
        if let (Some(hint), Some(cooldown)) = (verdict.hint(), self.cooldown.guard()) {
            cooldown.hold(hint, || clock.now());
        }
    }

    fn pause(&self, clock: &impl Clock) -> Option<Pause> {
        self.cooldown.guard()?.pause(|| clock.now())
    }
}

impl<B: Behaviour, D: Share<Cooldown>> Behaviour for Cooled<B, D> {
    layer!(inner limit ledger);

    type Refusal = Rejected;
    type Cooling = MayCool;
    type Permit = B::Permit;

    /// Of several cooldowns the one that holds longest.
    fn held(&self, clock: &impl Clock) -> Option<HeldBack<Rejected>> {
        let inner = self.inner.held(clock).map(HeldBack::widened);
        let own = self.pause(clock).map(|pause| HeldBack {
            pause,
            refusal: Rejected::cooling(pause.left),
        });
        inner
            .into_iter()
            .chain(own)
            .max_by_key(|held| held.pause.left)
    }

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), Rejected> {
        self.inner.begin(first, clock).map_err(Into::into)
    }

    fn ended(&mut self, verdict: Verdict, clock: &impl Clock) -> Option<Duration> {
        if !self.is_raced {
            self.tell(verdict, clock);
        }
        self.inner.ended(verdict, clock)
    }

    fn take_permit(&mut self) -> B::Permit {
        self.is_raced = true;
        self.inner.take_permit()
    }

    fn hedge(&mut self, clock: &impl Clock) -> Option<B::Permit> {
        self.inner.hedge(clock)
    }

    fn settle(&mut self, permit: B::Permit, verdict: Verdict, clock: &impl Clock) {
        self.tell(verdict, clock);
        self.inner.settle(permit, verdict, clock);
    }

    fn give_back(&mut self, permit: B::Permit) {
        self.inner.give_back(permit);
    }
}
