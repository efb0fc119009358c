//! `breaker` as a layer of a call.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, Held, layer};
use crate::decide::verdict::Verdict;
use crate::guard::breaker::{Admission, CircuitBreaker};
use crate::guard::rejected::Rejected;
use crate::guard::share::Share;
use crate::time::timer::Clock;

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

impl<K: Share<CircuitBreaker>> Leave<K> {
    fn give_back(&mut self) {
        let admission = self.admission.take();
        self.forgive(admission);
    }

    fn forgive(&self, admission: Option<Admission>) {
        if let (Some(admission), Some(breaker)) = (admission, self.breaker.guard()) {
            breaker.give_back(admission);
        }
    }
}

impl<K: Share<CircuitBreaker>> Drop for Leave<K> {
    fn drop(&mut self) {
        self.give_back();
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

impl<B: Behaviour, K: Share<CircuitBreaker>> Guarded<B, K> {
    /// The breaker, unless it is asked already: the second leave would be refused where one probe is allowed.
    fn breaker(&self) -> Option<&CircuitBreaker> {
        let breaker = self.leave.breaker.guard()?;
        (!self.inner.asks(breaker)).then_some(breaker)
    }
}

impl<B: Behaviour, K: Share<CircuitBreaker>> Behaviour for Guarded<B, K> {
    layer!(inner limit ledger);

    type Refusal = Rejected;
    type Cooling = B::Cooling;
    type Permit = Admitted<B::Permit>;

    fn held(&self, clock: &impl Clock) -> Option<Held<Rejected>> {
        self.inner.held(clock).map(Held::widened)
    }

    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), Rejected> {
        self.leave.admission = match self.breaker() {
            None => None,
            Some(breaker) => Some(breaker.enter(|| clock.now())?),
        };
        self.inner.begin(first, clock).map_err(|refusal| {
            self.leave.give_back();
            refusal.into()
        })
    }

    fn asks(&self, breaker: &CircuitBreaker) -> bool {
        let own = self.leave.breaker.guard();
        own.is_some_and(|own| core::ptr::eq(own, breaker)) || self.inner.asks(breaker)
    }

    fn ended(&mut self, verdict: Verdict, clock: &impl Clock) -> Option<Duration> {
        let inner = self.inner.ended(verdict, clock);
        let admission = self.leave.admission.take();
        let Some(breaker) = self.leave.breaker.guard() else {
            return inner;
        };
        record(breaker, admission, verdict, clock);
        if verdict.is_retry() {
            inner.max(breaker.time_left(|| clock.now()))
        } else {
            inner
        }
    }

    fn take_permit(&mut self) -> Self::Permit {
        Admitted {
            inner: self.inner.take_permit(),
            admission: self.leave.admission.take(),
        }
    }

    fn hedge(&mut self, clock: &impl Clock) -> Option<Self::Permit> {
        let admission = match self.breaker() {
            None => None,
            Some(breaker) => Some(breaker.enter(|| clock.now()).ok()?),
        };
        let inner = self.inner.hedge(clock);
        if inner.is_none() {
            self.leave.forgive(admission);
        }
        let inner = inner?;
        Some(Admitted { inner, admission })
    }

    fn settle(&mut self, permit: Self::Permit, verdict: Verdict, clock: &impl Clock) {
        let Admitted { inner, admission } = permit;
        self.inner.settle(inner, verdict, clock);
        if let Some(breaker) = self.leave.breaker.guard() {
            record(breaker, admission, verdict, clock);
        }
    }

    fn give_back(&mut self, Admitted { inner, admission }: Self::Permit) {
        self.inner.give_back(inner);
        self.leave.forgive(admission);
    }
}

/// What a breaker gave a leg, beside what other guards did.
#[doc(hidden)]
#[derive(Debug)]
pub struct Admitted<P> {
    inner: P,
    admission: Option<Admission>,
}

fn record(
    breaker: &CircuitBreaker,
    admission: Option<Admission>,
    verdict: Verdict,
    clock: &impl Clock,
) {
    if let Some(admission) = admission {
        breaker.record(admission, verdict.is_retry(), || clock.now());
    }
}
