//! One job in a slot: its attempts, until it ends or goes back into the queue.

use std::any::Any;
use std::borrow::Borrow;
use std::fmt;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use retry_core::{CircuitBreaker, Cooldown, DefaultTimer, StopReason, Timer, Verdict};
use serde::de::DeserializeOwned;

use crate::clock::Moment;
use crate::decide;
use crate::event::{Event, What};
use crate::guards::Refusal;
use crate::phase::Phases;
use crate::store::{Change, Row, To};
use crate::story::{Story, clean};
use crate::turn::Turn;
use crate::worker::Worker;
use crate::writer::{Writer, Written};

pub(crate) struct Slot<A, T, E> {
    pub(crate) worker: Arc<Worker<A, T, E>>,
    pub(crate) writer: Writer,
    pub(crate) phases: Phases,
}

impl<A, T, E> Clone for Slot<A, T, E> {
    fn clone(&self) -> Self {
        Self {
            worker: Arc::clone(&self.worker),
            writer: self.writer.clone(),
            phases: self.phases.clone(),
        }
    }
}

/// The job is no longer in this slot.
pub(crate) struct Gone;

impl<A, T, E> Slot<A, T, E>
where
    A: DeserializeOwned + Send + 'static,
    T: Send + 'static,
    E: fmt::Display + Send + 'static,
{
    /// Runs the job until it ends, is put back or is no longer ours.
    pub(crate) async fn run(&self, row: Row) {
        let story = row
            .story
            .as_deref()
            .map_or(Ok(Story::default()), serde_json::from_str);
        let mut case = Case {
            slot: self,
            story: Story::default(),
            row,
        };
        match story {
            Ok(story) => case.story = story,
            Err(error) => {
                return case
                    .bury(format!("its story does not parse: {error}"))
                    .await;
            }
        }
        if case.row.cuts >= self.worker.settings.max_cuts {
            let cuts = case.row.cuts;
            return case
                .bury(format!("its worker died {cuts} times while it ran"))
                .await;
        }
        let _gone = case.attempts().await;
    }
}

/// A job, its story, and the slot it is in.
pub(crate) struct Case<'a, A, T, E> {
    pub(crate) slot: &'a Slot<A, T, E>,
    pub(crate) row: Row,
    pub(crate) story: Story,
}

