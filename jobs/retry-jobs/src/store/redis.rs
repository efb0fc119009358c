//! Redis: each call is one script, so that a kill between two of them finds nothing half done.
//!
//! The keys and the pushes are apalis'. Its scripts that fetch and acknowledge are not used: they promote all due jobs at
//! once, choose the next time themselves and end the worker where a job was moved.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use apalis_core::worker::context::WorkerContext;
use apalis_redis::Config;
use apalis_redis::queries::{deserialize_with_meta, push_tasks};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, IntoConnectionInfo, Script};

use super::task::{row, task};
use super::{Answer, Change, Draft, Look, Row, Store};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::JobId;

static FETCH: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/fetch.lua")));
static WRITE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/write.lua")));
static RECOVER: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/recover.lua")));
static RELEASE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/release.lua")));
static LOOK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/look.lua")));
static REVIVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/revive.lua")));

/// A key of a job is remembered this long. (apalis takes "no time" for "at once".)
const KEYS_KEPT: Duration = Duration::from_hours(30 * 24);

/// A queue in a Redis database.
pub(crate) struct Redis {
    connection: ConnectionManager,
    config: Config,
    keep: Duration,
}

/// Connects, or says within seconds that nothing answers.
pub(crate) async fn connect(url: &str) -> Result<ConnectionManager, Error> {
    let info = url.into_connection_info().map_err(Error::engine)?;
    let at = info.addr().to_string();
    let away = |source| Error::Away {
        engine: "Redis",
        at: at.clone(),
        source,
    };
    let client = redis::Client::open(info).map_err(|error| away(error.into()))?;
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_connection_timeout(Some(super::PATIENCE))
        .set_response_timeout(Some(super::PATIENCE));
    let connection = ConnectionManager::new_with_config(client, config).await;
    connection.map_err(|error| away(error.into()))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 are exact in 53 bits"
)]
fn seconds(moment: Moment) -> f64 {
    moment.0 as f64 / 1000.0
}

impl Redis {
    pub(crate) fn new(connection: ConnectionManager, queue: &str, keep: Duration) -> Self {
        let config = Config::default()
            .queue(queue)
            .emit_events(false)
            .idempotency_ttl(Some(KEYS_KEPT));
        Self {
            connection,
            config,
            keep,
        }
    }

    fn meta(&self, id: JobId) -> String {
        format!("{}:{id}", self.config.job_meta_hash())
    }

    fn recent(&self) -> String {
        format!("{}:recent", self.config.queue)
    }

    async fn find(&self, id: JobId) -> Result<Option<Look>, Error> {
        let mut script = LOOK.key(self.config.job_data_hash());
        let found: Option<(Vec<u8>, HashMap<String, String>)> = script
            .key(self.meta(id))
            .arg(id.to_string())
            .invoke_async(&mut self.connection.clone())
            .await
            .map_err(Error::engine)?;
        Ok(found.map(|(payload, mut fields)| {
            let due = fields
                .get("due")
                .and_then(|due| due.parse().ok())
                .unwrap_or(0.0_f64);
            #[expect(clippy::cast_possible_truncation, reason = "saturates")]
            let due = Moment((due * 1000.0) as i64);
            let status = fields.remove("status").unwrap_or_default();
            Look {
                id,
                status,
                due,
                payload,
                story: fields.remove(super::KEY),
            }
        }))
    }
}

