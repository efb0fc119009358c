//! What an engine has to do. One file for each; no other file knows a statement.

#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "redis")]
pub(crate) mod redis;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "redis"))]
mod task;

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::clock::Moment;
use crate::error::Error;
use crate::id::JobId;

/// Where our part of a task's metadata stands.
pub(crate) const KEY: &str = "retry";

/// No call waits longer for an engine: what hangs is an outage, and is told as one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The answer of an engine.
pub(crate) type Answer<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// A queue in an engine: apalis' tables, its pushes and its choice of the next task; acknowledgements, heartbeat and
/// recovery of our own, since apalis' stop while a worker works off what it has fetched.
pub(crate) trait Store: Send + Sync {
    /// Stores the jobs; one whose key is known already is not stored again. The ids are those that stand there now.
    fn push(&self, drafts: Vec<Draft>) -> Answer<'_, Vec<JobId>>;

    /// Up to `most` jobs that are due, now this worker's.
    fn fetch<'a>(&'a self, worker: &'a str, most: usize) -> Answer<'a, Vec<Row>>;

    /// Writes all the changes in one step. `false` for a job that is no longer this worker's.
    fn write<'a>(&'a self, worker: &'a str, changes: &'a [Change]) -> Answer<'a, Vec<bool>>;

    /// Says that the worker is alive.
    fn beat<'a>(&'a self, worker: &'a str) -> Answer<'a, ()>;

    /// Puts back the jobs of workers that have been silent for so long, and counts the cut.
    fn recover(&self, silence: Duration) -> Answer<'_, u64>;

    /// Puts back what this worker holds and does not run: the answer to a fetch was lost. It is no cut.
    fn release<'a>(&'a self, worker: &'a str, running: &'a [JobId]) -> Answer<'a, u64>;

    /// Forgets finished jobs that ended before this moment, and workers that are long gone.
    fn prune(&self, ended_before: Moment) -> Answer<'_, ()>;

    /// One job.
    fn look(&self, id: JobId) -> Answer<'_, Option<Look>>;

    /// The newest jobs, newest first.
    fn list(&self, most: usize) -> Answer<'_, Vec<Look>>;

    /// Makes a dead letter due again, with this story. `false` where it is none.
    fn revive(&self, id: JobId, story: String) -> Answer<'_, bool>;
}

/// A job to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: JobId,
    pub(crate) payload: Vec<u8>,
    pub(crate) due: Option<Moment>,
    pub(crate) key: Option<String>,
}

/// A job that was fetched.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: JobId,
    pub(crate) payload: Vec<u8>,
    /// What was saved of its story.
    pub(crate) story: Option<String>,
    /// How often a worker died over it since the latest write.
    pub(crate) cuts: u32,
}

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// Still this worker's, which waits for this moment.
    Keep(Moment),
    /// Back into the queue until this moment; the slot is free.
    Later(Moment),
    /// Finished.
    Done,
    /// A dead letter, and why.
    Dead(String),
}

/// One job's change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) id: JobId,
    pub(crate) to: To,
    pub(crate) story: String,
    pub(crate) attempts: u32,
}

/// A job as it stands in its queue.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) id: JobId,
    /// apalis' word for it.
    pub(crate) status: String,
    pub(crate) due: Moment,
    pub(crate) payload: Vec<u8>,
    pub(crate) story: Option<String>,
}

impl To {
    /// apalis' word for it.
    pub(crate) const fn status(&self) -> &'static str {
        match self {
            Self::Keep(_) => "Running",
            Self::Later(_) => "Pending",
            Self::Done => "Done",
            Self::Dead(_) => "Killed",
        }
    }

    /// When it runs again.
    pub(crate) const fn due(&self) -> Option<Moment> {
        match self {
            Self::Keep(due) | Self::Later(due) => Some(*due),
            Self::Done | Self::Dead(_) => None,
        }
    }

    /// What apalis calls the result.
    pub(crate) fn result(&self) -> Option<serde_json::Value> {
        match self {
            Self::Keep(_) | Self::Later(_) => None,
            Self::Done => Some(serde_json::json!({ "Ok": null })),
            Self::Dead(reason) => Some(serde_json::json!({ "Err": reason })),
        }
    }

    /// What apalis' counter is set to. Until a job ends it counts cuts, and those begin anew.
    pub(crate) const fn counter(&self, attempts: u32) -> u32 {
        match self {
            Self::Keep(_) | Self::Later(_) => 0,
            Self::Done | Self::Dead(_) => attempts,
        }
    }
}
