//! SQLite: one statement a call, so that a kill between two of them finds nothing half done.

use std::time::Duration;

use apalis_core::worker::context::WorkerContext;
use apalis_sqlite::queries::{fetch_next, push_tasks};
use apalis_sqlite::{Config, SqliteStorage};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{FromRow, SqlitePool};

use super::task::{row, task};
use super::{Answer, Change, Draft, KEY, Look, Row, Store};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::JobId;

/// A queue in a SQLite file.
pub(crate) struct Sqlite {
    pool: SqlitePool,
    queue: String,
}

/// Opens the file, which is made where it is missing.
pub(crate) async fn connect(url: &str) -> Result<SqlitePool, Error> {
    let options: SqliteConnectOptions = url.parse().map_err(Error::engine)?;
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(5))
        // apalis' setup turns it off on one connection of the pool, and then a power cut loses jobs.
        .synchronous(SqliteSynchronous::Normal)
        .pragma("temp_store", "MEMORY");
    let at = options.get_filename().display().to_string();
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await;
    pool.map_err(|source| Error::Away {
        engine: "SQLite",
        at,
        source: source.into(),
    })
}

/// Brings the tables to apalis' latest form.
pub(crate) async fn setup(pool: &SqlitePool) -> Result<(), Error> {
    // The migrations alone: the rest of apalis' setup are the settings above, the unsafe one included.
    SqliteStorage::migrations()
        .run(pool)
        .await
        .map_err(Error::engine)
}

impl Sqlite {
    pub(crate) const fn new(pool: SqlitePool, queue: String) -> Self {
        Self { pool, queue }
    }

    async fn find(&self, id: Option<JobId>, most: usize) -> Result<Vec<Look>, Error> {
        let found = sqlx::query_as::<_, Found>(LOOK)
            .bind(&self.queue)
            .bind(id.map(String::from))
            .bind(i64::try_from(most).unwrap_or(i64::MAX));
        let found = found.fetch_all(&self.pool).await.map_err(Error::engine)?;
        found.into_iter().map(Look::try_from).collect()
    }
}

#[derive(FromRow)]
struct Found {
    id: String,
    status: String,
    run_at: i64,
    job: Vec<u8>,
    story: Option<String>,
}

impl TryFrom<Found> for Look {
    type Error = Error;

    fn try_from(found: Found) -> Result<Self, Error> {
        Ok(Self {
            id: found.id.parse()?,
            status: found.status,
            due: Moment(found.run_at.saturating_mul(1000)),
            payload: found.job,
            story: found.story,
        })
    }
}

/// `+` keeps the planner to the id: by `lock_by` it would read every job that the worker ever ran.
const WRITE: &str = "
UPDATE Jobs SET
    status = c.value ->> 'status',
    attempts = c.value ->> 'counter',
    run_at = coalesce(c.value ->> 'due', run_at),
    lock_by = iif(c.value ->> 'status' = 'Running', lock_by, NULL),
    lock_at = iif(c.value ->> 'status' = 'Running', lock_at, NULL),
    done_at = c.value ->> 'done',
    last_result = coalesce(c.value ->> 'result', last_result),
    metadata = json_set(coalesce(metadata, '{}'), '$.retry', c.value ->> 'story')
FROM json_each(?1) c
WHERE Jobs.id = c.value ->> 'id' AND +Jobs.lock_by = ?2 AND +Jobs.status IN ('Queued', 'Running')
RETURNING Jobs.id";

/// The later the more often it was cut, at random: who kills the worker must not take its neighbours along for ever.
const RECOVER: &str = "
UPDATE Jobs SET
    status = 'Pending', lock_by = NULL, lock_at = NULL, attempts = attempts + 1,
    run_at = max(run_at, unixepoch() + abs(random() % (1 << min(attempts, 6))))
WHERE job_type = ?1 AND status IN ('Queued', 'Running')
    AND NOT EXISTS (SELECT 1 FROM Workers w WHERE w.id = lock_by AND w.last_seen >= unixepoch() - ?2)";

const LOOK: &str = "
SELECT id, status, run_at, job, metadata ->> '$.retry' AS story FROM Jobs
WHERE job_type = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id DESC LIMIT ?3";

