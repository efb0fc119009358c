//! Something happens now and then, and a receiver wants to know.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use retry_core::Policy;
use retry_jobs::{Job, Jobs};

use crate::delivery::Delivery;
use crate::receivers::ALL;

/// A push is a call like any other. The key makes its repetition safe.
const PUSH: Policy = Policy::new().max_attempts(10);

pub(crate) async fn produce(jobs: Jobs<Delivery>, receivers: String, pause: Duration) {
    let start = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    for (number, name) in ALL.iter().cycle().enumerate() {
        let delivery = Delivery {
            url: format!("http://{receivers}/{name}"),
            event: "invoice.paid".to_owned(),
            data: serde_json::json!({ "invoice": number, "amount": fastrand::u32(1..100_000) }),
        };
        let key = format!("{start}-{number}");
        let pushed = PUSH
            .retry(|| jobs.push(Job::new(&delivery).key(&key)))
            .await;
        if let Err(error) = pushed {
            eprintln!("producer: {error}");
        }
        tokio::time::sleep(pause).await;
    }
}
