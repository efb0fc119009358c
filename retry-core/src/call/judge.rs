//! Who judges the outcomes of a call: the user's classifier, or the outcome itself where nobody said.

use crate::decide::verdict::{Classify, Outcome, Verdict};

/// Judges the outcomes of a call.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not classify `{O}`",
    label = "not a classifier of this outcome",
    note = "a classifier is a `Fn(&{O}) -> bool`, a `Fn(&{O}) -> Verdict`, or a type that implements `retry_core::Classify<{O}>`"
)]
pub trait Judge<O> {
    /// The verdict on the outcome of the attempt of this number.
    fn verdict(&self, attempt: u32, outcome: &O) -> Verdict;

    /// The same, where somebody else brings a classifier for the case that the user named none.
    fn verdict_or(&self, attempt: u32, outcome: &O, default: &impl Classify<O>) -> Verdict {
        let _ = default;
        self.verdict(attempt, outcome)
    }

    /// Whether the attempts before this one are forgotten: see [`Classify::progressed`].
    fn progressed(&self, outcome: &O) -> bool {
        let _ = outcome;
        false
    }
}

/// Nobody said: the outcome judges itself, by its [`Outcome`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsaid;

impl<O: Outcome> Judge<O> for Unsaid {
    fn verdict(&self, _: u32, outcome: &O) -> Verdict {
        outcome.verdict()
    }

    fn verdict_or(&self, _: u32, outcome: &O, default: &impl Classify<O>) -> Verdict {
        default.classify(outcome)
    }
}

/// `when`, `classify`: the user's classifier.
// A wrapper, because a foreign crate may say how `Unsaid` classifies a type of its own.
#[derive(Clone, Copy, Debug)]
pub struct Said<C>(pub(crate) C);

impl<O, C: Classify<O>> Judge<O> for Said<C> {
    fn verdict(&self, _: u32, outcome: &O) -> Verdict {
        self.0.classify(outcome)
    }

    fn progressed(&self, outcome: &O) -> bool {
        self.0.progressed(outcome)
    }
}

/// `when_err`: judges the error of a `Result`; `Ok` is done.
#[derive(Clone, Copy, Debug)]
pub struct OnError<C>(pub(crate) C);

impl<T, E, C: Classify<E>> Judge<Result<T, E>> for OnError<C> {
    fn verdict(&self, _: u32, outcome: &Result<T, E>) -> Verdict {
        match outcome {
            Ok(_) => Verdict::Done,
            Err(error) => error_verdict(self.0.classify(error)),
        }
    }
}

/// An error that is not retried is permanent, never done.
pub(crate) const fn error_verdict(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Done => Verdict::Permanent,
        verdict => verdict,
    }
}

/// `when_attempt`: judges by the number of the attempt, too.
#[derive(Clone, Copy, Debug)]
pub struct ByAttempt<F>(pub(crate) F);

impl<O, V: Into<Verdict>, F: Fn(u32, &O) -> V> Judge<O> for ByAttempt<F> {
    fn verdict(&self, attempt: u32, outcome: &O) -> Verdict {
        self.0(attempt, outcome).into()
    }
}

/// `by_ref`: a judge that stays where it is.
#[derive(Clone, Copy, Debug)]
pub struct ByRef<'j, J>(pub(crate) &'j J);

impl<O, J: Judge<O>> Judge<O> for ByRef<'_, J> {
    fn verdict(&self, attempt: u32, outcome: &O) -> Verdict {
        self.0.verdict(attempt, outcome)
    }

    fn verdict_or(&self, attempt: u32, outcome: &O, default: &impl Classify<O>) -> Verdict {
        self.0.verdict_or(attempt, outcome, default)
    }

    fn progressed(&self, outcome: &O) -> bool {
        self.0.progressed(outcome)
    }
}

/// The user's classifier, or that of an adapter where there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Or<C, D> {
    pub(crate) chosen: C,
    pub(crate) default: D,
}

impl<O, C: Judge<O>, D: Classify<O>> Judge<O> for Or<C, D> {
    fn verdict(&self, attempt: u32, outcome: &O) -> Verdict {
        self.chosen.verdict_or(attempt, outcome, &self.default)
    }

    /// The adapter knows how far the operation came, whoever judges it; and it is asked in any case.
    fn progressed(&self, outcome: &O) -> bool {
        self.default.progressed(outcome) | self.chosen.progressed(outcome)
    }
}
