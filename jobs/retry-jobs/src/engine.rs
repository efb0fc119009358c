//! Which engine, and where.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::jobs::Jobs;
use crate::store::{self, Store};

/// A week.
const KEEP: Duration = Duration::from_hours(7 * 24);

/// An open connection to what holds the queues.
///
/// ```no_run
/// # async fn open() -> Result<(), retry_jobs::Error> {
/// let engine = retry_jobs::Engine::open("sqlite:jobs.db").await?;
/// let jobs = engine.queue::<String>("letters");
/// jobs.push(&"Dear Sir".to_owned()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    which: Which,
    keep: Duration,
}

#[derive(Clone)]
enum Which {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "redis")]
    Redis(::redis::aio::ConnectionManager),
}

impl Engine {
    /// Opens `sqlite:FILE`, `postgres://..` or `redis://..`, and brings its tables into form.
    ///
    /// # Errors
    /// One clear [`Error::Away`] where nothing answers.
    pub async fn open(url: &str) -> Result<Self, Error> {
        match url.split(':').next() {
            #[cfg(feature = "sqlite")]
            Some("sqlite") => Self::sqlite(store::sqlite::connect(url).await?).await,
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => {
                Self::postgres(store::postgres::connect(url).await?).await
            }
            #[cfg(feature = "redis")]
            Some("redis" | "rediss") => Ok(Self::redis(store::redis::connect(url).await?)),
            _ => Err(Error::UnknownEngine(without_secrets(url))),
        }
    }

    /// A pool of your own. Set `synchronous` to `NORMAL` or `FULL` in its options, or a power cut loses jobs.
    ///
    /// # Errors
    /// Where the tables cannot be brought into form.
    #[cfg(feature = "sqlite")]
    pub async fn sqlite(pool: sqlx::SqlitePool) -> Result<Self, Error> {
        store::sqlite::setup(&pool).await?;
        Ok(Self::of(Which::Sqlite(pool)))
    }

    /// A pool of your own.
    ///
    /// # Errors
    /// Where the tables cannot be brought into form.
    #[cfg(feature = "postgres")]
    pub async fn postgres(pool: sqlx::PgPool) -> Result<Self, Error> {
        store::postgres::setup(&pool).await?;
        Ok(Self::of(Which::Postgres(pool)))
    }

    /// A connection of your own.
    #[cfg(feature = "redis")]
    #[must_use]
    pub const fn redis(connection: ::redis::aio::ConnectionManager) -> Self {
        Self::of(Which::Redis(connection))
    }

    const fn of(which: Which) -> Self {
        Self { which, keep: KEEP }
    }

    /// How long a finished job is kept, with its story: a week unless told otherwise. Dead letters stay.
    #[must_use]
    pub const fn keep(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    /// The queue of this name, whose jobs are `A`.
    #[must_use]
    pub fn queue<A: Serialize + DeserializeOwned>(&self, name: &str) -> Jobs<A> {
        Jobs::new(self.store(name), self.keep)
    }

    fn store(&self, name: &str) -> Arc<dyn Store> {
        match self.which.clone() {
            #[cfg(feature = "sqlite")]
            Which::Sqlite(pool) => Arc::new(store::sqlite::Sqlite::new(pool, name.to_owned())),
            #[cfg(feature = "postgres")]
            Which::Postgres(pool) => {
                Arc::new(store::postgres::Postgres::new(pool, name.to_owned()))
            }
            #[cfg(feature = "redis")]
            Which::Redis(connection) => {
                Arc::new(store::redis::Redis::new(connection, name, self.keep))
            }
        }
    }
}

impl std::fmt::Debug for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => "SQLite",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "PostgreSQL",
            #[cfg(feature = "redis")]
            Self::Redis(_) => "Redis",
        })
    }
}

/// What may be shown of an address: user and password stay out.
fn without_secrets(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_address_is_named_without_its_password() {
        let error = Engine::open("mysql://me:secret@host/db")
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("mysql://host/db") && !error.contains("secret"),
            "{error}"
        );
    }
}
