//! Between our jobs and apalis' tasks.

use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;

use super::{Draft, KEY, Row};
use crate::error::Error;

/// The task that apalis pushes.
pub(crate) fn task(draft: Draft) -> Task<Vec<u8>> {
    let mut task = TaskBuilder::new(draft.payload).task_id(TaskId::from_ulid(draft.id.ulid()));
    if let Some(due) = draft.due {
        // Whole seconds, rounded up: never early. apalis' own `run_after` rounds down.
        let seconds = u64::try_from(due.ceil_seconds()).unwrap_or(0);
        task = task.run_at_timestamp(seconds);
    }
    if let Some(key) = draft.key {
        task = task.idempotency_key(key);
    }
    task.build()
}

/// The job of a task that apalis fetched.
pub(crate) fn row(task: Task<Vec<u8>>) -> Result<Row, Error> {
    let id = task.task_id().map(ToString::to_string).unwrap_or_default();
    Ok(Row {
        id: id.parse()?,
        story: task.metadata().get(KEY).map(str::to_owned),
        cuts: u32::try_from(task.attempt()).unwrap_or(u32::MAX),
        payload: task.take().0,
    })
}
