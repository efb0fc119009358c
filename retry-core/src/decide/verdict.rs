//! What an outcome means: done, permanent, or worth another attempt.

use core::time::Duration;

use std::sync::Arc;

/// What a classifier says of an outcome.
///
/// The enum is exhaustive: a new kind of verdict would change what every classifier has to decide.
///
/// ```
/// use retry_core::Verdict;
/// use std::time::Duration;
///
/// assert_eq!(Verdict::from(true), Verdict::Retry);
/// assert_eq!(Verdict::from(false), Verdict::Done);
/// assert_eq!(Verdict::RetryAfter(Duration::from_secs(2)).hint(), Some(Duration::from_secs(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The outcome is what the caller wanted.
    Done,
    /// A failure that another attempt would not cure.
    Permanent,
    /// A failure that another attempt may cure.
    Retry,
    /// As [`Retry`](Self::Retry), and the other side asked to wait at least this long.
    RetryAfter(Duration),
}

impl Verdict {
    /// Whether the verdict asks for another attempt.
    #[must_use]
    pub const fn is_retry(self) -> bool {
        matches!(self, Self::Retry | Self::RetryAfter(_))
    }

    /// The delay that the other side asked for.
    #[must_use]
    pub const fn hint(self) -> Option<Duration> {
        match self {
            Self::RetryAfter(hint) => Some(hint),
            Self::Done | Self::Permanent | Self::Retry => None,
        }
    }
}

/// `true` is [`Verdict::Retry`], `false` is [`Verdict::Done`].
///
/// In `when_err`, which sees nothing but errors, `false` is [`Verdict::Permanent`].
impl From<bool> for Verdict {
    fn from(retry: bool) -> Self {
        if retry { Self::Retry } else { Self::Done }
    }
}

/// The verdict on an outcome when the user names no classifier.
///
/// It never looks inside an error: which errors pass is knowledge of the protocol, not of this crate.
///
/// ```
/// use retry_core::{Outcome, Verdict};
///
/// assert_eq!(Ok::<u8, &str>(1).verdict(), Verdict::Done);
/// assert_eq!(Err::<u8, &str>("no").verdict(), Verdict::Retry);
/// assert_eq!(None::<u8>.verdict(), Verdict::Retry);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say by itself when to try again",
    label = "neither a `Result` nor an `Option`",
    note = "return a `Result` or an `Option`, name a classifier with `when`, or implement `retry_core::Outcome` for a type of your own"
)]
pub trait Outcome {
    /// What this outcome means.
    fn verdict(&self) -> Verdict;
}

/// Every `Err` is worth another attempt.
impl<T, E> Outcome for Result<T, E> {
    fn verdict(&self) -> Verdict {
        self.is_err().into()
    }
}

/// `None` is worth another attempt.
impl<T> Outcome for Option<T> {
    fn verdict(&self) -> Verdict {
        self.is_none().into()
    }
}

/// Tells which outcomes are worth another attempt.
///
/// Every `Fn(&O) -> impl Into<Verdict>` is a classifier, so a function that returns a `bool` will do.
/// A type with several impls classifies several types of outcome. A classifier that is chosen at run time is an
/// `Arc<C>` of any, or `&dyn Classify<O>`, `Box<dyn Classify<O>>`, with `+ Send + Sync` where threads share it.
///
/// ```
/// use retry_core::{Classify, Verdict};
///
/// fn busy(outcome: &Result<u16, String>) -> bool {
///     matches!(outcome, Ok(503))
/// }
/// assert_eq!(busy.classify(&Ok(503)), Verdict::Retry);
///
/// struct Busy;
/// impl Classify<u16> for Busy {
///     fn classify(&self, status: &u16) -> Verdict {
///         (*status == 503).into()
///     }
/// }
/// assert_eq!(Busy.classify(&200), Verdict::Done);
///
/// let chosen: Box<dyn Classify<u16> + Send + Sync> = Box::new(Busy);
/// let policy = retry_core::Policy::new().fixed(std::time::Duration::ZERO);
/// let (_, report) = policy.classify(chosen).report_blocking(|| 503);
/// assert_eq!(report.attempts(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not classify `{O}`",
    label = "not a classifier of this outcome",
    note = "a classifier is a `Fn(&{O}) -> bool`, a `Fn(&{O}) -> Verdict`, or a type that implements `retry_core::Classify<{O}>`"
)]
pub trait Classify<O> {
    /// The verdict on `outcome`.
    fn classify(&self, outcome: &O) -> Verdict; // `when`: the whole outcome; `when_err`: its error

    /// Whether the operation came further in this attempt than in those before: the attempts so far are forgotten, and
    /// this one counts as the first.
    ///
    /// For operations that go on where they stopped, such as a download in parts: `max_attempts` then bounds the attempts
    /// without progress, and the delays begin anew. Every other limit and every guard stays in force. It is asked once for
    /// each outcome, before the verdict is acted on, by the methods of [`Retry`](crate::Retry) and of
    /// [`Retries`](crate::Retries) with a classifier of whole outcomes; the attribute does not ask.
    ///
    /// ```
    /// use retry_core::{Classify, Policy, Verdict};
    ///
    /// struct Copied;
    /// impl Classify<Result<u8, u8>> for Copied {
    ///     fn classify(&self, outcome: &Result<u8, u8>) -> Verdict {
    ///         outcome.is_err().into()
    ///     }
    ///     fn progressed(&self, outcome: &Result<u8, u8>) -> bool {
    ///         matches!(outcome, Err(bytes) if *bytes > 0)
    ///     }
    /// }
    ///
    /// let mut outcomes = [Err(9), Err(9), Err(9), Err(0), Err(0)].into_iter();
    /// let policy = Policy::new().max_attempts(3).fixed(std::time::Duration::ZERO);
    /// let outcome = policy.classify(Copied).retry_blocking(|| outcomes.next().unwrap_or(Ok(0)));
    /// assert_eq!((outcome, outcomes.len()), (Err(0), 0)); // two more after the last that progressed
    /// ```
    fn progressed(&self, outcome: &O) -> bool {
        let _ = outcome;
        false
    }
}

impl<O, V, F> Classify<O> for F
where
    F: Fn(&O) -> V + ?Sized,
    V: Into<Verdict>,
{
    fn classify(&self, outcome: &O) -> Verdict {
        self(outcome).into()
    }
}

impl<O, C: Classify<O> + ?Sized> Classify<O> for Arc<C> {
    fn classify(&self, outcome: &O) -> Verdict {
        (**self).classify(outcome)
    }

    fn progressed(&self, outcome: &O) -> bool {
        (**self).progressed(outcome)
    }
}

/// References to closures and boxes of them are closures, so that `&C` and `Box<C>` of any `C` would be classifiers twice.
macro_rules! classify_by_what_is_behind {
    ($($pointer:ty),*) => {$(
        impl<O> Classify<O> for $pointer {
            fn classify(&self, outcome: &O) -> Verdict {
                (**self).classify(outcome)
            }

            fn progressed(&self, outcome: &O) -> bool {
                (**self).progressed(outcome)
            }
        }
    )*};
}

classify_by_what_is_behind!(
    &(dyn Classify<O> + '_),
    &(dyn Classify<O> + Send + Sync + '_),
    Box<dyn Classify<O> + '_>,
    Box<dyn Classify<O> + Send + Sync + '_>
);
