//! Sending one request several times: what the adapters have in common.

use retry_core::{Classify, Runner};

use crate::classifier::{Classifier, Standing};
use crate::key;
use crate::replay::{Replay, Turn};

/// What a classifier makes of a call with this request.
pub(crate) fn standing(classifier: &Classifier, request: &impl Replay) -> Standing {
    let has_key = key::is_in(request.headers());
    classifier.standing(Some(request.method()), has_key)
}

/// Sends a request until an outcome stands.
///
/// It is cloned only where another attempt may follow; a stream, which cannot be, is sent once.
pub(crate) async fn run<R, Q, O, Fut>(
    retry: R,
    request: Q,
    judge: impl Classify<O> + Send,
    mut send: impl FnMut(Q, Turn) -> Fut + Send,
) -> O
where
    R: Runner<O>,
    Q: Replay + Send,
    Fut: Future<Output = O> + Send,
{
    if !request.can_replay() {
        let turn = Turn {
            number: 1,
            is_last: true,
        };
        return send(request, turn).await;
    }
    let mut request = Some(request);
    retry
        .run(judge, |attempt| {
            let turn = Turn {
                number: attempt.number(),
                is_last: attempt.is_last(),
            };
            let next = match &request {
                Some(request) if !turn.is_last => request.replay(),
                _ => request.take(),
            };
            let Some(next) = next else {
                unreachable!("an attempt after the last one");
            };
            send(next, turn)
        })
        .await
}
