use std::time::Duration;

use redis::aio::ConnectionManager;
use retry_core::{Cooldown, DefaultTimer, Timer};

/// No call waits for Redis: this bounds two tasks beside them.
const PATIENCE: Duration = Duration::from_millis(200);

/// The longer pause wins, as in one process.
const HOLD: &str = "
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '', 'PX', ARGV[1]) end";

/// The pause that a vendor imposed on one key, shared by every process that uses it.
#[derive(Clone)]
pub struct Shared {
    /// What calls ask: `policy.cooldown(local)`. Redis only moves it.
    pub local: &'static Cooldown,
    pub redis: ConnectionManager,
    pub key: &'static str,
}

impl Shared {
    /// A 429 asked for this: hold here at once, and tell the others. Where Redis is away, it is held here only.
    pub async fn hold(&self, hint: Duration) {
        self.local.hold(hint, || DefaultTimer.now());
        let (script, mut redis) = (redis::Script::new(HOLD), self.redis.clone());
        let mut told = script.key(self.key);
        let told = told
            .arg(hint.as_millis() as u64)
            .invoke_async::<()>(&mut redis);
        let _away = tokio::time::timeout(PATIENCE, told).await;
    }

    /// Hears what others were told: one task a process, for as long as it lives.
    pub async fn listen(self) {
        loop {
            let (ask, mut redis) = (redis::Cmd::pttl(self.key), self.redis.clone());
            let left = tokio::time::timeout(PATIENCE, ask.query_async::<i64>(&mut redis)).await;
            if let Ok(Ok(left @ 1..)) = left {
                self.local
                    .hold(Duration::from_millis(left as u64), || DefaultTimer.now());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}
