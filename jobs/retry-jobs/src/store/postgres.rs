//! PostgreSQL: as SQLite, with times to the microsecond and rows locked by the server.

use std::str::FromStr;
use std::time::Duration;

use apalis_core::worker::context::WorkerContext;
use apalis_postgres::queries::{fetch_next, push_tasks};
use apalis_postgres::{Config, PostgresStorage};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{FromRow, PgPool};

use super::task::{row, task};
use super::{Answer, Change, Draft, KEY, Look, Row, Store};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::JobId;

/// A queue in a PostgreSQL database.
pub(crate) struct Postgres {
    pool: PgPool,
    queue: String,
}

/// A pool that cannot connect tries ever more rarely for as long as this: then rather a new attempt of ours.
const ACQUIRE: Duration = Duration::from_secs(2);

/// Connects, or says within seconds that nothing answers.
pub(crate) async fn connect(url: &str) -> Result<PgPool, Error> {
    let options = PgConnectOptions::from_str(url).map_err(Error::engine)?;
    let at = format!("{}:{}", options.get_host(), options.get_port());
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await;
    pool.map_err(|source| Error::Away {
        engine: "PostgreSQL",
        at,
        source: source.into(),
    })
}

/// Brings the tables to apalis' latest form.
pub(crate) async fn setup(pool: &PgPool) -> Result<(), Error> {
    PostgresStorage::setup(pool).await.map_err(Error::engine)
}

#[derive(FromRow)]
struct Found {
    id: String,
    status: String,
    due: i64,
    job: Vec<u8>,
    story: Option<String>,
}

impl TryFrom<Found> for Look {
    type Error = Error;

    fn try_from(found: Found) -> Result<Self, Error> {
        Ok(Self {
            id: found.id.parse()?,
            status: found.status,
            due: Moment(found.due),
            payload: found.job,
            story: found.story,
        })
    }
}

impl Postgres {
    pub(crate) const fn new(pool: PgPool, queue: String) -> Self {
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

    /// apalis' push of many knows no `ON CONFLICT`: a key that stands there already fails the whole of it. So a job with a
    /// key goes alone, and a conflict means that it has been pushed before.
    async fn push_keyed(&self, draft: Draft, key: &str) -> Result<JobId, Error> {
        let mut connection = self.pool.acquire().await.map_err(Error::engine)?;
        match push_tasks(&mut *connection, &self.queue, vec![task(draft)]).await {
            Ok(()) => {}
            Err(apalis_postgres::Error::Database(sqlx::Error::Database(error)))
                if error.is_unique_violation() => {}
            Err(error) => return Err(Error::engine(error)),
        }
        let known = sqlx::query_scalar(
            "SELECT id FROM apalis.jobs WHERE job_type = $1 AND idempotency_key = $2",
        );
        let known: String = known
            .bind(&self.queue)
            .bind(key)
            .fetch_one(&mut *connection)
            .await
            .map_err(Error::engine)?;
        known.parse()
    }
}

const WRITE: &str = "
UPDATE apalis.jobs j SET
    status = c.status,
    attempts = c.counter,
    run_at = coalesce(to_timestamp(c.due::float8 / 1000), j.run_at),
    lock_by = CASE WHEN c.status = 'Running' THEN j.lock_by END,
    lock_at = CASE WHEN c.status = 'Running' THEN j.lock_at END,
    done_at = CASE WHEN c.result IS NULL THEN j.done_at ELSE now() END,
    last_result = coalesce(c.result, j.last_result),
    metadata = coalesce(j.metadata, ''::hstore) || hstore('retry', c.story)
FROM unnest($1::text[], $2::text[], $3::int4[], $4::int8[], $5::jsonb[], $6::text[])
    AS c (id, status, counter, due, result, story)
WHERE j.id = c.id AND j.lock_by = $7 AND j.status IN ('Queued', 'Running')
RETURNING j.id";

/// The later the more often it was cut, at random: who kills the worker must not take its neighbours along for ever.
const RECOVER: &str = "
WITH cut AS (
    SELECT id FROM apalis.jobs j
    WHERE job_type = $1 AND status IN ('Queued', 'Running') AND NOT EXISTS (
        SELECT 1 FROM apalis.workers w WHERE w.id = j.lock_by AND w.last_seen >= now() - make_interval(secs => $2)
    )
    FOR UPDATE SKIP LOCKED
)
UPDATE apalis.jobs j SET
    status = 'Pending', lock_by = NULL, lock_at = NULL, attempts = attempts + 1,
    run_at = greatest(run_at, now() + make_interval(secs => floor(random() * 2 ^ least(attempts, 6))))
FROM cut WHERE j.id = cut.id";

const LOOK: &str = "
SELECT id, status, (extract(epoch FROM run_at) * 1000)::int8 AS due, job, metadata -> 'retry' AS story FROM apalis.jobs
WHERE job_type = $1 AND ($2::text IS NULL OR id = $2) ORDER BY id DESC LIMIT $3";

impl Store for Postgres {
    fn push(&self, drafts: Vec<Draft>) -> Answer<'_, Vec<JobId>> {
        Box::pin(async move {
            let (keyed, plain): (Vec<_>, Vec<_>) = drafts
                .iter()
                .cloned()
                .partition(|draft| draft.key.is_some());
            if !plain.is_empty() {
                let mut connection = self.pool.acquire().await.map_err(Error::engine)?;
                let tasks = plain.into_iter().map(task).collect();
                push_tasks(&mut *connection, &self.queue, tasks)
                    .await
                    .map_err(Error::engine)?;
            }
            let mut known = Vec::with_capacity(keyed.len());
            for draft in keyed {
                let (id, key) = (draft.id, draft.key.clone().unwrap_or_default());
                known.push((id, self.push_keyed(draft, &key).await?));
            }
            let known: std::collections::HashMap<_, _> = known.into_iter().collect();
            Ok(drafts
                .iter()
                .map(|draft| *known.get(&draft.id).unwrap_or(&draft.id))
                .collect())
        })
    }

