//! `history`: every outcome that was retried is kept.

use std::future::ready;
use std::time::Duration;

use retry_core::{Jitter, Policy};

use crate::clock::Clock;
use crate::failed::{Failed, failing};

const SEC: Duration = Duration::from_secs(1);
const DOUBLING: Policy = Policy::new().exp_multiplier(SEC).jitter(Jitter::None);

#[tokio::test]
async fn history_keeps_every_outcome_that_was_retried() {
    let clock = Clock::default();
    let mut past = Vec::new();
    let mut next = failing(2);
    let outcome = DOUBLING
        .history(&mut past)
        .timer(&clock)
        .retry(|| ready(next()))
        .await;
    assert_eq!(outcome, Ok(3));
    let failures = [(Failed::Busy(1), SEC), (Failed::Busy(2), 2 * SEC)];
    assert_eq!(past, failures.map(|(error, delay)| (Err(error), delay)));
}

#[tokio::test]
async fn history_is_kept_under_a_listener_too() {
    let (clock, mut past, mut waits) = (Clock::default(), Vec::new(), Vec::new());
    let mut next = failing(2);
    let outcome = DOUBLING
        .history(&mut past)
        .on_retry(|event| waits.push(event.delay()))
        .timer(&clock)
        .retry(|| ready(next()))
        .await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(waits, [SEC, 2 * SEC]);
    assert_eq!(past.len(), 2);

    let mut past = Vec::new();
    let mut next = failing(1);
    let blocking = DOUBLING.history(&mut past).on_retry_err(|_, _| ());
    assert_eq!(blocking.timer(&clock).retry_blocking(&mut next), Ok(2));
    assert_eq!(past, [(Err(Failed::Busy(1)), SEC)]);
}
