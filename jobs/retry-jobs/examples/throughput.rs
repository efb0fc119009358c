//! Trivial jobs a second, beside apalis alone at equal safety: no more are fetched than run at once.
//!
//! `cargo run --release --all-features --example throughput -- sqlite:/tmp/jobs.db postgres://me@127.0.0.1/db redis://127.0.0.1`

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use apalis_core::backend::ext::BackendExt;
use apalis_core::worker::builder::WorkerBuilder;
use retry_core::Policy;
use retry_jobs::{Engine, Jobs, Turn};
use tower::limit::ConcurrencyLimitLayer;

const JOBS: usize = 5_000;
const AT_ONCE: usize = 32;
const POLL: Duration = Duration::from_millis(50);
const ROUNDS: usize = 3;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome {
    println!(
        "{JOBS} trivial jobs, {AT_ONCE} at once, jobs a second; best of {ROUNDS} each, in turns"
    );
    for url in std::env::args().skip(1) {
        let engine = Engine::open(&url).await?;
        let (mut bare, mut ours) = (0.0_f64, 0.0_f64);
        for round in 0..ROUNDS {
            bare = bare.max(
                apalis(
                    &url,
                    &engine,
                    &format!("bare-{round}-{}", std::process::id()),
                )
                .await?,
            );
            ours = ours
                .max(retry_jobs(&engine, &format!("ours-{round}-{}", std::process::id())).await?);
        }
        let name = url.split(':').next().unwrap_or_default();
        println!(
            "{name:9} apalis {bare:6.0}  retry-jobs {ours:6.0}  ratio {:.2}",
            ours / bare
        );
    }
    Ok(())
}

async fn fill(engine: &Engine, queue: &str) -> Outcome<Jobs<u32>> {
    let jobs = engine.queue::<u32>(queue);
    for _ in 0..JOBS / 500 {
        jobs.push_all(&vec![1; 500]).await?;
    }
    // The last were due a second ago.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    Ok(jobs)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand jobs")]
async fn rate(runs: &AtomicUsize) -> f64 {
    while runs.load(Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let began = Instant::now();
    while runs.load(Relaxed) < JOBS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    JOBS as f64 / began.elapsed().as_secs_f64()
}

async fn retry_jobs(engine: &Engine, queue: &str) -> Outcome<f64> {
    let jobs = fill(engine, queue).await?;
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let work = move |_: u32, _: Turn| {
        count.fetch_add(1, Relaxed);
        std::future::ready(Ok::<(), Infallible>(()))
    };
    let runner = jobs
        .worker(Policy::new(), work)
        .slots(AT_ONCE)
        .poll(POLL)
        .build()?;
    tokio::select! {
        () = runner.run_until(std::future::pending()) => Err("the worker ended".into()),
        rate = rate(&runs) => Ok(rate),
    }
}

/// apalis' worker over apalis' backend.
macro_rules! bare {
    ($backend:expr, $runs:expr) => {{
        let count = Arc::clone(&$runs);
        let work = move |_: u32| {
            count.fetch_add(1, Relaxed);
            std::future::ready(Ok::<(), Infallible>(()))
        };
        let worker = WorkerBuilder::new(format!("bare-{}", $runs.as_ptr() as usize))
            .backend($backend.poll_with_interval(POLL))
            .layer(ConcurrencyLimitLayer::new(AT_ONCE))
            .build(work);
        tokio::select! {
            ended = worker.run() => Err(format!("the worker ended: {ended:?}").into()),
            rate = rate(&$runs) => Ok(rate),
        }
    }};
}

async fn apalis(url: &str, engine: &Engine, queue: &str) -> Outcome<f64> {
    fill(engine, queue).await?;
    let runs = Arc::new(AtomicUsize::new(0));
    match url.split(':').next() {
        Some("sqlite") => {
            let pool = apalis_sqlite::SqlitePool::connect(url).await?;
            let config = apalis_sqlite::Config::default()
                .queue(queue)
                .batch_size(AT_ONCE);
            bare!(
                apalis_sqlite::SqliteStorage::<u32>::new(&pool).with_config(config),
                runs
            )
        }
        Some("redis") => {
            let connection = apalis_redis::connect(url).await?;
            let config = apalis_redis::Config::default()
                .queue(queue)
                .batch_size(AT_ONCE);
            bare!(
                apalis_redis::RedisStorage::<u32>::new(connection).with_config(config),
                runs
            )
        }
        _ => {
            let pool = apalis_postgres::PgPool::connect(url).await?;
            let config = apalis_postgres::Config::default()
                .queue(queue)
                .batch_size(AT_ONCE);
            bare!(
                apalis_postgres::PostgresStorage::<u32>::new(&pool).with_config(config),
                runs
            )
        }
    }
}