    fn fetch<'a>(&'a self, worker: &'a str, most: usize) -> Answer<'a, Vec<Row>> {
        Box::pin(async move {
            let config = Config::default().queue(&self.queue).batch_size(most);
            let mut connection = self.pool.acquire().await.map_err(Error::engine)?;
            let tasks = fetch_next(&mut *connection, &config, &WorkerContext::new(worker)).await;
            tasks.map_err(Error::engine)?.into_iter().map(row).collect()
        })
    }

    fn write<'a>(&'a self, worker: &'a str, changes: &'a [Change]) -> Answer<'a, Vec<bool>> {
        Box::pin(async move {
            let column = |of: fn(&Change) -> String| changes.iter().map(of).collect::<Vec<_>>();
            let counters = changes
                .iter()
                .map(|change| change.to.counter(change.attempts));
            let counters: Vec<i32> = counters
                .map(|n| i32::try_from(n).unwrap_or(i32::MAX))
                .collect();
            let due: Vec<Option<i64>> = changes
                .iter()
                .map(|change| change.to.due().map(|due| due.0))
                .collect();
            let results: Vec<Option<serde_json::Value>> =
                changes.iter().map(|change| change.to.result()).collect();
            let ours = sqlx::query_scalar(WRITE)
                .bind(column(|change| change.id.to_string()))
                .bind(column(|change| change.to.status().to_owned()))
                .bind(counters)
                .bind(due)
                .bind(results)
                .bind(column(|change| change.story.clone()))
                .bind(worker);
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
                "INSERT INTO apalis.workers (id, worker_type, storage_name, layers, last_seen)
                 VALUES ($1, $2, 'PostgresStorage', $3, now())
                 ON CONFLICT (id) DO UPDATE SET last_seen = now()",
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
            let cut = sqlx::query(RECOVER)
                .bind(&self.queue)
                .bind(silence.as_secs_f64());
            Ok(cut
                .execute(&self.pool)
                .await
                .map_err(Error::engine)?
                .rows_affected())
        })
    }

    fn release<'a>(&'a self, worker: &'a str, running: &'a [JobId]) -> Answer<'a, u64> {
        Box::pin(async move {
            let running: Vec<String> = running.iter().map(ToString::to_string).collect();
            let released = sqlx::query(
                "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL
                 WHERE lock_by = $1 AND status IN ('Queued', 'Running') AND id <> ALL($2)",
            );
            let released = released.bind(worker).bind(running);
            let released = released.execute(&self.pool).await.map_err(Error::engine)?;
            Ok(released.rows_affected())
        })
    }

    fn prune(&self, ended_before: Moment) -> Answer<'_, ()> {
        Box::pin(async move {
            let finished = sqlx::query(
                "DELETE FROM apalis.jobs WHERE job_type = $1 AND status = 'Done' AND done_at < to_timestamp($2::float8)",
            );
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
            let finished = finished
                .bind(&self.queue)
                .bind(ended_before.ceil_seconds() as f64);
            finished.execute(&self.pool).await.map_err(Error::engine)?;
            let gone = sqlx::query(
                "DELETE FROM apalis.workers w WHERE worker_type = $1 AND last_seen < now() - interval '1 day'
                 AND NOT EXISTS (SELECT 1 FROM apalis.jobs WHERE lock_by = w.id)",
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
                "UPDATE apalis.jobs SET status = 'Pending', attempts = 0, run_at = now(), done_at = NULL,
                     metadata = coalesce(metadata, ''::hstore) || hstore('retry', $3)
                 WHERE job_type = $1 AND id = $2 AND status = 'Killed'",
            );
            let revived = revived.bind(&self.queue).bind(id.to_string()).bind(story);
            let revived = revived.execute(&self.pool).await.map_err(Error::engine)?;
            Ok(revived.rows_affected() == 1)
        })
    }
}
