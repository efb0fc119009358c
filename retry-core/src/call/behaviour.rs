//! What a call does besides attempting and waiting, one layer a behaviour.
//!
//! Each behaviour wraps the ones attached before it and overrides the hooks it is about; every other hook passes
//! through, so that a behaviour is one struct in one file and a call without behaviours costs nothing.

use core::convert::Infallible;
use core::time::Duration;

use crate::call::hold::{Cooling, Unheld};
use crate::call::limit::{AttemptLimit, NoLimit};
use crate::call::stopwatch::Ledger;
use crate::decide::cooling::Pause;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::guard::breaker::CircuitBreaker;
use crate::guard::rejected::Rejected;
use crate::policy::jitter::Random;
use crate::story::attempt::Attempt;
use crate::story::event::Event;
use crate::time::timer::Clock;

/// The hooks of one call, in the order in which a call meets them.
pub trait Behaviour {
    /// The behaviours below this one.
    type Inner: Behaviour;

    /// Why an attempt may not start. `Infallible` without a guard that refuses.
    type Refusal: Into<Rejected> + Copy + Send;

    /// What a guard that counts attempts gave a leg of one.
    type Permit: Send;

    /// How long an attempt may take.
    type Limit: AttemptLimit;

    /// Whether attempts may have to wait for a cooldown.
    type Cooling: Cooling;

    /// What is written down for those who look.
    type Ledger: Ledger;

    /// Whether somebody is told of every attempt.
    const OBSERVES: bool = <Self::Inner as Behaviour>::OBSERVES;

    /// Whether there can be more than one attempt.
    const REPEATS: bool = <Self::Inner as Behaviour>::REPEATS;

    /// Whether the call retries inside an attempt of another one, too.
    const NESTS: bool = <Self::Inner as Behaviour>::NESTS;

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

    /// What holds every attempt now.
    #[doc(hidden)]
    fn held(&self, clock: &impl Clock) -> Option<Held<Self::Refusal>>;

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
    fn withdraw(&mut self, clock: &impl Clock) -> Result<(), StopReason> {
        self.inner_mut().withdraw(clock)
    }

    /// The permit of the attempt that has begun, which becomes the first leg of a race.
    #[doc(hidden)]
    fn take_permit(&mut self) -> Self::Permit;

    /// Another leg of the running attempt is wanted: its permit, where it is paid for and allowed.
    #[doc(hidden)]
    fn hedge(&mut self, clock: &impl Clock) -> Option<Self::Permit>;

    /// A leg has ended with this verdict.
    #[doc(hidden)]
    fn settle(&mut self, permit: Self::Permit, verdict: Verdict, clock: &impl Clock);

    /// A leg never ended.
    #[doc(hidden)]
    fn give_back(&mut self, permit: Self::Permit);

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

/// A pause that attempts have to wait for, and what is said of one that may not.
#[derive(Clone, Copy, Debug)]
pub struct Held<R> {
    pub(crate) pause: Pause,
    pub(crate) refusal: R,
}

impl<R: Into<Rejected>> Held<R> {
    /// The same, for calls that other guards may refuse, too.
    pub(crate) fn widened(self) -> Held<Rejected> {
        Held {
            pause: self.pause,
            refusal: self.refusal.into(),
        }
    }
}

/// No behaviour at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Behaviour for Plain {
    type Inner = Self;
    type Refusal = Infallible;
    type Permit = ();
    type Limit = NoLimit;
    type Cooling = Unheld;
    type Ledger = ();
    const OBSERVES: bool = false;
    const NESTS: bool = false;
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

    fn held(&self, _: &impl Clock) -> Option<Held<Infallible>> {
        None
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

    fn withdraw(&mut self, _: &impl Clock) -> Result<(), StopReason> {
        Ok(())
    }

    fn take_permit(&mut self) {}

    fn hedge(&mut self, _: &impl Clock) -> Option<()> {
        Some(())
    }

    fn settle(&mut self, (): (), _: Verdict, _: &impl Clock) {}

    fn give_back(&mut self, (): ()) {}

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
        type Cooling = B::Cooling;

        fn held(&self, clock: &impl Clock) -> Option<$crate::call::behaviour::Held<B::Refusal>> {
            self.inner.held(clock)
        }

        fn begin(&mut self, first: bool, clock: &impl Clock) -> Result<(), B::Refusal> {
            self.inner.begin(first, clock)
        }

        $crate::call::behaviour::layer!($($more)*);
    };
    (permits $($more:ident)*) => {
        type Permit = B::Permit;

        fn take_permit(&mut self) -> B::Permit {
            self.inner.take_permit()
        }

        fn hedge(&mut self, clock: &impl Clock) -> Option<B::Permit> {
            self.inner.hedge(clock)
        }

        fn settle(&mut self, permit: B::Permit, verdict: Verdict, clock: &impl Clock) {
            self.inner.settle(permit, verdict, clock);
        }

        fn give_back(&mut self, permit: B::Permit) {
            self.inner.give_back(permit);
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
