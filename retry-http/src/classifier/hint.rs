//! The delay that a classifier reads from an answer.

use core::error::Error;
use core::time::Duration;

use super::Classifier;
use crate::answer::Answer;
use crate::fault::chain;
use crate::hint::Hint;
use crate::outcome::failed_answer;
use crate::preset::Opinion;

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
        if let Some(answer) = chain(error).find_map(failed_answer) {
            return self.asked(answer, self.presets.opinion(answer)).delay();
        }
        #[cfg(feature = "tonic")]
        if let Some(status) = chain(error).find_map(|link| link.downcast_ref()) {
            return crate::grpc::hint(status).delay();
        }
        None
    }

    /// Headers go before what a provider says in its own way.
    pub(super) fn asked(&self, answer: Answer<'_>, opinion: Option<Opinion>) -> Hint {
        match answer.hint(self.hints) {
            Hint::None => opinion
                .and_then(Opinion::delay)
                .map_or(Hint::None, Hint::After),
            hint => hint,
        }
    }
}
