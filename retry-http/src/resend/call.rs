//! One call: who judges its outcomes, and how its request is sent until one of them stands.

use core::error::Error;

use retry_core::{Attempt, Classify, Retries, Verdict};

use crate::facts::answer::Answer;
#[cfg(feature = "reqwest")]
use crate::facts::redirects;
use crate::facts::repeat::Repeat;
use crate::judge::classifier::Classifier;
use crate::resend::key::{self, IdempotencyKey};
use crate::resend::replay::Replay;
use crate::resend::reply::Reply;

/// Who judges the outcomes of one call: a classifier that knows the request.
#[derive(Debug)]
pub(crate) struct Judge {
    classifier: Classifier,
    repeat: Repeat,
    may_hedge: bool,
    /// Where the request goes, if it matters whether a redirect led elsewhere.
    #[cfg(feature = "reqwest")]
    url: Option<reqwest::Url>,
}

impl Judge {
    /// `request` gets `key`, if it needs one.
    pub(crate) fn of(
        request: &mut impl Replay,
        classifier: Classifier,
        key: Option<&IdempotencyKey>,
        hedge_repeatable: bool,
    ) -> Self {
        let has_key = key::give(key, request);
        let repeat = classifier.repeat(Some(request.method()), has_key);
        Self {
            classifier,
            repeat,
            may_hedge: repeat.allows_hedge(request.method(), hedge_repeatable),
            #[cfg(feature = "reqwest")]
            url: (repeat == Repeat::IfUnprocessed)
                .then(|| request.url().cloned())
                .flatten(),
        }
    }

    /// What retries `request`: under the guards of its host, and hedged only where it may be under way twice at once.
    pub(crate) fn retries<O, R>(&self, retry: R, request: &impl Replay) -> R::ToPeer
    where
        O: Send,
        R: Retries<O>,
    {
        to_host(retry, request).may_hedge(self.may_hedge)
    }

    pub(crate) fn error(&self, error: &(dyn Error + 'static)) -> Verdict {
        self.classifier.chain(self.repeat, error)
    }

    /// Whether a redirect led from the request to this URL.
    #[cfg(feature = "reqwest")]
    pub(crate) fn was_left_for(&self, response: &reqwest::Url) -> bool {
        self.url.as_ref().is_some_and(|request| {
            redirects::lie_between(request, response) || redirects::led_around(request)
        })
    }
}

impl<T: Reply, E: Error + 'static> Classify<Result<T, E>> for Judge {
    fn classify(&self, outcome: &Result<T, E>) -> Verdict {
        let response = match outcome {
            Ok(response) => response,
            Err(error) => return self.error(error),
        };
        let answer = Answer {
            #[cfg(feature = "reqwest")]
            redirected: response.url().is_some_and(|url| self.was_left_for(url)),
            ..Answer::now(response.status(), response.headers())
        };
        self.classifier.answer(self.repeat, answer)
    }
}

/// What retries `request`, under the guards of its host.
pub(crate) fn to_host<O: Send, R: Retries<O>>(retry: R, request: &impl Replay) -> R::ToPeer {
    retry.to_peer(|| request.authority())
}

/// Sends a request until an outcome stands.
///
/// It is copied only where another attempt may follow; one that cannot be copied is a call of one attempt. An outcome
/// that is followed by another attempt is given to `tidy`.
pub(crate) async fn run<R, Q, O, Fut, Tidy>(
    retry: R,
    request: Q,
    judge: impl Classify<O> + Send + Sync,
    tidy: impl FnMut(O) -> Tidy + Send,
    mut send: impl FnMut(Q::Sent, Attempt) -> Fut + Send,
) -> O
where
    R: Retries<O>,
    Q: Replay + Send,
    O: Send,
    Fut: Future<Output = O> + Send,
    Tidy: Future<Output = ()> + Send,
{
    if !request.can_replay() {
        let once = |attempt| send(request.into_sent(), attempt);
        return retry.run_once(judge, once).await;
    }
    let mut request = Some(request);
    let attempts = |attempt: Attempt| {
        let next = match &request {
            Some(request) if R::HEDGES || !attempt.is_last() => request.replay(),
            _ => request.take().map(Q::into_sent),
        };
        let Some(next) = next else {
            unreachable!("an attempt after the last one");
        };
        send(next, attempt)
    };
    retry.run_tidily(judge, attempts, tidy).await
}
