//! What can go wrong with a queue. What goes wrong with a job is its story.

use std::time::Duration;

/// A call to the engine that holds the queue has failed, or a worker cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine did not answer when it was opened.
    #[error("{engine} at {at} does not answer: {source}")]
    Away {
        /// `SQLite`, `PostgreSQL` or `Redis`.
        engine: &'static str,
        /// Where it was looked for, without user and password.
        at: String,
        /// What the driver says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address names none of the engines that this program was built with.
    #[error(
        "no engine for `{0}`: expected sqlite:, postgres:// or redis://, with the feature of that name turned on"
    )]
    UnknownEngine(String),
    /// The policy would go on for ever.
    #[error(
        "the policy has no limit: a job that always fails would never end; set `max_attempts` or `max_elapsed`"
    )]
    Unlimited,
    /// A setting of the policy is out of range.
    #[error(transparent)]
    Policy(#[from] retry_core::InvalidSetting),
    /// A worker without slots would run nothing.
    #[error("a worker needs at least one slot")]
    NoSlots,
    /// The job cannot be written as JSON.
    #[error("the job cannot be written as JSON: {0}")]
    Job(#[source] serde_json::Error),
    /// The text is not the id of a job.
    #[error("`{0}` is not the id of a job")]
    NotAnId(String),
    /// The engine did not answer in time.
    #[error("the engine gave no answer within {0:?}")]
    Silent(Duration),
    /// The engine answered with an error, or the connection is gone.
    #[error("{0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error of a driver.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "redis")),
        expect(dead_code)
    )]
    pub(crate) fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Engine(error.into())
    }
}
