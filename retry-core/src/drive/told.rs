//! What an operation is told of the attempt that it makes.

use core::time::Duration;

use crate::call::behaviour::Behaviour;
use crate::call::call::Call;
use crate::call::stopwatch::Stopwatch;
use crate::call::terms::Terms;
use crate::policy::policy::Policy;
use crate::story::attempt::Attempt;

/// Nothing, or the [`Attempt`].
pub(super) trait Told: Copy {
    /// Of the attempt that is about to run.
    fn of<B: Behaviour, W: Stopwatch>(call: &mut Call<B, W>, terms: &Terms<&Policy>) -> Self;

    /// Of its nth hedge, which starts when so much of the call has passed.
    fn of_hedge(self, hedge: u32, elapsed: Duration) -> Self;
}

impl Told for () {
    fn of<B: Behaviour, W: Stopwatch>(_: &mut Call<B, W>, _: &Terms<&Policy>) {}

    fn of_hedge(self, _: u32, _: Duration) {}
}

impl Told for Attempt {
    fn of<B: Behaviour, W: Stopwatch>(call: &mut Call<B, W>, terms: &Terms<&Policy>) -> Self {
        call.attempt(terms)
    }

    fn of_hedge(self, hedge: u32, elapsed: Duration) -> Self {
        Self {
            hedge,
            elapsed,
            ..self
        }
    }
}
