//! Budget and breaker as behaviours of a call.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, layer_over_inner};
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::guard::breaker::{CircuitBreaker, Permit, Rejected};
use crate::guard::budget::Budget;
use crate::story::error::Refused;
use crate::time::timer::Clock;

/// `budget`: retries are paid for by calls.
#[derive(Debug)]
pub struct Budgeted<'b, B> {
    inner: B,
    withdrawal: Withdrawal<'b>,
}

/// A token that was taken for a retry, and goes back if the retry never starts.
#[derive(Debug)]
struct Withdrawal<'b> {
    budget: &'b Budget,
    pending: bool,
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        if self.pending {
            self.budget.give_back();
        }
    }
}

impl<'b, B> Budgeted<'b, B> {
    pub(crate) const fn new(inner: B, budget: &'b Budget) -> Self {
        let withdrawal = Withdrawal {
            budget,
            pending: false,
        };
        Self { inner, withdrawal }
    }
}

/// The same behaviour for another call.
impl<B: Clone> Clone for Budgeted<'_, B> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.withdrawal.budget)
    }
}

impl<B: Behaviour> Behaviour for Budgeted<'_, B> {
    layer_over_inner!();

    type Refusal = B::Refusal;

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), B::Refusal> {
        self.inner.begin(first, clock)?;
        self.withdrawal.pending = false;
        if first {
            self.withdrawal.budget.deposit();
        }
        Ok(())
    }

    fn withdraw(&mut self) -> Result<(), StopReason> {
        self.inner.withdraw()?;
        self.withdrawal.pending = self.withdrawal.budget.withdraw();
        if self.withdrawal.pending {
            Ok(())
        } else {
            Err(StopReason::BudgetExhausted)
        }
    }
}

/// `breaker`: attempts need leave, and their failures count.
#[derive(Debug)]
pub struct Guarded<'k, B> {
    inner: B,
    breaker: &'k CircuitBreaker,
    permit: Option<Permit<'k>>,
}

impl<'k, B> Guarded<'k, B> {
    pub(crate) const fn new(inner: B, breaker: &'k CircuitBreaker) -> Self {
        Self {
            inner,
            breaker,
            permit: None,
        }
    }
}

/// The same behaviour for another call.
impl<B: Clone> Clone for Guarded<'_, B> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.breaker)
    }
}

impl<B: Behaviour<Refusal: Into<Rejected>>> Behaviour for Guarded<'_, B> {
    layer_over_inner!();

    type Refusal = Rejected;

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), Rejected> {
        // Where another breaker refuses, this permit goes back at once.
        let permit = self.breaker.admit(|| clock.now())?;
        self.inner.begin(first, clock).map_err(Into::into)?;
        self.permit = Some(permit);
        Ok(())
    }

    fn ended(&mut self, verdict: Verdict, clock: &impl Clock) -> Option<Duration> {
        let inner = self.inner.ended(verdict, clock);
        if let Some(permit) = self.permit.take() {
            permit.record(verdict.is_retry(), || clock.now());
        }
        if verdict.is_retry() {
            inner.max(self.breaker.time_left(|| clock.now()))
        } else {
            inner
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Rejected>> Refused<Rejected> for Result<T, E> {
    fn refused(refusal: Rejected) -> Self {
        Err(refusal.into())
    }
}
