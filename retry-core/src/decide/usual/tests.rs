//! The short way decides as the full procedure does: with the same random word the same, to the nanosecond.

use core::time::Duration;

use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::decide::way::WHOLE;
use crate::policy::jitter::Jitter;
use crate::policy::nanos::{self, LONGEST};

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 4096,
        rng_seed: RngSeed::Fixed(0x7e57),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        1 => Just(Duration::ZERO),
        1 => Just(Duration::MAX),
        2 => (0..1_000_u64).prop_map(Duration::from_nanos),
        6 => (0..600_000_000_000_u64).prop_map(Duration::from_nanos),
        2 => any::<u64>().prop_map(Duration::from_nanos),
    ]
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..10_u32, 2 => 50..80_u32, 1 => any::<u32>(), 1 => u32::MAX - 2..=u32::MAX]
}

fn policy() -> impl Strategy<Value = Policy> {
    let backoff = prop_oneof![
        6 => duration().prop_map(|d| Policy::new().exp_multiplier(d)),
        3 => duration().prop_map(|d| Policy::new().fixed(d)),
        1 => (duration(), 0.5..3.0).prop_map(|(d, base)| Policy::new().exp_base(base).exp_multiplier(d)),
        1 => (duration(), duration()).prop_map(|(a, b)| Policy::new().incr_start(a).incr_step(b)),
        1 => (duration(), duration()).prop_map(|(a, b)| Policy::new().random_min(a).random_max(b)),
        1 => duration().prop_map(|d| Policy::new().fib_multiplier(d)),
    ];
    let jitter = prop_oneof![
        2 => Just(Jitter::None),
        4 => Just(Jitter::Full),
        2 => Just(Jitter::Equal),
        1 => Just(Jitter::Decorrelated),
        1 => (0.0..=1.0).prop_map(Jitter::Fraction),
    ];
    let limits = (
        option::of(count()),
        option::of(jitter),
        option::of(duration()),
        option::of(duration()),
    );
    (backoff, limits).prop_map(|(policy, (attempts, jitter, elapsed, cap))| {
        let policy = attempts.map_or(policy.unlimited(), |n| policy.max_attempts(n));
        let policy = jitter.map_or(policy, |jitter| policy.jitter(jitter));
        let policy = elapsed.map_or(policy, |limit| policy.max_elapsed(limit));
        cap.map_or(policy, |cap| policy.max_delay(cap))
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_short_way_is_the_full_one(
        policy in policy(),
        before in count(),
        previous in 0..=LONGEST,
        elapsed in duration(),
        seed: u64,
    ) {
        let elapsed = nanos::of(elapsed);
        let decide = |way: fn(&mut Progress, &Policy, u64) -> Next| {
            let mut progress = Progress::new(before, previous);
            fastrand::seed(seed);
            (way(&mut progress, &policy, elapsed), progress)
        };
        let full = decide(|progress, policy, elapsed| {
            progress.retry_in_full(policy, elapsed, 0, &DelaySource::USUAL)
        });
        prop_assert_eq!(decide(Progress::retry), full);
        prop_assert_eq!(decide(Progress::retry_inlined::<FOLDED>), full);
        prop_assert_eq!(decide(Progress::retry_inlined::<WHOLE>), full);
    }

    #[test]
    fn a_usual_delay_is_within_its_bounds(
        policy in policy().prop_filter("usual", Policy::is_usual),
        before in 0..80_u32,
        seed: u64,
    ) {
        let policy = policy.unlimited().max_elapsed(Duration::MAX);
        fastrand::seed(seed);
        let mut progress = Progress::new(before, 0);
        let base = policy.base_nanos(before + 1);
        let least = match policy.jitter_in_force() {
            Jitter::Full => 0,
            Jitter::Equal => base / 2,
            _ => base,
        };
        if let Ok(delay) = progress.retry(&policy, 0).flow().continue_value().ok_or(()) {
            prop_assert!(least <= delay && delay <= base);
            prop_assert_eq!(progress, Progress::new(before + 1, delay));
        } else {
            prop_assert_eq!(base, LONGEST);
        }
    }
}

#[test]
fn the_usual_policies_go_the_short_way() {
    let wait = Duration::from_secs(1);
    let usual = [
        Policy::new(),
        Policy::new().jitter(Jitter::None),
        Policy::new().jitter(Jitter::Equal),
        Policy::new().exp_base(3.0).exp_base(2.0).unlimited(),
        Policy::new().fixed(wait).max_elapsed(wait),
        Policy::new().fixed(wait).jitter(Jitter::Full),
    ];
    for policy in usual {
        assert!(policy.is_usual(), "{policy}");
    }
    let unusual = [
        Policy::new().exp_base(1.5),
        Policy::new().incr_step(wait),
        Policy::new().random_max(wait),
        Policy::new().fib_multiplier(wait),
        Policy::new().jitter(Jitter::Decorrelated),
        Policy::new().fixed(wait).jitter(Jitter::Fraction(0.1)),
    ];
    for policy in unusual {
        assert!(!policy.is_usual(), "{policy}");
    }
}
