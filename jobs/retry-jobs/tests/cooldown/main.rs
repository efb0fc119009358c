//! The guide's recipe for a cooldown that processes share, against a real Redis.

#[allow(
    clippy::pedantic,
    unreachable_pub,
    missing_docs,
    reason = "as the guide shows it"
)]
mod recipe;
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use recipe::Shared;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use retry_core::{Cooldown, DefaultTimer, Timer};
use support::{Kind, until};

static HERE: Cooldown = Cooldown::new();
static THERE: Cooldown = Cooldown::new();

fn left(cooldown: &Cooldown) -> Duration {
    cooldown
        .time_left(|| DefaultTimer.now())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_cooldown_is_shared_and_fails_open() {
    let Some(server) = Kind::Redis.start() else {
        return;
    };
    let client = redis::Client::open(server.url()).unwrap();
    let config = ConnectionManagerConfig::new().set_number_of_retries(1);
    let redis = ConnectionManager::new_with_config(client, config)
        .await
        .unwrap();
    let here = Shared {
        local: &HERE,
        redis: redis.clone(),
        key: "vendor:key",
    };
    let there = Shared {
        local: &THERE,
        redis,
        key: "vendor:key",
    };
    tokio::spawn(there.clone().listen());

    here.hold(Duration::from_secs(30)).await;
    assert!(left(&HERE) > Duration::from_secs(29));
    until("the other hears of it", async || {
        (left(&THERE) > Duration::from_secs(28)).then_some(())
    })
    .await;
    // A shorter one does not cut it.
    there.hold(Duration::from_secs(1)).await;
    THERE.reset();
    until("it is still long", async || {
        (left(&THERE) > Duration::from_secs(20)).then_some(())
    })
    .await;

    // Redis is away: what was held stays held, what is new holds here, nothing blocks.
    server.down();
    HERE.reset();
    let began = Instant::now();
    here.hold(Duration::from_secs(5)).await;
    assert!(began.elapsed() < Duration::from_secs(2));
    assert!(left(&HERE) > Duration::from_secs(3));
    THERE.reset();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(left(&THERE), Duration::ZERO, "open");
}

#[test]
fn the_guide_shows_this_recipe() {
    let guide = include_str!("../../../../guide/src/durable.md");
    assert!(guide.contains(include_str!("recipe.rs").trim()));
}
