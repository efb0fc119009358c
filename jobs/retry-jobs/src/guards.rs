//! What guards say before an attempt: a job that they refuse goes back until they may allow it, and loses no attempt.

use std::fmt;
use std::time::Duration;

use retry_core::{Budget, StopReason};
use serde::de::DeserializeOwned;

use crate::clock::Moment;
use crate::decide;
use crate::event::What;
use crate::slot::{Case, Gone};

/// A breaker that was forced open says no time, and a budget knows none: then look again after this at the latest.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// A guard's answer, and the time it says.
pub(crate) enum Refusal {
    Cooling(Duration),
    Open(Duration),
    NoBudget,
}

impl<A, T, E> Case<'_, A, T, E>
where
    A: DeserializeOwned + Send + 'static,
    T: Send + 'static,
    E: fmt::Display + Send + 'static,
{
    /// Jobs deposit when they begin, retries withdraw.
    pub(crate) fn paid(&self) -> bool {
        let Some(budget) = &self.slot.worker.budget else {
            return true;
        };
        let budget: &Budget = (**budget).borrow();
        if self.story.attempts() > 0 {
            return budget.withdraw();
        }
        budget.deposit();
        true
    }

    pub(crate) async fn refused(&mut self, refusal: Refusal) -> Result<(), Gone> {
        let worker = &self.slot.worker;
        let (reason, left) = match refusal {
            Refusal::Cooling(left) => (StopReason::CoolingDown, left),
            Refusal::Open(Duration::MAX) => (StopReason::CircuitOpen, LOOK_AGAIN),
            Refusal::Open(left) => (StopReason::CircuitOpen, left),
            Refusal::NoBudget => {
                let delay = self.story.position.previous_delay();
                let delay = delay.clamp(Duration::from_secs(1), LOOK_AGAIN);
                (StopReason::BudgetExhausted, delay)
            }
        };
        let (now, patience) = (Moment::now(), worker.settings.patience);
        if let Some(away) = decide::refused(&worker.policy, patience, &mut self.story, left, now) {
            self.story.due = Some(now.after(away));
            self.tell(What::Refused(reason, away));
            return Ok(());
        }
        self.bury(reason.as_str().to_owned()).await;
        Err(Gone)
    }
}
