//! The wait for the end of a cooldown, before an attempt begins.

use core::borrow::Borrow;
use core::time::Duration;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::cooling::Cooling;
use crate::call::stopwatch::Stopwatch;
use crate::call::terms::Terms;
use crate::policy::policy::Policy;
use crate::story::event::Event;
use crate::story::telemetry;
use crate::time::timer::{Clock, Timer};

impl<B: Behaviour, W: Stopwatch> Call<B, W> {
    /// Called before each attempt of a call with a cooldown: waits as long as that holds, and looks again, because others
    /// may have been told to wait meanwhile.
    ///
    /// # Errors
    ///
    /// The refusal, where it holds for longer than the call may wait.
    pub async fn hold<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) -> Result<(), B::Refusal>
    where
        W::Timer: Timer,
    {
        self.open(terms);
        while let Some((wait, _)) = self.holding(terms)? {
            self.watch.timer().sleep(wait).await;
            self.watch.waited(wait);
        }
        Ok(())
    }

    /// As [`hold`](Self::hold), on this thread.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn hold_blocking<P: Borrow<Policy>>(&mut self, terms: &Terms<P>) -> Result<(), B::Refusal> {
        self.open(terms);
        while let Some((wait, _)) = self.holding(terms)? {
            self.watch.timer().pause(wait);
            self.watch.waited(wait);
        }
        Ok(())
    }

    /// The wait for the end of a cooldown that holds for so long.
    pub(crate) fn held_for(
        &self,
        wait: Duration,
    ) -> <B::Cooling as Cooling>::Sleep<impl Future<Output = ()> + Send>
    where
        W::Timer: Timer,
    {
        B::Cooling::sleep(|| self.watch.timer().sleep(wait))
    }

    /// How long the attempt that is about to begin has to wait now, and what is said if it does not.
    pub(crate) fn holding<P: Borrow<Policy>>(
        &mut self,
        terms: &Terms<P>,
    ) -> Result<Option<(Duration, B::Refusal)>, B::Refusal> {
        match self.pause(terms.policy.borrow(), self.watch.elapsed()) {
            None => Ok(None),
            Some(Err(refusal)) => {
                self.close(terms, refusal.into().stop_reason());
                Err(refusal)
            }
            Some(Ok((wait, refusal))) => {
                if B::OBSERVES {
                    let attempt = self.attempt(terms);
                    self.behaviour.observe(&attempt, Event::CoolingDown(wait));
                }
                telemetry::cooling_down(terms.name, self.number(), wait);
                Ok(Some((wait, refusal)))
            }
        }
    }

    /// What is said in place of an attempt that the caller's signal kept from beginning.
    pub(crate) fn kept(&self, refusal: B::Refusal) -> B::Refusal {
        let held = self.behaviour.held(self.watch.timer());
        held.map_or(refusal, |held| held.refusal)
    }
}
