//! What a call costs in memory: bytes of its future beside a loop written by hand.
#![cfg(feature = "tokio")]

use std::time::Duration;

use retry_core::{Policy, TimedOut};

const POLICY: Policy = Policy::new();

async fn attempt<const N: usize>() -> Result<(), Failed> {
    let kept = [0u8; N];
    std::future::pending::<()>().await;
    std::hint::black_box(&kept);
    Err(Failed)
}

struct Failed;

impl From<TimedOut> for Failed {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

async fn by_hand<const N: usize>() -> Result<(), Failed> {
    let mut attempts = 0u32;
    loop {
        let outcome = attempt::<N>().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 3 {
            return outcome;
        }
        tokio::time::sleep(Duration::from_millis(100 << attempts)).await;
    }
}

fn shared<const N: usize>() -> impl Future<Output = Result<(), Failed>> {
    static SHARED: Policy = POLICY;
    SHARED.shared().retry(attempt::<N>)
}

fn by_value<const N: usize>() -> impl Future<Output = Result<(), Failed>> {
    POLICY.retry(attempt::<N>)
}

#[test]
#[cfg_attr(
    feature = "smol",
    ignore = "the future of two timers is larger: these are the sizes with tokio's alone"
)]
fn a_waiting_call_is_small() {
    let hand = size_of_val(&by_hand::<0>());
    let (shared, by_value) = (size_of_val(&shared::<0>()), size_of_val(&by_value::<0>()));
    println!("by hand {hand}, shared {shared}, by value {by_value} bytes");
    assert!(shared <= 152 && by_value <= 208);
}

/// Storing the operation's future twice would add its 1,024 bytes.
#[test]
#[cfg_attr(
    feature = "smol",
    ignore = "the future of two timers is larger: these are the sizes with tokio's alone"
)]
fn a_timeout_does_not_store_the_attempt_twice() {
    let bare = size_of_val(&by_value::<1024>());
    let limited = size_of_val(&POLICY.attempt_timeout(Duration::MAX).retry(attempt::<1024>));
    assert!(limited - bare <= 208, "{bare} {limited}");
}