impl Store for Redis {
    fn push(&self, drafts: Vec<Draft>) -> Answer<'_, Vec<JobId>> {
        Box::pin(async move {
            let mut connection = self.connection.clone();
            let mut ids: Vec<JobId> = drafts.iter().map(|draft| draft.id).collect();
            let keys: Vec<Option<String>> = drafts.iter().map(|draft| draft.key.clone()).collect();
            let tasks: Vec<_> = drafts.into_iter().map(task).collect();
            push_tasks(&mut connection, &self.config, &tasks)
                .await
                .map_err(Error::engine)?;
            for (id, key) in ids.iter_mut().zip(&keys) {
                let Some(key) = key else { continue };
                let known: String = connection
                    .get(format!("{}:{key}", self.config.idempotency_key_set()))
                    .await
                    .map_err(Error::engine)?;
                *id = known.parse()?;
            }
            let now = seconds(Moment::now());
            let recent: Vec<(f64, String)> = ids.iter().map(|id| (now, id.to_string())).collect();
            let _: () = connection
                .zadd_multiple(self.recent(), &recent)
                .await
                .map_err(Error::engine)?;
            Ok(ids)
        })
    }

    fn fetch<'a>(&'a self, worker: &'a str, most: usize) -> Answer<'a, Vec<Row>> {
        Box::pin(async move {
            let found: Vec<redis::Value> = FETCH
                .key(self.config.scheduled_jobs_set())
                .key(self.config.active_jobs_list())
                .key(self.config.inflight_set_for(&WorkerContext::new(worker)))
                .key(self.config.job_data_hash())
                .key(self.config.job_meta_hash())
                .key(self.config.workers_set())
                .arg(seconds(Moment::now()))
                .arg(worker)
                .arg(most)
                .invoke_async(&mut self.connection.clone())
                .await
                .map_err(Error::engine)?;
            let tasks = deserialize_with_meta(found).map_err(Error::engine)?;
            tasks
                .into_iter()
                .map(|found| row(found.into_full_compact()))
                .collect()
        })
    }

    fn write<'a>(&'a self, worker: &'a str, changes: &'a [Change]) -> Answer<'a, Vec<bool>> {
        Box::pin(async move {
            let mut script = WRITE.key(self.config.scheduled_jobs_set());
            script
                .key(self.config.inflight_set_for(&WorkerContext::new(worker)))
                .key(self.config.job_data_hash())
                .key(self.config.job_meta_hash())
                .key(self.config.dead_jobs_set())
                .key(self.recent())
                .arg(seconds(Moment::now()))
                .arg(self.keep.as_secs().max(1));
            for change in changes {
                let due = change.to.due().map(|due| seconds(due).to_string());
                let result = change.to.result().map(|result| result.to_string());
                script
                    .arg(change.id.to_string())
                    .arg(change.to.status())
                    .arg(due.unwrap_or_default())
                    .arg(change.to.counter(change.attempts))
                    .arg(result.unwrap_or_default())
                    .arg(&change.story);
            }
            let ours = script.invoke_async(&mut self.connection.clone()).await;
            ours.map_err(Error::engine)
        })
    }

    fn beat<'a>(&'a self, worker: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut connection = self.connection.clone();
            let set = self.config.workers_set();
            connection
                .zadd(set, worker, seconds(Moment::now()))
                .await
                .map_err(Error::engine)
        })
    }

    fn recover(&self, silence: Duration) -> Answer<'_, u64> {
        Box::pin(async move {
            let now = seconds(Moment::now());
            RECOVER
                .key(self.config.workers_set())
                .key(self.config.scheduled_jobs_set())
                .key(self.config.inflight_jobs_set())
                .key(self.config.job_meta_hash())
                .arg(now - silence.as_secs_f64())
                .arg(now)
                .arg(fastrand::u32(..))
                .invoke_async(&mut self.connection.clone())
                .await
                .map_err(Error::engine)
        })
    }

    fn release<'a>(&'a self, worker: &'a str, running: &'a [JobId]) -> Answer<'a, u64> {
        Box::pin(async move {
            let mut script = RELEASE.key(self.config.inflight_set_for(&WorkerContext::new(worker)));
            script
                .key(self.config.scheduled_jobs_set())
                .key(self.config.job_meta_hash())
                .arg(seconds(Moment::now()));
            for id in running {
                script.arg(id.to_string());
            }
            let released = script.invoke_async(&mut self.connection.clone()).await;
            released.map_err(Error::engine)
        })
    }

    /// Nothing to do: a finished job expires by itself, and a silent worker leaves with its jobs.
    fn prune(&self, _ended_before: Moment) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn look(&self, id: JobId) -> Answer<'_, Option<Look>> {
        Box::pin(self.find(id))
    }

    fn list(&self, most: usize) -> Answer<'_, Vec<Look>> {
        Box::pin(async move {
            let last = isize::try_from(most).unwrap_or(isize::MAX) - 1;
            let ids: Vec<String> = self
                .connection
                .clone()
                .zrevrange(self.recent(), 0, last)
                .await
                .map_err(Error::engine)?;
            let mut ids = ids
                .iter()
                .map(|id| id.parse())
                .collect::<Result<Vec<JobId>, _>>()?;
            ids.sort_unstable_by(|a, b| b.cmp(a));
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(self.find(id).await?);
            }
            Ok(found)
        })
    }

    fn revive(&self, id: JobId, story: String) -> Answer<'_, bool> {
        Box::pin(async move {
            REVIVE
                .key(self.config.dead_jobs_set())
                .key(self.config.scheduled_jobs_set())
                .key(self.meta(id))
                .arg(id.to_string())
                .arg(seconds(Moment::now()))
                .arg(story)
                .invoke_async(&mut self.connection.clone())
                .await
                .map_err(Error::engine)
        })
    }
}
