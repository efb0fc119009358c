//! The wait for the end of a cooldown, before an attempt begins.

use core::borrow::Borrow;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::stopwatch::Stopwatch;
use crate::call::terms::Terms;
use crate::decide::stop::StopReason;
use crate::policy::policy::Policy;
use crate::story::event::Event;
use crate::story::telemetry;
use crate::time::timer::{Clock, Timer};

/// Whether the attempts of a call may have to wait for a cooldown.
pub trait Cooling {
    /// Whether they may.
    const COOLS: bool;

    /// The wait, which takes no room in a call that has none.
    type Sleep<S: Future<Output = ()> + Send>: Future<Output = ()> + Send;

    /// The wait.
    fn sleep<S: Future<Output = ()> + Send>(sleep: impl FnOnce() -> S) -> Self::Sleep<S>;
}

/// Nothing holds them.
#[derive(Clone, Copy, Debug)]
pub struct Unheld;

/// No wait at all.
#[derive(Clone, Copy, Debug)]
pub struct NoWait;

impl Future for NoWait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Cooling for Unheld {
    const COOLS: bool = false;

    type Sleep<S: Future<Output = ()> + Send> = NoWait;

    fn sleep<S: Future<Output = ()> + Send>(_: impl FnOnce() -> S) -> NoWait {
        NoWait
    }
}

/// A cooldown may.
#[derive(Clone, Copy, Debug)]
pub struct MayCool;

impl Cooling for MayCool {
    const COOLS: bool = true;

    type Sleep<S: Future<Output = ()> + Send> = S;

    fn sleep<S: Future<Output = ()> + Send>(sleep: impl FnOnce() -> S) -> S {
        sleep()
    }
}

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
        while let Some(wait) = self.holding(terms)? {
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
        while let Some(wait) = self.holding(terms)? {
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

    /// How long the attempt that is about to begin has to wait now.
    pub(crate) fn holding<P: Borrow<Policy>>(
        &mut self,
        terms: &Terms<P>,
    ) -> Result<Option<Duration>, B::Refusal> {
        match self.pause(terms.policy.borrow(), self.watch.elapsed()) {
            None => Ok(None),
            Some(Err(refusal)) => {
                self.close(terms, refusal.into().stop_reason());
                Err(refusal)
            }
            Some(Ok(wait)) => {
                if B::OBSERVES {
                    let attempt = self.attempt(terms);
                    self.behaviour.observe(&attempt, Event::CoolingDown(wait));
                }
                telemetry::cooling_down(terms.name, self.number(), wait);
                Ok(Some(wait))
            }
        }
    }

    /// The caller's signal ended the wait for the first attempt: what is said in its place, unless it may begin now.
    pub(crate) fn interrupted_before<P: Borrow<Policy>>(
        &mut self,
        terms: &Terms<P>,
    ) -> Option<B::Refusal> {
        let held = self.behaviour.held(self.watch.timer())?;
        self.close(terms, StopReason::Stopped);
        Some(held.refusal)
    }
}
