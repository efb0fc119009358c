//! Classifiers of whole outcomes: `transient`, `unprocessed`, `keyed`, and any [`Classifier`].

use retry_core::{Classify, Verdict};

use crate::facts::fault::Fault;
use crate::facts::response;
use crate::judge::classifier::Classifier;

/// Every transient failure, for calls that may be repeated: [`Classifier::transient`].
///
/// Goes with every outcome `Result<T, E>` whose `E` is a [`Fault`]: [`retry_http::Error`](crate::Error),
/// `reqwest::Error`, `std::io::Error`, a boxed error, an `anyhow::Error`, those of the clients with a feature, and an
/// enum of your own with three lines. What was wrapped is found.
///
/// `T` is any owned type. A response that it is will be judged by its status where its type is known: `http::Response<B>`
/// where `B` is `()`, `Vec<u8>` or `String`; with the feature `reqwest` also `reqwest::Response`, and `bytes::Bytes` and
/// `reqwest::Body` for `B`; with `hyper` its `Incoming`; with `blocking` `reqwest::blocking::Response`.
///
/// # Traps
///
/// What compiles, and is not retried, because Rust cannot express the difference:
///
/// | the function returns | why nothing is seen | the way out |
/// | --- | --- | --- |
/// | `anyhow::Result<R>`, `Result<R, reqwest::Error>`, where `R` is another client's response | `R` may be anything | turn its status into an error, or give `when` a closure |
/// | a response inside something, such as `Option<R>` or `(R, u8)` | only `R` itself is looked at | `check()`, or a closure |
/// | `reqwest::blocking::Response` without the feature `blocking` | its type is not known | the feature |
/// | `anyhow::Result<_>` or a box around an error that is no [`Fault`]: another client's, or one that wraps with `#[error(transparent)]` | its type is not known, and a transparent wrapper hides the error that it wraps | return that error by its own type, or a closure that downcasts |
/// | `Result<http::Response<B>, _>` with another `B` than those above | as before | `response.map(|_| ())`, or `when` with a closure and [`Classifier::response`] |
/// | `Result<String, _>` after `.text().await` | nobody looked at the status | `check()` before the body is read |
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
pub fn transient<T: 'static, E: Fault<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::transient().classify(outcome)
}

/// Only what the server provably did not act on, or refused, for calls that must not run twice:
/// [`Classifier::unprocessed`]. Goes with the same outcomes as [`transient`], and has the same traps.
///
/// # Traps
///
/// An outcome does not show the request, so some things cannot be seen from here:
///
/// | what | what happens | the way out |
/// | --- | --- | --- |
/// | two requests in one function: POST `a` succeeds, then `b` is refused | `a` is repeated | a function for each request |
/// | a redirect was followed by a client that was not made with [`client_builder`](crate::client_builder) | what became of the second request is taken for the first, except a connection to another address than the URL's | `client_builder()`, or `redirect::Policy::none()` |
/// | within the last 5 minutes a redirect led to the URL of this call (a 429 from there), or away from it (no connection to it) | it may have done so again, so nothing is repeated | `redirect::Policy::none()` for that client, or a key and `keyed` |
/// | more than 16,384 URLs took part in redirects within 5 minutes | any may have, so nothing is repeated | as before |
/// | a connection to a proxy, or to an address given by `resolve`, is refused | it is not the URL's address, so a redirect may have led there: not repeated | a key, and `keyed` |
/// | `http::Response<reqwest::Body>` | it does not show its URL: not repeated after a refusal | `reqwest::Response` |
pub fn unprocessed<T: 'static, E: Fault<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::unprocessed().classify(outcome)
}

/// Every transient failure, and 409, for calls that carry an idempotency key: [`Classifier::keyed`]. Goes with the
/// same outcomes as [`transient`], and has the same traps.
pub fn keyed<T: 'static, E: Fault<Kind>, Kind>(outcome: &Result<T, E>) -> Verdict {
    Classifier::keyed().classify(outcome)
}

impl Classifier {
    /// The verdict on an outcome, as [`transient`] has it.
    ///
    /// This serves every error that [`transient`] serves. The trait [`Classify`] is there for errors that are a
    /// [`Fault`] by themselves; with a boxed one, give `when` a closure: `policy.when(|outcome| C.classify(outcome))`.
    ///
    /// An outcome does not tell its method, so [`by_method`](Self::by_method) here takes it for one that must not run
    /// twice.
    pub fn classify<T: 'static, E: Fault<Kind>, Kind>(&self, outcome: &Result<T, E>) -> Verdict {
        let repeat = self.repeat(None, false);
        match outcome {
            Ok(value) => {
                response::held(value).map_or(Verdict::Done, |answer| self.answer(repeat, answer))
            }
            Err(error) => error
                .cause()
                .map_or(Verdict::Permanent, |cause| self.chain(repeat, cause)),
        }
    }
}

impl<T: 'static, E: Fault> Classify<Result<T, E>> for Classifier {
    fn classify(&self, outcome: &Result<T, E>) -> Verdict {
        self.classify(outcome)
    }
}
