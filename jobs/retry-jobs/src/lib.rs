//! Retries that outlive the process.

mod clock;
mod decide;
mod engine;
mod error;
mod event;
mod id;
mod jobs;
mod outage;
mod phase;
mod run;
mod slot;
mod store;
mod story;
mod turn;
mod worker;
mod writer;

pub use engine::Engine;
pub use error::Error;
pub use event::{Event, What};
pub use id::JobId;
pub use jobs::{Job, Jobs, Look, State};
pub use run::Runner;
pub use story::{Chapter, End, Story};
pub use turn::Turn;
pub use worker::Worker;
