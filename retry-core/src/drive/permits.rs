//! The permits of the legs of one race: each is settled or given back, whatever becomes of the race.

use core::time::Duration;

use crate::call::behaviour::Behaviour;
use crate::decide::verdict::Verdict;
use crate::time::timer::Clock;

pub(super) struct Permits<'b, B: Behaviour> {
    behaviour: &'b mut B,
    /// In place, because most races have one leg.
    first: Option<B::Permit>,
    hedges: Vec<Running<B::Permit>>,
}

struct Running<P> {
    nth: u32,
    /// Since the race began.
    started: Duration,
    permit: P,
}

impl<'b, B: Behaviour> Permits<'b, B> {
    /// The attempt that has begun becomes the first leg.
    pub(super) fn of_attempt(behaviour: &'b mut B) -> Self {
        let first = Some(behaviour.take_permit());
        Self {
            behaviour,
            first,
            hedges: Vec::new(),
        }
    }

    pub(super) fn behaviour(&mut self) -> &mut B {
        self.behaviour
    }

    /// Whether the nth hedge is paid for and allowed.
    pub(super) fn hedge(&mut self, nth: u32, now: Duration, clock: &impl Clock) -> bool {
        let permit = self.behaviour.hedge(clock).map(|permit| Running {
            nth,
            started: now,
            permit,
        });
        let allowed = permit.is_some();
        self.hedges.extend(permit);
        allowed
    }

    /// A leg has ended; tells when it started.
    pub(super) fn settle(&mut self, nth: u32, verdict: Verdict, clock: &impl Clock) -> Duration {
        let (started, permit) = match self.hedges.iter().position(|running| running.nth == nth) {
            None => (Duration::ZERO, self.first.take()),
            Some(at) => {
                let running = self.hedges.swap_remove(at);
                (running.started, Some(running.permit))
            }
        };
        if let Some(permit) = permit {
            self.behaviour.settle(permit, verdict, clock);
        }
        started
    }

    /// When the legs started that have not ended.
    pub(super) fn still_running(&self) -> impl Iterator<Item = Duration> {
        let first = self.first.as_ref().map(|_| Duration::ZERO);
        let hedges = self.hedges.iter().map(|running| running.started);
        first.into_iter().chain(hedges)
    }
}

/// Who lost is judged by nobody.
impl<B: Behaviour> Drop for Permits<'_, B> {
    fn drop(&mut self) {
        let hedges = self.hedges.drain(..).map(|running| running.permit);
        for permit in self.first.take().into_iter().chain(hedges) {
            self.behaviour.give_back(permit);
        }
    }
}
