//! `kill -9` of the worker at random: each job's ended attempts exact, none before its time, none lost.
//!
//! A few kills here; by hand `KILLS=100 cargo test -p retry-jobs --all-features --test kill -- --nocapture`.

mod support;

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use retry_core::{Jitter, Policy};
use retry_jobs::{Chapter, Engine, JobId, Jobs, State, Turn};
use support::{Kind, until};

/// Both kinds of wait: the first in the slot, the second, longer than `SHORT`, in the queue.
const POLICY: Policy = Policy::new()
    .max_attempts(4)
    .incr_start(Duration::from_millis(200))
    .incr_step(Duration::from_millis(600))
    .jitter(Jitter::None);
const DELAYS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_millis(1400),
];
const SHORT: Duration = Duration::from_millis(500);
const BEAT: Duration = Duration::from_millis(200);
const SLOTS: usize = 8;

fn kills() -> usize {
    std::env::var("KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(6)
}

/// The victim, in a process of its own: this binary again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests of this file"]
async fn victim() {
    let (Ok(url), Ok(log)) = (std::env::var("QUEUE"), std::env::var("LOG")) else {
        return;
    };
    let jobs: Jobs<u32> = Engine::open(&url).await.unwrap().queue("kill");
    let work = move |_: u32, turn: Turn| {
        let log = log.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(
                20 + u64::from(fastrand_of(turn.id())) % 100,
            ))
            .await;
            let mut log = OpenOptions::new()
                .append(true)
                .create(true)
                .open(log)
                .unwrap();
            log.write_all(format!("{} {}\n", turn.id(), turn.attempt()).as_bytes())
                .unwrap();
            Err::<(), _>("again")
        }
    };
    let worker = jobs
        .worker(POLICY, work)
        .slots(SLOTS)
        .short(SHORT)
        .heartbeat(BEAT)
        .poll(Duration::from_millis(20));
    worker
        .build()
        .unwrap()
        .run_until(std::future::pending())
        .await;
}

fn fastrand_of(id: JobId) -> u8 {
    id.seed().to_le_bytes()[0]
}

fn spawn(url: &str, log: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--ignored"])
        .env("QUEUE", url)
        .env("LOG", log)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn killed_at_random(kind: Kind) {
    let Some(server) = kind.start() else { return };
    let jobs: Jobs<u32> = server.engine().await.queue("kill");
    let (url, log) = (server.url(), server.folder().join("attempts"));
    fs::write(&log, "").unwrap();
    let kills = kills();
    let many = 10 * kills;
    let mut ids = Vec::new();
    let began = std::time::Instant::now();
    for n in 0..kills {
        // Always some that are new, some that wait, some that run.
        ids.extend(jobs.push_all(&vec![1; many / kills]).await.unwrap());
        let mut child = spawn(&url, &log);
        tokio::time::sleep(Duration::from_millis(
            300 + u64::from(fastrand_of(ids[n])) * 4,
        ))
        .await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = spawn(&url, &log);
    let mut looks = Vec::new();
    for id in &ids {
        looks.push(
            until("each job ends", async || {
                jobs.look(*id)
                    .await
                    .unwrap()
                    .filter(|look| look.state == State::Dead)
            })
            .await,
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut runs: HashMap<String, usize> = HashMap::new();
    for line in fs::read_to_string(&log).unwrap().lines() {
        *runs.entry(line.to_owned()).or_default() += 1;
    }
    for look in &looks {
        let numbers: Vec<u32> = look.story.chapters().iter().map(Chapter::attempt).collect();
        assert_eq!(numbers, [1, 2, 3, 4], "{:?}", look.story);
        assert_eq!(look.story.end().unwrap().reason(), "attempts_exhausted");
        for (pair, delay) in look.story.chapters().windows(2).zip(DELAYS) {
            assert!(
                pair[1].began() >= pair[0].ended() + delay,
                "{pair:?} before {delay:?}"
            );
        }
        for attempt in numbers {
            assert!(
                runs.contains_key(&format!("{} {attempt}", look.id)),
                "never ran: {attempt} of {}",
                look.id
            );
        }
    }
    let total: usize = runs.values().sum();
    let again = total - 4 * many;
    println!(
        "{kind:?}: {kills} kills, {many} jobs; ended attempts {} of {}; run to their end but killed before it was saved: \
         {again}; early 0; lost 0; {:.0?}",
        looks.iter().map(|look| look.story.attempts()).sum::<u32>(),
        4 * many,
        began.elapsed(),
    );
    // What ran to its end in the moment of a kill runs again, once a kill and slot at most.
    assert!(again <= kills * SLOTS, "{again}");
}

#[tokio::test]
async fn sqlite_killed_at_random() {
    killed_at_random(Kind::Sqlite).await;
}

#[tokio::test]
async fn postgres_killed_at_random() {
    killed_at_random(Kind::Postgres).await;
}

#[tokio::test]
async fn redis_killed_at_random() {
    killed_at_random(Kind::Redis).await;
}
