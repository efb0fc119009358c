//! Delays stay within what the policy says.

use std::ops::ControlFlow::{Break, Continue};
use std::time::Duration;

use proptest::prelude::*;
use retry_core::{Jitter, Policy, StopReason, Verdict};

use crate::any::{LONGEST, config, duration, modest, policy, valid_policy, verdict};

/// The own delays of a seeded call, of which nothing but `max_attempts` may stop it.
fn delays(policy: Policy, seed: u64, most: usize) -> Vec<Duration> {
    let mut attempts = policy.max_elapsed(Duration::MAX).start().seed(seed);
    let next = || {
        attempts
            .decide(Verdict::Retry, Duration::ZERO)
            .continue_value()
    };
    std::iter::from_fn(next).take(most).collect()
}

/// Of a random backoff, the base delay is the longest one.
fn is_random(policy: Policy) -> bool {
    policy.to_string().contains(", random ")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn full_and_equal_jitter_only_shorten(policy in valid_policy(), seed: u64) {
        let policy = policy.unlimited();
        for (n, delay) in (1..).zip(delays(policy.jitter(Jitter::Full), seed, 20)) {
            prop_assert!(delay <= policy.base_delay(n));
        }
        for (n, delay) in (1..).zip(delays(policy.jitter(Jitter::Equal), seed, 20)) {
            let base = policy.base_delay(n);
            prop_assert!(delay <= base && (base / 2 <= delay || is_random(policy)));
        }
    }

    #[test]
    fn a_fraction_spreads_to_both_sides(
        policy in valid_policy(),
        fraction in 0.0..=1.0,
        seed: u64,
    ) {
        let policy = policy.unlimited().jitter(Jitter::Fraction(fraction));
        let rounding = Duration::from_nanos(1);
        for (n, delay) in (1..).zip(delays(policy, seed, 20)) {
            let base = policy.base_delay(n);
            prop_assert!(delay <= base.mul_f64(1.0 + fraction) + rounding);
            let least = base.mul_f64(1.0 - fraction);
            prop_assert!(least <= delay + rounding || is_random(policy));
        }
    }

    #[test]
    fn decorrelated_jitter_walks_up_to_three_times_the_previous_delay(
        policy in valid_policy(),
        seed: u64,
    ) {
        let policy = policy.unlimited().jitter(Jitter::Decorrelated);
        let mut previous = policy.base_delay(1);
        for delay in delays(policy, seed, 20) {
            prop_assert!(policy.base_delay(1) <= delay && delay <= 3 * previous);
            previous = delay;
        }
    }

    #[test]
    fn without_jitter_a_delay_is_the_base_delay(policy in valid_policy(), seed: u64) {
        let policy = policy.jitter(Jitter::None);
        for (n, delay) in (1..).zip(delays(policy, seed, 20)) {
            let base = policy.base_delay(n);
            prop_assert!(delay == base || is_random(policy) && delay < base);
        }
    }

    #[test]
    fn the_cap_holds_after_jitter(policy in policy(), cap in duration(), seed: u64) {
        for delay in delays(policy.max_delay(cap), seed, 20) {
            prop_assert!(delay <= cap);
        }
    }

    #[test]
    fn base_delays_never_fall(policy in policy(), n: u32, m: u32) {
        let (n, m) = (n.min(m), n.max(m));
        prop_assert!(policy.base_delay(n) <= policy.base_delay(m));
        for n in 1..40 {
            prop_assert!(policy.base_delay(n) <= policy.base_delay(n + 1));
        }
    }

    #[test]
    fn there_are_as_many_attempts_as_allowed(policy in valid_policy(), most in 0..30_u32, seed: u64) {
        let retries = delays(policy.max_attempts(most), seed, 100).len();
        prop_assert_eq!(retries, most.max(1) as usize - 1);
    }

    #[test]
    fn no_wait_ends_at_or_after_the_limit(
        policy in policy(),
        limit in duration(),
        elapsed in duration(),
        verdict in verdict(),
    ) {
        let mut attempts = policy.max_elapsed(limit).start();
        if let Continue(delay) = attempts.decide(verdict, elapsed) {
            prop_assert!(elapsed.checked_add(delay).is_some_and(|end| end < limit));
        }
    }

    #[test]
    fn a_hint_is_a_floor_or_the_end(policy in policy(), hint in duration(), seed: u64) {
        let policy = policy.unlimited().max_elapsed(Duration::MAX);
        let own = policy.start().seed(seed).decide(Verdict::Retry, Duration::ZERO);
        match policy.start().seed(seed).decide(Verdict::RetryAfter(hint), Duration::ZERO) {
            Continue(delay) => {
                let hint = hint.min(LONGEST);
                prop_assert!(hint <= delay);
                let longest = hint.saturating_add(hint / 10);
                prop_assert!(delay <= own.continue_value().unwrap_or_default().max(longest));
            }
            Break(reason) => prop_assert!(
                matches!(reason, StopReason::HintTooLong | StopReason::ElapsedLimit)
            ),
        }
    }

    #[test]
    fn a_preview_bounds_every_schedule(policy in valid_policy(), most in 1..40_u32, seed: u64) {
        let policy = policy.max_attempts(most).max_elapsed(Duration::MAX);
        let delays = delays(policy, seed, usize::MAX);
        let preview: Vec<_> = policy.preview().rows().collect();
        prop_assert_eq!(preview.len(), delays.len());
        for (delay, row) in delays.iter().zip(preview) {
            prop_assert!(row.least() <= *delay, "{delay:?} is below {row:?}");
            prop_assert!(*delay <= row.longest(), "{delay:?} is above {row:?}");
        }
        prop_assert!(delays.iter().sum::<Duration>() <= policy.worst_wait());
    }

    #[test]
    fn a_call_waits_no_longer_than_its_worst_wait(
        policy in valid_policy(),
        limit in modest(),
        seed: u64,
    ) {
        let policy = policy.max_attempts(30).max_elapsed(limit);
        let (mut attempts, mut waited) = (policy.start().seed(seed), Duration::ZERO);
        while let Continue(delay) = attempts.decide(Verdict::Retry, waited) {
            waited += delay;
        }
        prop_assert!(waited <= policy.worst_wait());
    }
}
