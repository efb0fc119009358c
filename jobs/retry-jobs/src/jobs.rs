//! A queue: what producers, workers and status pages hold.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use retry_core::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Moment;
use crate::error::Error;
use crate::id::JobId;
use crate::store::{self, Draft, Store};
use crate::story::Story;
use crate::turn::Turn;
use crate::worker::Worker;

/// A queue of jobs, each an `A`. Cheap to clone.
pub struct Jobs<A> {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keep: Duration,
    job: PhantomData<fn() -> A>,
}

/// A job on its way into the queue: at once, unless told otherwise.
#[derive(Clone, Debug)]
pub struct Job<'a, A> {
    args: &'a A,
    at: Option<SystemTime>,
    key: Option<String>,
}

/// A job as it stands in its queue.
#[derive(Clone, Debug)]
pub struct Look<A> {
    /// Its id.
    pub id: JobId,
    /// Where it stands.
    pub state: State,
    /// When it runs next; where it has ended or runs, when it was due.
    pub due: SystemTime,
    /// What was pushed, or the text that does not parse.
    pub job: Result<A, String>,
    /// What happened so far.
    pub story: Story,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// In the queue until it is due.
    Waiting,
    /// A worker has it.
    Running,
    /// It has ended well.
    Done,
    /// It has ended otherwise, and stays until somebody looks.
    Dead,
}

impl<A: Serialize + DeserializeOwned> Jobs<A> {
    pub(crate) fn new(store: Arc<dyn Store>, keep: Duration) -> Self {
        Self {
            store,
            keep,
            job: PhantomData,
        }
    }

    /// Stores a job: `&args`, or a [`Job`] with a time or a key. It is safe when this returns.
    ///
    /// # Errors
    /// Where the job cannot be written as JSON, or the engine fails.
    pub async fn push<'a>(&self, job: impl Into<Job<'a, A>>) -> Result<JobId, Error>
    where
        A: 'a,
    {
        let draft = job.into().draft()?;
        let fallback = draft.id;
        let ids = self.store.push(vec![draft]).await?;
        Ok(ids.first().copied().unwrap_or(fallback))
    }

    /// Stores many jobs; of some hundred at a time, PostgreSQL and Redis make one step.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub async fn push_all<'a, J>(
        &self,
        jobs: impl IntoIterator<Item = J>,
    ) -> Result<Vec<JobId>, Error>
    where
        J: Into<Job<'a, A>>,
        A: 'a,
    {
        let drafts = jobs.into_iter().map(|job| job.into().draft());
        self.store.push(drafts.collect::<Result<_, _>>()?).await
    }

    /// One job, with its story.
    ///
    /// # Errors
    /// Where the engine fails.
    pub async fn look(&self, id: JobId) -> Result<Option<Look<A>>, Error> {
        Ok(self.store.look(id).await?.map(Look::from))
    }

    /// The newest jobs, newest first. (Redis keeps the order of the latest thousand only.)
    ///
    /// # Errors
    /// Where the engine fails.
    pub async fn list(&self, most: usize) -> Result<Vec<Look<A>>, Error> {
        Ok(self
            .store
            .list(most)
            .await?
            .into_iter()
            .map(Look::from)
            .collect())
    }

    /// Makes a dead letter due now, with all its attempts and all its time before it. `false` where it is none.
    ///
    /// # Errors
    /// Where the engine fails.
    pub async fn revive(&self, id: JobId) -> Result<bool, Error> {
        let story = serde_json::to_string(&Story::default()).map_err(Error::Job)?;
        self.store.revive(id, story).await
    }

    /// A worker for this queue, which repeats failed jobs by this policy.
    pub fn worker<T, E, F, Fut>(&self, policy: Policy, handler: F) -> Worker<A, T, E>
    where
        F: Fn(A, Turn) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        Worker::new(self.clone(), policy, handler)
    }
}

impl<'a, A> Job<'a, A> {
    /// A job that is due at once.
    #[must_use]
    pub const fn new(args: &'a A) -> Self {
        Self {
            args,
            at: None,
            key: None,
        }
    }

    /// Not before this time.
    #[must_use]
    pub const fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time);
        self
    }

    /// A second push with the same key stores nothing, and gives back the first one's id.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    fn draft(self) -> Result<Draft, Error>
    where
        A: Serialize,
    {
        Ok(Draft {
            id: JobId::generate(),
            payload: serde_json::to_vec(self.args).map_err(Error::Job)?,
            due: self.at.map(Moment::from),
            key: self.key,
        })
    }
}

impl<'a, A> From<&'a A> for Job<'a, A> {
    fn from(args: &'a A) -> Self {
        Self::new(args)
    }
}

impl<A: DeserializeOwned> From<store::Look> for Look<A> {
    fn from(look: store::Look) -> Self {
        let story = look
            .story
            .and_then(|story| serde_json::from_str(&story).ok());
        Self {
            id: look.id,
            state: State::of(&look.status),
            due: look.due.into(),
            job: serde_json::from_slice(&look.payload)
                .map_err(|_| String::from_utf8_lossy(&look.payload).into_owned()),
            story: story.unwrap_or_default(),
        }
    }
}

impl State {
    /// From apalis' words.
    fn of(status: &str) -> Self {
        match status {
            "Queued" | "Running" => Self::Running,
            "Done" => Self::Done,
            "Killed" => Self::Dead,
            _ => Self::Waiting,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        })
    }
}

impl<A> Clone for Jobs<A> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            keep: self.keep,
            job: PhantomData,
        }
    }
}

impl<A> fmt::Debug for Jobs<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").finish_non_exhaustive()
    }
}
