//! What a call does besides attempting and waiting, one layer a behaviour.
//!
//! Each behaviour wraps the ones attached before it and overrides the hooks it is about; every other hook passes
//! through, so that a behaviour is one struct in one file and a call without behaviours costs nothing.

use core::convert::Infallible;
use core::time::Duration;

use crate::call::limit::{AttemptLimit, NoLimit, Within};
use crate::call::stopwatch::Ledger;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::guard::breaker::CircuitBreaker;
use crate::policy::random::Random;
use crate::story::attempt::Attempt;
use crate::story::event::Event;
use crate::time::timer::Clock;

/// The hooks of one call, in the order in which a call meets them.
pub trait Behaviour {
    /// The behaviours below this one.
    type Inner: Behaviour;

    /// Why an attempt may not start. `Infallible` without a breaker.
    type Refusal;

    /// How long an attempt may take.
    type Limit: AttemptLimit;

    /// What is written down for those who look.
    type Ledger: Ledger;

    /// Whether somebody is told of every attempt.
    const OBSERVES: bool = <Self::Inner as Behaviour>::OBSERVES;

    /// Whether there can be more than one attempt.
    const REPEATS: bool = <Self::Inner as Behaviour>::REPEATS;

    /// The behaviours below this one.
    fn inner(&self) -> &Self::Inner;

    /// The behaviours below this one.
    fn inner_mut(&mut self) -> &mut Self::Inner;

    /// The name of the operation, for those who report about it.
    fn name(&self) -> &'static str {
        self.inner().name()
    }

    /// How long an attempt may take.
    fn limit(&self) -> Self::Limit;

    /// An attempt is about to start; the first one of the call if `first`.
    ///
    /// # Errors
    ///
    /// The refusal, if it may not.
    fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), Self::Refusal>;

    /// Whether this very breaker is asked before each attempt.
    #[doc(hidden)]
    fn asks(&self, breaker: &CircuitBreaker) -> bool {
        self.inner().asks(breaker)
    }

    /// An attempt has ended with this verdict. Answers how long the next one would be refused.
    fn ended(&mut self, verdict: Verdict, clock: &impl Clock) -> Option<Duration> {
        self.inner_mut().ended(verdict, clock)
    }

    /// Another attempt is wanted, and nothing but its price stands against it.
    ///
    /// # Errors
    ///
    /// Why there will be none.
    fn withdraw(&mut self) -> Result<(), StopReason> {
        self.inner_mut().withdraw()
    }

    /// The rule that replaces the policy's backoff.
    fn rule(&self) -> Option<&dyn Fn(u32) -> Duration> {
        self.inner().rule()
    }

    /// Where random numbers come from.
    #[doc(hidden)]
    fn random(&self) -> Random {
        self.inner().random()
    }

    /// Something happened to the call.
    #[doc(hidden)]
    fn observe(&mut self, attempt: &Attempt, event: Event) {
        self.inner_mut().observe(attempt, event);
    }
}

/// What is said of an attempt of a call with these layers that took too long.
pub(crate) type Expired<B> = <<B as Behaviour>::Limit as AttemptLimit>::Expired;

/// No behaviour at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Behaviour for Plain {
    type Inner = Self;
    type Refusal = Infallible;
    type Limit = NoLimit;
    type Ledger = ();
    const OBSERVES: bool = false;
    const REPEATS: bool = true;

    fn inner(&self) -> &Self {
        self
    }

    fn inner_mut(&mut self) -> &mut Self {
        self
    }

    fn name(&self) -> &'static str {
        "operation"
    }

    fn limit(&self) -> NoLimit {
        NoLimit
    }

    fn begin(&mut self, _: bool, _: &impl Clock) -> Result<(), Infallible> {
        Ok(())
    }

    fn asks(&self, _: &CircuitBreaker) -> bool {
        false
    }

    fn ended(&mut self, _: Verdict, _: &impl Clock) -> Option<Duration> {
        None
    }

    fn withdraw(&mut self) -> Result<(), StopReason> {
        Ok(())
    }

    fn rule(&self) -> Option<&dyn Fn(u32) -> Duration> {
        None
    }

    fn random(&self) -> Random {
        Random::Thread
    }

    fn observe(&mut self, _: &Attempt, _: Event) {}
}

/// The hooks in which a layer is as the ones below it: each of these words stands for some.
macro_rules! layer {
    () => {};
    (inner $($more:ident)*) => {
        type Inner = B;

        fn inner(&self) -> &B {
            &self.inner
        }

        fn inner_mut(&mut self) -> &mut B {
            &mut self.inner
        }

        $crate::call::behaviour::layer!($($more)*);
    };
    (refusals $($more:ident)*) => {
        type Refusal = B::Refusal;

        fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), B::Refusal> {
            self.inner.begin(first, clock)
        }

        $crate::call::behaviour::layer!($($more)*);
    };
    (ledger $($more:ident)*) => {
        type Ledger = B::Ledger;

        $crate::call::behaviour::layer!($($more)*);
    };
    (limit $($more:ident)*) => {
        type Limit = B::Limit;

        fn limit(&self) -> B::Limit {
            self.inner.limit()
        }

        $crate::call::behaviour::layer!($($more)*);
    };
}
pub(crate) use layer;

/// `name`: what the operation is called where somebody reads about it.
#[derive(Clone, Copy, Debug)]
pub struct Named<B> {
    pub(crate) inner: B,
    pub(crate) name: &'static str,
}

impl<B: Behaviour> Behaviour for Named<B> {
    layer!(inner refusals limit ledger);

    fn name(&self) -> &'static str {
        self.name
    }
}

/// `seed`: delays that repeat.
#[derive(Clone, Copy, Debug)]
pub struct Seeded<B> {
    pub(crate) inner: B,
    pub(crate) seed: u64,
}

impl<B: Behaviour> Behaviour for Seeded<B> {
    layer!(inner refusals limit ledger);

    fn random(&self) -> Random {
        Random::seeded(self.seed)
    }
}

/// `wait_with`: the user's own rule for the base delay.
#[derive(Clone, Copy, Debug)]
pub struct WaitWith<B, F> {
    pub(crate) inner: B,
    pub(crate) rule: F,
}

impl<B: Behaviour, F: Fn(u32) -> Duration> Behaviour for WaitWith<B, F> {
    layer!(inner refusals limit ledger);

    fn rule(&self) -> Option<&dyn Fn(u32) -> Duration> {
        Some(&self.rule)
    }
}

/// `attempt_timeout`: attempts have a limit.
#[derive(Clone, Copy, Debug)]
pub struct Limited<B> {
    pub(crate) inner: B,
    pub(crate) limit: Duration,
}

impl<B: Behaviour> Behaviour for Limited<B> {
    layer!(inner refusals ledger);

    type Limit = Within;

    fn limit(&self) -> Within {
        Within(self.limit)
    }
}

/// What is attempted can be attempted once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Once<B> {
    pub(crate) inner: B,
}

impl<B: Behaviour> Behaviour for Once<B> {
    layer!(inner refusals limit ledger);

    const REPEATS: bool = false;

    /// Before a budget is asked: nobody pays for what cannot be.
    fn withdraw(&mut self) -> Result<(), StopReason> {
        Err(StopReason::NotRepeatable)
    }
}
