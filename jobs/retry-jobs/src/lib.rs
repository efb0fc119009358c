//! Retries that outlive the process: one [`Policy`](retry_core::Policy) over queues in SQLite, PostgreSQL and Redis.
//!
//! A wait of an hour does not belong into a sleeping task. Here a failed job goes back into its queue with its position and
//! its time, and its slot is free; whatever process fetches it goes on where it was, with the same attempts and the same
//! delays as a loop in one process.
//!
//! ```
//! use retry_core::Policy;
//! use retry_jobs::{Engine, State, Turn};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), retry_jobs::Error> {
//! const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::from_millis(10));
//!
//! async fn post(letter: String, turn: Turn) -> Result<(), String> {
//!     if turn.attempt() < 2 { Err(format!("no stamp on {letter}")) } else { Ok(()) }
//! }
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let url = format!("sqlite:{}", folder.path().join("jobs.db").display());
//! let jobs = Engine::open(&url).await?.queue::<String>("letters");
//! let id = jobs.push(&"Dear Sir".to_owned()).await?;
//! let worker = jobs.worker(POLICY, post).build()?;
//! worker.run_until(tokio::time::sleep(Duration::from_secs(1))).await;
//!
//! let look = jobs.look(id).await?.expect("finished jobs are kept for a week");
//! assert_eq!((look.state, look.story.attempts()), (State::Done, 2));
//! assert_eq!(look.story.chapters()[0].error(), Some("no stamp on Dear Sir"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! - **At least once.** An attempt that ran to its end in the moment of a kill runs again. [`Turn::key`] is the same in every
//!   attempt, for the other side to recognise it by.
//! - **Never early, never lost.** A delay is saved before it is waited for.
//! - **Exact attempts.** An ended attempt counts once, whatever was killed. One that a kill cut does not count; a job over which
//!   its worker died too often is a dead letter, see [`Worker::max_cuts`].
//! - **Every job ends.** A policy without a limit is refused. The end is [`State::Done`], or a dead letter with its whole
//!   [`Story`].
//!
//! # Features
//!
//! | feature | default | gives |
//! | --- | --- | --- |
//! | `sqlite` | yes | queues in a file |
//! | `postgres` | | queues in PostgreSQL |
//! | `redis` | | queues in Redis; turn on its `appendonly`, or a restart of Redis loses them |

mod clock;
mod decide;
mod engine;
mod error;
mod event;
mod guards;
mod held;
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
