//! The layers that are no more than a value.

use core::time::Duration;

use crate::call::behaviour::{Behaviour, layer};
use crate::call::limit::Within;
use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;
use crate::policy::jitter::Random;
use crate::time::timer::Clock;

/// `name`: what the operation is called where somebody reads about it.
#[derive(Clone, Copy, Debug)]
pub struct Named<B> {
    pub(crate) inner: B,
    pub(crate) name: &'static str,
}

impl<B: Behaviour> Behaviour for Named<B> {
    layer!(inner refusals permits limit ledger);

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
    layer!(inner refusals permits limit ledger);

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
    layer!(inner refusals permits limit ledger);

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
    layer!(inner refusals permits ledger);

    type Limit = Within;

    fn limit(&self) -> Within {
        Within(self.limit)
    }
}

/// `nested`: retries inside an attempt of another call, too.
#[derive(Clone, Copy, Debug)]
pub struct Nested<B> {
    pub(crate) inner: B,
}

impl<B: Behaviour> Behaviour for Nested<B> {
    layer!(inner refusals permits limit ledger);

    const NESTS: bool = true;
}

/// What is attempted can be attempted once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Once<B> {
    pub(crate) inner: B,
}

impl<B: Behaviour> Behaviour for Once<B> {
    layer!(inner refusals permits limit ledger);

    const REPEATS: bool = false;

    /// Before a budget is asked: nobody pays for what cannot be.
    fn withdraw(&mut self, _: &impl Clock) -> Result<(), StopReason> {
        Err(StopReason::NotRepeatable)
    }
}
