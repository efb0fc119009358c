//! Calls to the engine that ride out an outage, which is told once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use retry_core::Policy;

use crate::error::Error;
use crate::store::{Answer, PATIENCE};

/// For as long as the worker lives: an engine that is away is no job's failure.
const RIDE: Policy = Policy::new()
    .unlimited()
    .exp_multiplier(Duration::from_millis(50))
    .max_delay(Duration::from_secs(1));

/// A call without an answer for so long is an outage. Less is a connection that was lost, and another one serves.
const TOLD_AFTER: Duration = Duration::from_secs(1);

/// Whether the engine is away, and since when.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When any call was answered.
    answered: Option<Instant>,
    /// When the first call began that had no answer, where that was told.
    away: Option<Instant>,
    last_error: Option<String>,
}

impl Outage {
    /// Repeats the call until the engine answers.
    pub(crate) async fn ride<'a, T>(&self, mut call: impl FnMut() -> Answer<'a, T>) -> T {
        let began = Instant::now();
        let answer = async {
            loop {
                let told = |error: &Error, _: Duration| self.failed(error);
                let answer = RIDE.on_retry_err(told).retry(|| {
                    let answer = tokio::time::timeout(PATIENCE, call());
                    async { answer.await.unwrap_or(Err(Error::Silent(PATIENCE))) }
                });
                // A policy without a limit gives no error back; if it did, the loop would go on.
                if let Ok(answer) = answer.await {
                    return answer;
                }
            }
        };
        let mut answer = std::pin::pin!(answer);
        let answer = if let Ok(answer) = tokio::time::timeout(TOLD_AFTER, &mut answer).await {
            answer
        } else {
            self.tell(began);
            answer.await
        };
        self.answered();
        answer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, error: &Error) {
        self.state().last_error = Some(error.to_string());
    }

    /// Unless it has been told, or other calls have been answered since this one began.
    fn tell(&self, began: Instant) {
        let mut state = self.state();
        if state.away.is_none() && state.answered.is_none_or(|answered| answered < began) {
            state.away = Some(began);
            let error = state.last_error.as_deref().unwrap_or("no answer yet");
            tracing::warn!(
                error,
                "the queue does not answer; nothing is lost, the worker goes on when it does"
            );
        }
    }

    fn answered(&self) {
        let mut state = self.state();
        state.answered = Some(Instant::now());
        if let Some(since) = state.away.take() {
            state.last_error = None;
            tracing::info!(
                seconds = since.elapsed().as_secs_f64(),
                "the queue answers again"
            );
        }
    }
}
