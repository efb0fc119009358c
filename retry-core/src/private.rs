//! The face that the attribute sees. Not covered by semantic versioning: `retry-macros` is locked to this version.

pub use core::clone::Clone;
pub use core::ops::ControlFlow::Break;
pub use core::option::Option::{None, Some};
pub use core::pin::pin;
pub use core::result::Result::{Err, Ok};
pub use core::time::Duration;

use core::borrow::Borrow;

use crate::call::behaviour::Behaviour;
pub use crate::call::call::Call;
pub use crate::call::finished::{
    Finished, Given, GivenAny, GivenFuture, Judgeable, Unfinished, finished,
};
use crate::call::judge::{Unsaid, error_verdict};
use crate::call::limit::{AttemptLimit, Attempting, Within};
use crate::call::notify::Quiet;
pub use crate::call::stopwatch::{Kept, Ledger, Stopwatch, Timed, Untimed};
pub use crate::call::terms::{Last, Terms};
use crate::decide::verdict::Outcome;
pub use crate::decide::verdict::{Classify, Verdict};
use crate::drive::builder::Retry;
pub use crate::policy::jitter::{Jitter, Random};
pub use crate::policy::policy::Policy;
use crate::policy::validate::problem_of;
pub use crate::story::error::CanSay;
use crate::story::error::{RetryError, TimedOut};
use crate::story::report::Report;
use crate::time::timer::Timer;

/// Behaviour to be attached with the builder's own methods; [`Retry::untimed`] and its kin end the chain.
///
/// The policy is not part of it: a constant one need not live in the user's future.
pub fn call() -> Retry<()> {
    Retry::new(())
}

impl<B, T> Retry<(), Unsaid, Quiet, B, T> {
    /// A call that reads no clock.
    #[doc(hidden)]
    pub fn untimed(self) -> Call<B, Untimed<T>> {
        Call::new(self.behaviour, Untimed::new(self.timer))
    }

    /// A call that reads the clock.
    #[doc(hidden)]
    pub fn timed(self) -> Call<B, Timed<T, Kept, true>> {
        Call::new(self.behaviour, Timed::new(self.timer))
    }

    /// A call that reads the clock if its policy has a limit or an observer looks.
    #[doc(hidden)]
    pub fn timed_if_asked(self) -> Call<B, Timed<T, Kept, false>> {
        Call::new(self.behaviour, Timed::new(self.timer))
    }
}

/// The policy by value, whether the user wrote a value or a reference.
pub fn policy(policy: impl Borrow<Policy>) -> Policy {
    *policy.borrow()
}

/// Fails the build if the operation's policy has an impossible value in this field.
///
/// # Panics
///
/// With the requirement that is not met, at the place of the call.
#[track_caller]
pub const fn check(terms: &Terms, field: &str) {
    if let Some(broken) = problem_of(&terms.policy, field) {
        panic!("{}", broken.invalid.requirement());
    }
}

/// As [`check`], where nothing is known of the policy but the fields that were `said`.
///
/// # Panics
///
/// As [`check`] does.
#[track_caller]
pub const fn check_said(terms: &Terms, field: &str, said: &[&str]) {
    match problem_of(&terms.policy, field) {
        Some(broken) if broken.is_certain(said) => panic!("{}", broken.invalid.requirement()),
        _ => {}
    }
}

/// The verdict when the user names no classifier.
pub fn verdict<O: Outcome>(outcome: &O) -> Verdict {
    outcome.verdict()
}

/// The verdict of a closure, whose argument type is inferred from the outcome.
///
/// The compiler shows the line of a bound that is not met, and what is said beside it.
pub fn judge<O, V: Into<Verdict>>(
    outcome: &O,
    when: impl FnOnce(&O) -> V, // the whole outcome: `when_err` judges the error alone
) -> Verdict {
    when(outcome).into()
}

/// The verdict of a closure on the error of a `Result`.
pub fn judge_err<T, E, V: Into<Verdict>>(
    outcome: &Result<T, E>,
    when: impl FnOnce(&E) -> V, // the error alone: `when` judges the whole outcome
) -> Verdict {
    match outcome {
        Ok(_) => Verdict::Done,
        Err(error) => error_verdict(when(error).into()),
    }
}

/// The outcome of a call whose attempt was refused or cut off.
pub fn refused<R, O: CanSay<R>>(refusal: R) -> O {
    O::refused(refusal)
}

/// A declared `Result<T, RetryError<E>>`, for a body that gives `Result<T, E>`.
#[diagnostic::on_unimplemented(
    message = "`wrap_error` needs a function that returns `Result<T, RetryError<E>>`",
    label = "this is what the function returns",
    note = "write `-> Result<T, retry_core::RetryError<E>>`; the body goes on giving `Result<T, E>`"
)]
pub trait Wrapped {
    /// What the body gives.
    type Bare;

    /// The declared outcome.
    fn wrap(bare: Self::Bare, report: impl FnOnce() -> Report) -> Self;
}

impl<T, E> Wrapped for Result<T, RetryError<E>> {
    type Bare = Result<T, E>;

    fn wrap(bare: Result<T, E>, report: impl FnOnce() -> Report) -> Self {
        match bare {
            Ok(value) => Ok(value),
            Err(error) => report().wrap_error(Err(error)),
        }
    }
}

impl<B: Behaviour, W: Stopwatch> Call<B, W> {
    /// The last outcome, with its story in the error.
    pub fn wrap_error<R: Wrapped>(&self, last: Last<R::Bare>) -> R {
        let Last { outcome, reason } = last;
        R::wrap(outcome, || self.report(reason))
    }

    /// The outcome of a refused attempt, with its story in the error.
    pub fn wrap_refusal<R: Wrapped>(&self, refusal: B::Refusal, outcome: R::Bare) -> R {
        let reason = refusal.into().stop_reason();
        R::wrap(outcome, || self.report(reason))
    }

    /// An attempt with its call around it.
    #[cfg(feature = "nested")]
    pub fn attempt_around<F: Future>(
        &self,
        terms: &Terms,
        attempt: F,
    ) -> impl Future<Output = F::Output> + use<F, B, W> {
        self.around(terms).start(|| attempt)
    }

    /// The same, on this thread.
    #[cfg(feature = "nested")]
    pub fn attempt_blocking<O>(&self, terms: &Terms, attempt: impl FnOnce() -> O) -> O {
        self.around(terms).within(attempt)
    }

    /// Runs an attempt for at most `limit`, and for what the policy leaves.
    ///
    /// Give it `pin!(async { … })`: a pinned reference is not stored twice.
    pub fn within<F: Future>(
        &self,
        terms: &Terms,
        limit: Duration,
        attempt: F,
    ) -> impl Future<Output = Result<F::Output, TimedOut>>
    where
        W::Timer: Timer,
    {
        let left = self.time_left(&terms.policy);
        let sleep = |limit| self.watch.timer().sleep(limit);
        Attempting::new(attempt, Within(limit).deadline(left, sleep))
    }
}
