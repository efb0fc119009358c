//! Classifiers of whole outcomes: `transient`, `unprocessed`, `keyed`, and any [`Classifier`].

#[cfg(feature = "reqwest")]
use core::any::Any;
use core::error::Error;
use core::ops::DerefMut;

use retry_core::{Classify, Verdict};

#[cfg(feature = "reqwest")]
use crate::answer::Answer;
use crate::classifier::{Classifier, Standing};
use crate::fault::Fault;
#[cfg(feature = "reqwest")]
use crate::fault::chain;

/// Every transient failure, for calls that may be repeated: [`Classifier::transient`].
///
/// Goes with every outcome `Result<T, E>`. `T` is any owned type; a `reqwest::Response` is judged by its status. `E`
/// is any error whose chain holds an [`Error`](crate::Error) or a `reqwest::Error`, or a boxed error, or an
/// `anyhow::Error`.
///
/// A response that is retried is dropped unread, which costs its connection; one that went through `check()` was read.
///
/// ```no_run
/// # async fn run() -> Result<(), retry_http::Error> {
/// use retry_core::retry;
/// use retry_http::{ResponseExt, reqwest};
///
/// #[retry(max_attempts = 4, when = retry_http::transient)]
/// async fn get(client: &reqwest::Client, url: &str) -> Result<String, retry_http::Error> {
///     Ok(client.get(url).send().await?.check().await?.text().await?)
/// }
/// # get(&reqwest::Client::new(), "http://127.0.0.1").await?;
/// # Ok(())
/// # }
/// ```
pub fn transient<T: 'static, E: Failure<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::transient().classify(outcome)
}

/// Only what the server provably did not act on, or refused, for calls that must not run twice:
/// [`Classifier::unprocessed`]. Goes with the same outcomes as [`transient`].
pub fn unprocessed<T: 'static, E: Failure<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::unprocessed().classify(outcome)
}

/// Every transient failure, and 409, for calls that carry an idempotency key: [`Classifier::keyed`]. Goes with the
/// same outcomes as [`transient`].
pub fn keyed<T: 'static, E: Failure<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::keyed().classify(outcome)
}

/// An error that can be walked down to its cause.
///
/// Every `std::error::Error`, and what holds one without being one: boxed errors, `anyhow::Error`, `eyre::Report`.
/// `Kind` only tells these apart, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error that can be looked into",
    note = "a classifier of `retry_http` needs a `std::error::Error + 'static` or a boxed error; for another type give `when` a closure"
)]
pub trait Failure<Kind> {
    /// The error itself.
    fn error(&self) -> &(dyn Error + 'static);
}

/// Marks what is a `std::error::Error` by itself.
#[derive(Debug)]
pub enum Itself {}

/// Marks what holds an error that may go to another thread.
#[derive(Debug)]
pub enum Held {}

/// Marks a boxed error that stays on its thread.
#[derive(Debug)]
pub enum Local {}

impl<E: Error + 'static> Failure<Itself> for E {
    fn error(&self) -> &(dyn Error + 'static) {
        self
    }
}

/// `Box` and `anyhow::Error` give out their error mutably, too; an `Arc` does not, and is an error by itself.
impl<E: DerefMut<Target = dyn Error + Send + Sync>> Failure<Held> for E {
    fn error(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

impl Failure<Local> for Box<dyn Error> {
    fn error(&self) -> &(dyn Error + 'static) {
        self.as_ref()
    }
}

impl Failure<Local> for Box<dyn Error + Send> {
    fn error(&self) -> &(dyn Error + 'static) {
        self.as_ref()
    }
}

impl Classifier {
    /// The verdict on an outcome, as [`transient`] has it.
    ///
    /// This serves every error that [`transient`] serves. The trait [`Classify`] is there for errors that are a
    /// `std::error::Error`; with a boxed one, give `when` a closure: `policy.when(|outcome| C.classify(outcome))`.
    ///
    /// An outcome does not tell its method, so [`by_method`](Self::by_method) here takes it for one that must not run
    /// twice.
    pub fn classify<T: 'static, E: Failure<Kind>, Kind>(&self, outcome: &Result<T, E>) -> Verdict {
        let standing = self.standing(None, false);
        match outcome {
            #[cfg(feature = "reqwest")]
            Ok(value) => match (value as &dyn Any).downcast_ref::<reqwest::Response>() {
                Some(response) => self.answer(standing, Answer::of(response)),
                None => Verdict::Done,
            },
            #[cfg(not(feature = "reqwest"))]
            Ok(_) => Verdict::Done,
            Err(error) => self.chain(standing, error.error()),
        }
    }

    #[cfg_attr(
        not(feature = "reqwest"),
        allow(clippy::unused_self, reason = "only reqwest's errors hold a status")
    )]
    pub(crate) fn chain(&self, standing: Standing, error: &(dyn Error + 'static)) -> Verdict {
        #[cfg(feature = "reqwest")]
        for link in chain(error) {
            if let Some(answer) = crate::error::answer(link) {
                return self.answer(standing, answer);
            }
        }
        Self::fault(standing, Fault::of(error))
    }
}

impl<T: 'static, E: Error + 'static> Classify<Result<T, E>> for Classifier {
    fn classify(&self, outcome: &Result<T, E>) -> Verdict {
        self.classify(outcome)
    }
}
