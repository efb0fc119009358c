//! Calls to the engine that ride out an outage, which is told once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use retry_core::Policy;

use crate::error::Error;
use crate::store::{Answer, PATIENCE};

/// For as long as the worker lives: an engine that is away is no job's failure.
const RIDE: Policy = Policy::new()
    .unlimited()
    .exp_multiplier(Duration::from_millis(50))
    .max_delay(Duration::from_secs(2));

/// Whether the engine is away, and since when.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<Option<Away>>);

#[derive(Debug)]
struct Away {
    since: Instant,
    failed: u32,
}

impl Outage {
    /// Repeats the call until the engine answers.
    pub(crate) async fn ride<'a, T>(&self, mut call: impl FnMut() -> Answer<'a, T>) -> T {
        let told = |error: &Error, _: Duration| self.failed(error);
        loop {
            let answer = RIDE.on_retry_err(told).retry(|| {
                let answer = tokio::time::timeout(PATIENCE, call());
                async { answer.await.unwrap_or(Err(Error::Silent(PATIENCE))) }
            });
            // A policy without a limit gives no error back; if it did, the loop would go on.
            if let Ok(answer) = answer.await {
                self.answered();
                return answer;
            }
        }
    }

    fn failed(&self, error: &Error) {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *away {
            Some(away) => away.failed = away.failed.saturating_add(1),
            None => {
                tracing::warn!(%error, "the queue does not answer; nothing is lost, the worker goes on when it does");
                *away = Some(Away {
                    since: Instant::now(),
                    failed: 1,
                });
            }
        }
    }

    fn answered(&self) {
        let away = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Away { since, failed }) = away {
            let seconds = since.elapsed().as_secs_f64();
            tracing::info!(seconds, failed, "the queue answers again");
        }
    }
}