impl<A, T, E> Case<'_, A, T, E>
where
    A: DeserializeOwned + Send + 'static,
    T: Send + 'static,
    E: fmt::Display + Send + 'static,
{
    async fn attempts(&mut self) -> Result<(), Gone> {
        loop {
            self.wait().await?;
            let job: A = match serde_json::from_slice(&self.row.payload) {
                Ok(job) => job,
                Err(error) => {
                    let text = String::from_utf8_lossy(&self.row.payload);
                    let reason = clean(&format!("the job does not parse: {error}: {text}"));
                    self.bury(reason).await;
                    return Err(Gone);
                }
            };
            self.attempt(job).await?;
        }
    }

    /// One attempt, or a guard's refusal of it, and what follows: an error where that is not another one in this slot.
    async fn attempt(&mut self, job: A) -> Result<(), Gone> {
        let worker = &self.slot.worker;
        let cooldown: Option<&Cooldown> = worker.cooldown.as_deref().map(Borrow::borrow);
        if let Some(left) = cooldown.and_then(|cooldown| cooldown.time_left(|| DefaultTimer.now()))
        {
            return self.refused(Refusal::Cooling(left)).await;
        }
        let guard = worker.breaker.as_ref().map(|of| of(&job));
        let breaker: Option<&CircuitBreaker> = guard.as_deref().map(Borrow::borrow);
        let permit = match breaker
            .map(|breaker| breaker.admit(|| DefaultTimer.now()))
            .transpose()
        {
            Ok(permit) => permit,
            Err(rejected) => return self.refused(Refusal::Open(rejected.time_left())).await,
        };
        if !self.paid() {
            return self.refused(Refusal::NoBudget).await;
        }
        self.story.refused = None;
        let began = Moment::now();
        self.story.began.get_or_insert(began);
        let timer = Instant::now();
        let outcome =
            AssertUnwindSafe(async { (worker.handle)(job, self.turn()).await }).catch_unwind();
        let outcome = tokio::select! {
            outcome = outcome => outcome,
            () = self.slot.phases.stopped() => {
                self.write(To::Later(Moment::now())).await?;
                return Err(Gone);
            }
        };
        let (verdict, error) = match outcome {
            Ok(outcome) => (
                (worker.judge)(&outcome),
                outcome.err().map(|error| error.to_string()),
            ),
            Err(panic) => (
                Verdict::Permanent,
                Some(format!("panicked: {}", message(&*panic))),
            ),
        };
        if let (Some(cooldown), Some(hint)) = (cooldown, verdict.hint()) {
            cooldown.hold(hint, || DefaultTimer.now());
        }
        if let Some(permit) = permit {
            permit.record(verdict.is_retry(), || DefaultTimer.now());
        }
        self.decide(verdict, error.as_deref(), began, timer.elapsed())
            .await
    }

    async fn decide(
        &mut self,
        verdict: Verdict,
        error: Option<&str>,
        began: Moment,
        took: Duration,
    ) -> Result<(), Gone> {
        let now = Moment::now();
        let seed = self.row.id.seed();
        let next = decide::after(
            &self.slot.worker.policy,
            seed,
            &mut self.story,
            verdict,
            now,
        );
        self.story.tell(began, now, error);
        self.tell(What::Attempt {
            took,
            failed: verdict != Verdict::Done,
        });
        match next {
            ControlFlow::Continue(delay) => {
                self.story.due = Some(now.after(delay));
                self.tell(What::Retry(delay));
                Ok(())
            }
            ControlFlow::Break(StopReason::Done) => {
                self.story.finish(now, StopReason::Done.as_str());
                self.write(To::Done).await?;
                self.tell(What::Done);
                Err(Gone)
            }
            ControlFlow::Break(reason) => {
                self.bury(reason.as_str().to_owned()).await;
                Err(Gone)
            }
        }
    }

    /// Waits until the job is due: here, or in the queue, where the time is long or the worker is about to end.
    async fn wait(&mut self) -> Result<(), Gone> {
        let due = self.story.due.unwrap_or_default();
        let phases = &self.slot.phases;
        let left = due.since(Moment::now());
        if left <= self.slot.worker.settings.short && phases.running() {
            if !left.is_zero() {
                // Saved before it is waited for: a kill meanwhile repeats no attempt, and loses no time.
                self.write(To::Keep(due)).await?;
            }
            while Moment::now() < due && phases.running() {
                tokio::select! {
                    () = tokio::time::sleep(due.since(Moment::now())) => {}
                    () = phases.draining() => {}
                }
            }
        }
        if Moment::now() < due || !phases.running() {
            self.write(To::Later(due.max(Moment::now()))).await?;
            return Err(Gone);
        }
        self.story.due = None;
        Ok(())
    }

    /// A dead letter: it stays in the queue with its whole story, until somebody looks.
    pub(crate) async fn bury(&mut self, reason: String) {
        let id = self.row.id;
        self.story.finish(Moment::now(), reason.clone());
        let told = match self.story.last_error() {
            Some(error) => format!("{reason}: {error}"),
            None => reason.clone(),
        };
        if self.write(To::Dead(told)).await.is_ok() {
            tracing::warn!(%id, attempts = self.story.attempts(), "a job ended as a dead letter");
            self.tell(What::Dead(&reason));
        }
    }

    async fn write(&self, to: To) -> Result<(), Gone> {
        let Ok(story) = serde_json::to_string(&self.story) else {
            return Err(Gone);
        };
        let change = Change {
            id: self.row.id,
            to,
            story,
            attempts: self.story.attempts(),
        };
        match self.slot.writer.write(change).await {
            Written::Ours => Ok(()),
            Written::Lost => {
                tracing::debug!(id = %self.row.id, "the job is another worker's by now");
                self.tell(What::Lost);
                Err(Gone)
            }
        }
    }

    fn turn(&self) -> Turn {
        Turn {
            id: self.row.id,
            attempt: self.story.attempts().saturating_add(1),
            began: self.story.began().unwrap_or_else(SystemTime::now),
            previous_delay: self.story.position.previous_delay(),
            previous_error: self.story.last_error().map(str::to_owned),
        }
    }

    pub(crate) fn tell(&self, what: What<'_>) {
        if let Some(observer) = &self.slot.worker.observer {
            observer(&Event {
                id: self.row.id,
                attempts: self.story.attempts(),
                what,
            });
        }
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
