//! `budget` as a layer of a call.

use crate::call::behaviour::{Behaviour, Held, layer};
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::guard::budget::Budget;
use crate::guard::share::Share;
use crate::time::timer::Clock;

/// `budget`: retries are paid for by calls.
#[derive(Debug)]
pub struct Budgeted<B, G: Share<Budget>> {
    inner: B,
    withdrawal: Withdrawal<G>,
}

/// A token that was taken for a retry, and goes back if the retry never starts.
#[derive(Debug)]
struct Withdrawal<G: Share<Budget>> {
    budget: G,
    pending: bool,
}

impl<G: Share<Budget>> Drop for Withdrawal<G> {
    fn drop(&mut self) {
        if let (true, Some(budget)) = (self.pending, self.budget.guard()) {
            budget.give_back();
        }
    }
}

impl<B, G: Share<Budget>> Budgeted<B, G> {
    pub(crate) const fn new(inner: B, budget: G) -> Self {
        let withdrawal = Withdrawal {
            budget,
            pending: false,
        };
        Self { inner, withdrawal }
    }
}

/// The same behaviour for another call.
impl<B: Clone, G: Share<Budget> + Clone> Clone for Budgeted<B, G> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.withdrawal.budget.clone())
    }
}

impl<B: Behaviour, G: Share<Budget>> Behaviour for Budgeted<B, G> {
    layer!(inner limit ledger);

    type Refusal = B::Refusal;
    type Cooling = B::Cooling;
    type Permit = B::Permit;

    fn held(&self, clock: &impl Clock) -> Option<Held<B::Refusal>> {
        self.inner.held(clock)
    }

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), B::Refusal> {
        self.inner.begin(first, clock)?;
        self.withdrawal.pending = false;
        if first {
            if let Some(budget) = self.withdrawal.budget.guard() {
                budget.deposit_at(|| clock.now());
            }
        }
        Ok(())
    }

    fn withdraw(&mut self, clock: &impl Clock) -> Result<(), StopReason> {
        self.inner.withdraw(clock)?;
        let Some(budget) = self.withdrawal.budget.guard() else {
            return Ok(());
        };
        self.withdrawal.pending = budget.withdraw_at(|| clock.now());
        if self.withdrawal.pending {
            Ok(())
        } else {
            Err(StopReason::BudgetExhausted)
        }
    }

    fn take_permit(&mut self) -> B::Permit {
        self.inner.take_permit()
    }

    fn hedge(&mut self, clock: &impl Clock) -> Option<B::Permit> {
        let Some(budget) = self.withdrawal.budget.guard() else {
            return self.inner.hedge(clock);
        };
        if !budget.withdraw_at(|| clock.now()) {
            return None;
        }
        let permit = self.inner.hedge(clock);
        if permit.is_none() {
            budget.give_back();
        }
        permit
    }

    fn settle(&mut self, permit: B::Permit, verdict: Verdict, clock: &impl Clock) {
        self.inner.settle(permit, verdict, clock);
    }

    fn give_back(&mut self, permit: B::Permit) {
        self.inner.give_back(permit);
    }
}
