//! The delay that a classifier reads from an answer.

#[cfg(feature = "reqwest")]
use core::error::Error;
#[cfg(feature = "reqwest")]
use core::time::Duration;

use super::Classifier;
use crate::answer::Answer;
#[cfg(feature = "reqwest")]
use crate::fault::chain;
use crate::hint::Hint;
use crate::preset::Opinion;

impl Classifier {
    /// The delay that this classifier reads from the response behind an error, in the headers and in the body that its
    /// hints and presets know: what a verdict of this classifier waits for.
    ///
    /// The chain of `error` is walked, as in [`error`](Self::error). [`Error::hint`](crate::Error::hint) asks without
    /// a classifier.
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
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn hint(&self, error: &(dyn Error + 'static)) -> Option<Duration> {
        let answer = chain(error).find_map(crate::error::answer)?;
        self.asked(answer, self.presets.opinion(answer)).delay()
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
