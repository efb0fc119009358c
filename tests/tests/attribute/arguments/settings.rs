//! The policy's own fields: attempts, backoffs, caps, jitter; and what changes its delays.

use retry_core::{Jitter, Verdict};
use std::time::Duration;

const MAX: u32 = 3;
const STEP: Duration = Duration::from_millis(250);
static BASE: f64 = 3.0;

mod constants {
    pub(crate) const JITTER: retry_core::Jitter = retry_core::Jitter::None;
    pub(crate) const fn attempts() -> u32 {
        2
    }
}

#[tokio::test(start_paused = true)]
async fn max_attempts_counts_the_first() {
    assert_eq!(delays_of!(fixed_ms = 5).len(), 2);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = 1).len(), 0);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = 0x5_u32).len(), 4);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = MAX + 1).len(), 3);
    assert_eq!(
        delays_of!(fixed_ms = 5, max_attempts = constants::attempts()).len(),
        1
    );
    assert_eq!(
        delays_of!(
            fixed_ms = 5,
            max_attempts = {
                let n = 2;
                n * 2
            },
        )
        .len(),
        3
    );
}

#[tokio::test(start_paused = true)]
async fn unlimited_is_bounded_by_max_elapsed() {
    assert_eq!(
        delays_of!(fixed = "1s", max_attempts = unlimited, max_elapsed = "1m").len(),
        59
    );
}

#[tokio::test(start_paused = true)]
async fn every_backoff_has_both_spellings() {
    assert_eq!(delays_of!(fixed = "1s500ms"), [1500, 1500]);
    assert_eq!(delays_of!(fixed_ms = 1500), [1500, 1500]);
    assert_eq!(delays_of!(fixed = STEP), [250, 250]);
    assert_eq!(delays_of!(fixed = Duration::from_secs(1)), [1000, 1000]);
    assert_eq!(delays_of!(fixed_ms = 2 * 100), [200, 200]);
    assert_eq!(
        delays_of!(exp_multiplier = "1s", jitter = none, max_attempts = 4),
        [1000, 2000, 4000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, exp_base = 3, jitter = none),
        [1000, 3000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, exp_base = 1.5, jitter = none),
        [1000, 1500]
    );
    assert_eq!(delays_of!(exp_base = BASE, jitter = none), [100, 300]);
    assert_eq!(
        delays_of!(incr_start_ms = 100, incr_step = "50ms", jitter = none),
        [100, 150]
    );
    assert_eq!(
        delays_of!(fib_multiplier_ms = 10, jitter = none, max_attempts = 6),
        [10, 10, 20, 30, 50]
    );
    assert_eq!(
        delays_of!(random_min_ms = 70, random_max = "70ms"),
        [70, 70]
    );
}

#[tokio::test(start_paused = true)]
async fn max_delay_caps_each_delay() {
    assert_eq!(
        delays_of!(
            exp_multiplier = "1s",
            jitter = none,
            max_attempts = 5,
            max_delay = "3s"
        ),
        [1000, 2000, 3000, 3000]
    );
}

#[tokio::test(start_paused = true)]
async fn jitter_is_a_word_a_fraction_or_a_constant() {
    let within = |delays: Vec<u128>, least: u128, longest: u128| {
        assert!(
            delays.iter().all(|delay| (least..=longest).contains(delay)),
            "{delays:?}"
        );
    };
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = full, seed = 1),
        0,
        2000,
    );
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = equal, seed = 1),
        500,
        2000,
    );
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = decorrelated, seed = 1),
        1000,
        9000,
    );
    within(
        delays_of!(fixed_ms = 1000, jitter = 0.25, seed = 1),
        750,
        1250,
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, jitter = constants::JITTER),
        [1000, 2000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, jitter = Jitter::None),
        [1000, 2000]
    );
}

#[tokio::test(start_paused = true)]
async fn a_seed_makes_delays_repeatable() {
    let first = delays_of!(seed = 7, max_attempts = 6);
    assert_eq!(delays_of!(seed = 7, max_attempts = 6), first);
    assert_ne!(delays_of!(seed = 8, max_attempts = 6), first);
}

#[tokio::test(start_paused = true)]
async fn wait_with_is_a_rule_of_the_users_own() {
    let squares = delays_of!(
        wait_with = |n| Duration::from_millis(u64::from(n * n)),
        jitter = none,
        max_attempts = 4
    );
    assert_eq!(squares, [1, 4, 9]);
}

#[tokio::test(start_paused = true)]
async fn a_hint_longer_than_max_hint_stops_the_call() {
    fn asks(_: &Result<(), ()>) -> Verdict {
        Verdict::RetryAfter(Duration::from_secs(30))
    }
    let obeyed = delays_of!(jitter = none, when = asks, max_hint = "30s");
    assert_eq!(obeyed, [30_000, 30_000]);
    assert!(delays_of!(jitter = none, when = asks, max_hint_ms = 29_999).is_empty());
}
