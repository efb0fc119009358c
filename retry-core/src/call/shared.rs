//! Budget and breaker as layers of a call: by reference or by `Arc`.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, layer};
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::guard::breaker::{Admission, CircuitBreaker, Rejected};
use crate::guard::budget::Budget;
use crate::guard::share::Share;
use crate::story::error::CanSay;
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
        if self.pending {
            self.budget.guard().give_back();
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

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), B::Refusal> {
        self.inner.begin(first, clock)?;
        self.withdrawal.pending = false;
        if first {
            self.withdrawal.budget.guard().deposit();
        }
        Ok(())
    }

    fn withdraw(&mut self) -> Result<(), StopReason> {
        self.inner.withdraw()?;
        self.withdrawal.pending = self.withdrawal.budget.guard().withdraw();
        if self.withdrawal.pending {
            Ok(())
        } else {
            Err(StopReason::BudgetExhausted)
        }
    }
}

/// `breaker`: attempts need leave, and their failures count.
#[derive(Debug)]
pub struct Guarded<B, K: Share<CircuitBreaker>> {
    inner: B,
    leave: Leave<K>,
}

/// What a breaker said of the running attempt; it goes back if the attempt never ends.
#[derive(Debug)]
struct Leave<K: Share<CircuitBreaker>> {
    breaker: K,
    admission: Option<Admission>,
}

impl<K: Share<CircuitBreaker>> Drop for Leave<K> {
    fn drop(&mut self) {
        if let Some(admission) = self.admission {
            self.breaker.guard().give_back(admission);
        }
    }
}

impl<B, K: Share<CircuitBreaker>> Guarded<B, K> {
    pub(crate) const fn new(inner: B, breaker: K) -> Self {
        let leave = Leave {
            breaker,
            admission: None,
        };
        Self { inner, leave }
    }
}

/// The same behaviour for another call.
impl<B: Clone, K: Share<CircuitBreaker> + Clone> Clone for Guarded<B, K> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.leave.breaker.clone())
    }
}

impl<B: Behaviour<Refusal: Into<Rejected>>, K: Share<CircuitBreaker>> Behaviour for Guarded<B, K> {
    layer!(inner limit ledger);

    type Refusal = Rejected;

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), Rejected> {
        let breaker = self.leave.breaker.guard();
        // The same breaker twice: the second leave would be refused where one probe is allowed.
        if self.inner.asks(breaker) {
            return self.inner.begin(first, clock).map_err(Into::into);
        }
        let admission = breaker.enter(|| clock.now())?;
        if let Err(refusal) = self.inner.begin(first, clock) {
            breaker.give_back(admission);
            return Err(refusal.into());
        }
        self.leave.admission = Some(admission);
        Ok(())
    }

    fn asks(&self, breaker: &CircuitBreaker) -> bool {
        core::ptr::eq(self.leave.breaker.guard(), breaker) || self.inner.asks(breaker)
    }

    fn ended(&mut self, verdict: Verdict, clock: &impl Clock) -> Option<Duration> {
        let inner = self.inner.ended(verdict, clock);
        let breaker = self.leave.breaker.guard();
        if let Some(admission) = self.leave.admission.take() {
            breaker.record(admission, verdict.is_retry(), || clock.now());
        }
        if verdict.is_retry() {
            inner.max(breaker.time_left(|| clock.now()))
        } else {
            inner
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Rejected>> CanSay<Rejected> for Result<T, E> {
    fn refused(refusal: Rejected) -> Self {
        Err(refusal.into())
    }
}