impl Store for Sqlite {
    fn push(&self, drafts: Vec<Draft>) -> Answer<'_, Vec<JobId>> {
        Box::pin(async move {
            let mut ids: Vec<JobId> = drafts.iter().map(|draft| draft.id).collect();
            let keys: Vec<Option<String>> = drafts.iter().map(|draft| draft.key.clone()).collect();
            let tasks: Vec<_> = drafts.into_iter().map(task).collect();
            let mut step = self.pool.begin().await.map_err(Error::engine)?;
            push_tasks(&mut *step, &self.queue, &tasks)
                .await
                .map_err(Error::engine)?;
            for (id, key) in ids.iter_mut().zip(&keys) {
                let Some(key) = key else { continue };
                let known = sqlx::query_scalar(
                    "SELECT id FROM Jobs WHERE job_type = ?1 AND idempotency_key = ?2",
                );
                let known: String = known
                    .bind(&self.queue)
                    .bind(key)
                    .fetch_one(&mut *step)
                    .await
                    .map_err(Error::engine)?;
                *id = known.parse()?;
            }
            step.commit().await.map_err(Error::engine)?;
            Ok(ids)
        })
    }

    fn fetch<'a>(&'a self, worker: &'a str, most: usize) -> Answer<'a, Vec<Row>> {
        Box::pin(async move {
            let config = Config::default().queue(&self.queue).batch_size(most);
            let tasks = fetch_next(&self.pool, &config, &WorkerContext::new(worker)).await;
            tasks.map_err(Error::engine)?.into_iter().map(row).collect()
        })
    }

    fn write<'a>(&'a self, worker: &'a str, changes: &'a [Change]) -> Answer<'a, Vec<bool>> {
        Box::pin(async move {
            let now = Moment::now().ceil_seconds();
            let rows: Vec<_> = changes
                .iter()
                .map(|change| {
                    json!({
                        "id": change.id,
                        "status": change.to.status(),
                        "counter": change.to.counter(change.attempts),
                        "due": change.to.due().map(Moment::ceil_seconds),
                        "done": change.to.result().map(|_| now),
                        "result": change.to.result().map(|result| result.to_string()),
                        "story": change.story,
                    })
                })
                .collect();
            let rows = serde_json::Value::from(rows).to_string();
            let ours = sqlx::query_scalar(WRITE).bind(rows).bind(worker);
            let ours: Vec<String> = ours.fetch_all(&self.pool).await.map_err(Error::engine)?;
            Ok(changes
                .iter()
                .map(|change| ours.contains(&change.id.to_string()))
                .collect())
        })
    }

    fn beat<'a>(&'a self, worker: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            sqlx::query(
                "INSERT INTO Workers (id, worker_type, storage_name, layers, last_seen, started_at)
                 VALUES (?1, ?2, 'SqliteStorage', ?3, unixepoch(), unixepoch())
                 ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen",
            )
            .bind(worker)
            .bind(&self.queue)
            .bind(KEY)
            .execute(&self.pool)
            .await
            .map_err(Error::engine)?;
            Ok(())
        })
    }

    fn recover(&self, silence: Duration) -> Answer<'_, u64> {
        Box::pin(async move {
            // Whole seconds on both sides: a second more, or who has just beaten may look silent.
            let silence = i64::try_from(silence.as_secs().saturating_add(1)).unwrap_or(i64::MAX);
            let cut = sqlx::query(RECOVER).bind(&self.queue).bind(silence);
            Ok(cut
                .execute(&self.pool)
                .await
                .map_err(Error::engine)?
                .rows_affected())
        })
    }

    fn release<'a>(&'a self, worker: &'a str, running: &'a [JobId]) -> Answer<'a, u64> {
        Box::pin(async move {
            let released = sqlx::query(
                "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL
                 WHERE lock_by = ?1 AND status IN ('Queued', 'Running') AND id NOT IN (SELECT value FROM json_each(?2))",
            );
            let released = released.bind(worker).bind(json!(running).to_string());
            let released = released.execute(&self.pool).await.map_err(Error::engine)?;
            Ok(released.rows_affected())
        })
    }

    fn prune(&self, ended_before: Moment) -> Answer<'_, ()> {
        Box::pin(async move {
            let finished = sqlx::query(
                "DELETE FROM Jobs WHERE job_type = ?1 AND status = 'Done' AND done_at < ?2",
            )
            .bind(&self.queue)
            .bind(ended_before.ceil_seconds());
            finished.execute(&self.pool).await.map_err(Error::engine)?;
            let gone = sqlx::query(
                "DELETE FROM Workers WHERE worker_type = ?1 AND last_seen < unixepoch() - 86400
                 AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)",
            );
            gone.bind(&self.queue)
                .execute(&self.pool)
                .await
                .map_err(Error::engine)?;
            Ok(())
        })
    }

    fn look(&self, id: JobId) -> Answer<'_, Option<Look>> {
        Box::pin(async move { Ok(self.find(Some(id), 1).await?.pop()) })
    }

    fn list(&self, most: usize) -> Answer<'_, Vec<Look>> {
        Box::pin(self.find(None, most))
    }

    fn revive(&self, id: JobId, story: String) -> Answer<'_, bool> {
        Box::pin(async move {
            let revived = sqlx::query(
                "UPDATE Jobs SET status = 'Pending', attempts = 0, run_at = unixepoch(), done_at = NULL,
                     metadata = json_set(coalesce(metadata, '{}'), '$.retry', ?3)
                 WHERE job_type = ?1 AND id = ?2 AND status = 'Killed'",
            );
            let revived = revived.bind(&self.queue).bind(id.to_string()).bind(story);
            let revived = revived.execute(&self.pool).await.map_err(Error::engine)?;
            Ok(revived.rows_affected() == 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer to a fetch was lost: what the worker does not run comes back, uncut; what it runs stays.
    #[tokio::test]
    async fn what_a_worker_holds_and_does_not_run_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("jobs.db").display());
        let pool = connect(&url).await.unwrap();
        setup(&pool).await.unwrap();
        let store = Sqlite::new(pool, "held".to_owned());
        let draft = || Draft {
            id: JobId::generate(),
            payload: b"1".to_vec(),
            due: None,
            key: None,
        };
        let ids = store.push(vec![draft(), draft(), draft()]).await.unwrap();
        store.beat("me").await.unwrap();
        store.beat("you").await.unwrap();
        assert_eq!(store.fetch("me", 9).await.unwrap().len(), 3);
        assert_eq!(store.release("you", &[]).await.unwrap(), 0);
        assert_eq!(store.release("me", &ids[..1]).await.unwrap(), 2);
        let again = store.fetch("you", 9).await.unwrap();
        let (found, cuts): (Vec<_>, Vec<_>) = again.iter().map(|row| (row.id, row.cuts)).unzip();
        assert_eq!((found, cuts), (ids[1..].to_vec(), vec![0, 0]));
    }
}
