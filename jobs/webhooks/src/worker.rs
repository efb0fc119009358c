//! Delivers.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect;
use retry_core::Policy;
use retry_http::ResponseExt;
use retry_jobs::{Jobs, Turn, Worker};

use crate::breakers::Breakers;
use crate::delivery::Delivery;
use crate::signature::sign;
use crate::watch;

const DAY: Duration = Duration::from_hours(24);

/// After 10 s, 20 s, 40 s and so on up to 6 h, jittered, for 3 days. A receiver may ask for up to a day.
pub(crate) const DELIVER: Policy = Policy::new()
    .unlimited()
    .max_elapsed(DAY.saturating_mul(3))
    .exp_multiplier(Duration::from_secs(10))
    .max_delay(Duration::from_hours(6))
    .max_hint(DAY);

pub(crate) fn worker(
    jobs: &Jobs<Delivery>,
    policy: Policy,
    secret: String,
) -> Result<Worker<Delivery, (), retry_http::Error>, Box<dyn Error + Send + Sync>> {
    // A redirect would carry the signature elsewhere.
    let client = Client::builder()
        .timeout(Duration::from_secs(10))
        .redirect(redirect::Policy::none())
        .build()?;
    let secret: Arc<str> = secret.into();
    let breakers = Breakers::default();
    let deliver =
        move |delivery, turn| deliver(client.clone(), Arc::clone(&secret), delivery, turn);
    Ok(jobs
        .worker(policy, deliver)
        // Each delivery has a key, so a receiver that has acted on it knows the repetition: faults and 5xx are retried,
        // 410 and its like are not, and `Retry-After` is a floor.
        .when(retry_http::keyed::<(), retry_http::Error, _>)
        .breaker_for(move |delivery: &Delivery| breakers.of(&delivery.url))
        .observer(watch::observe)
        .slots(32))
}

async fn deliver(
    client: Client,
    secret: Arc<str>,
    delivery: Delivery,
    turn: Turn,
) -> Result<(), retry_http::Error> {
    let (id, body) = (turn.key(), delivery.body());
    let timestamp = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let request = client
        .post(&delivery.url)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-signature", sign(&secret, &id, timestamp, &body))
        .header("webhook-timestamp", timestamp)
        // The key: the same in every attempt.
        .header("webhook-id", &id)
        .header("idempotency-key", &id)
        .body(body);
    request.send().await?.check().await?;
    Ok(())
}
