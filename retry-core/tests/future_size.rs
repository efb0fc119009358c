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

fn by_policy<const N: usize>() -> impl Future<Output = Result<(), Failed>> {
    POLICY.retry(attempt::<N>)
}

/// The policy's reference, progress, stopwatch and a flag: 56 bytes, whatever the operation holds.
#[test]
#[cfg_attr(
    feature = "smol",
    ignore = "the future of two timers is larger: these are the sizes with tokio's alone"
)]
fn a_call_costs_56_bytes_over_a_loop_by_hand() {
    assert!(size_of_val(&by_policy::<0>()) <= 176);
    let over = |policy: usize, hand: usize| policy.saturating_sub(hand);
    assert!(over(size_of_val(&by_policy::<0>()), size_of_val(&by_hand::<0>())) <= 56);
    assert!(
        over(
            size_of_val(&by_policy::<1024>()),
            size_of_val(&by_hand::<1024>())
        ) <= 104
    );
}

/// Storing the operation's future twice would add its 1,024 bytes.
#[test]
#[cfg_attr(
    feature = "smol",
    ignore = "the future of two timers is larger: these are the sizes with tokio's alone"
)]
fn a_timeout_does_not_store_the_attempt_twice() {
    let bare = size_of_val(&by_policy::<1024>());
    let limited = size_of_val(&POLICY.attempt_timeout(Duration::MAX).retry(attempt::<1024>));
    assert!(limited - bare <= 208, "{bare} {limited}");
}
