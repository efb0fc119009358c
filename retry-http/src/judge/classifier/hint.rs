//! `hint()`: the delay that a classifier reads behind an error.

use core::error::Error;
use core::time::Duration;

use super::Classifier;
#[cfg(feature = "reqwest")]
use crate::facts::error;
#[cfg(feature = "tonic")]
use crate::facts::grpc;
use crate::facts::response;

impl Classifier {
    /// The delay that this classifier reads from the response behind an error, in the headers and in the body that its
    /// hints and presets know: what a verdict of this classifier waits for.
    ///
    /// The chain of `error` is walked, as in [`error`](Self::error): a status of tonic is such a response, too. An
    /// [`Error`](crate::Error) has a `hint` of its own, which needs no classifier.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use retry_http::{Classifier, Hints, ResetUnit, ResponseExt, reqwest};
    /// use std::time::Duration;
    ///
    /// const LIMITED: Classifier = Classifier::transient().hints(Hints::standard().rate_limit(ResetUnit::Seconds));
    ///
    /// let response = http::Response::builder()
    ///     .status(429)
    ///     .header("x-ratelimit-remaining", "0")
    ///     .header("x-ratelimit-reset", "30");
    /// let error = reqwest::Response::from(response.body("").unwrap()).check().await.unwrap_err();
    /// assert_eq!(LIMITED.hint(&error), Some(Duration::from_secs(30)));
    /// assert_eq!(Classifier::transient().hint(&error), None);
    /// # }
    /// ```
    #[must_use]
    pub fn hint(&self, error: &(dyn Error + 'static)) -> Option<Duration> {
        if let Some(answer) = response::behind(error) {
            return self.asked(answer, self.presets.opinion(answer)).delay();
        }
        #[cfg(feature = "tonic")]
        if let Some(status) = grpc::behind(error) {
            return grpc::hint(status).delay();
        }
        None
    }
}

#[cfg(feature = "reqwest")]
impl error::Error {
    /// The delay that the server asked for, counted from the arrival of the response.
    ///
    /// Besides the headers of [`Hint::read`](crate::Hint::read) it reads what can mean one thing only: AWS's
    /// `x-amz-retry-after`, `google.rpc.RetryInfo` in a JSON body, and GitHub's limits where GitHub answered. What a
    /// classifier with other hints sees is [`Classifier::hint`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use retry_http::{ResponseExt, reqwest};
    /// use std::time::Duration;
    ///
    /// let response = http::Response::builder().status(429).header("retry-after", "7");
    /// let error = reqwest::Response::from(response.body("").unwrap()).check().await.unwrap_err();
    /// assert_eq!(error.hint(), Some(Duration::from_secs(7)));
    /// # }
    /// ```
    #[must_use]
    pub fn hint(&self) -> Option<Duration> {
        const ANYBODY: Classifier = Classifier::transient().aws().google();
        // At other servers the same headers count from another time.
        if self.headers().contains_key("x-github-request-id") {
            ANYBODY.github().hint(self)
        } else {
            ANYBODY.hint(self)
        }
    }
}
