//! Any duration, number and policy, with a taste for the edges.

use std::time::Duration;

use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use retry_core::{Jitter, Policy, Verdict};

/// What a duration longer than 292 years counts as.
pub(crate) const LONGEST: Duration = Policy::new().fixed(Duration::MAX).base_delay(1);

pub(crate) fn config() -> Config {
    Config {
        cases: 256,
        rng_seed: RngSeed::Fixed(0x7e57),
        failure_persistence: None,
        ..Config::default()
    }
}

pub(crate) fn duration() -> BoxedStrategy<Duration> {
    prop_oneof![
        1 => Just(Duration::ZERO),
        1 => Just(Duration::MAX),
        2 => (0..1_000_u64).prop_map(Duration::from_nanos),
        6 => modest(),
        2 => (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(s, ns)| Duration::new(s, ns)),
    ]
    .boxed()
}

/// Up to ten minutes: far from the edges.
pub(crate) fn modest() -> BoxedStrategy<Duration> {
    (0..600_000_000_000_u64)
        .prop_map(Duration::from_nanos)
        .boxed()
}

fn number() -> BoxedStrategy<f64> {
    prop_oneof![
        3 => any::<f64>(),
        3 => -2.0..4.0,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::MAX),
    ]
    .boxed()
}

pub(crate) fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        1 => Just(Verdict::Done),
        1 => Just(Verdict::Permanent),
        8 => Just(Verdict::Retry),
        4 => duration().prop_map(Verdict::RetryAfter),
    ]
}

/// Any policy that could be written down, most of them not valid.
pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    policies(duration, number(), number())
}

/// A policy that obeys the table of the docs to the letter.
pub(crate) fn valid_policy() -> impl Strategy<Value = Policy> {
    policies(modest, (1.0..5.0).boxed(), (0.0..=1.0).boxed())
        .prop_filter("valid", |policy| policy.validate().is_ok())
}

fn policies(
    duration: fn() -> BoxedStrategy<Duration>,
    base: BoxedStrategy<f64>,
    fraction: BoxedStrategy<f64>,
) -> impl Strategy<Value = Policy> {
    let new = Policy::new();
    let backoff = prop_oneof![
        duration().prop_map(move |d| new.fixed(d)),
        (duration(), base).prop_map(move |(d, base)| new.exp_multiplier(d).exp_base(base)),
        (duration(), duration()).prop_map(move |(a, b)| new.incr_start(a).incr_step(b)),
        (duration(), duration()).prop_map(move |(a, b)| new.random_min(a).random_max(b)),
        duration().prop_map(move |d| new.fib_multiplier(d)),
    ];
    let jitter = prop_oneof![
        Just(Jitter::None),
        Just(Jitter::Full),
        Just(Jitter::Equal),
        Just(Jitter::Decorrelated),
        fraction.prop_map(Jitter::Fraction),
    ];
    let attempts = prop_oneof![0..10_u32, any::<u32>()];
    let limits = (
        option::of(attempts),
        option::of(jitter),
        option::of(duration()),
        option::of(duration()),
        option::of(duration()),
    );
    (backoff, limits).prop_map(|(policy, (attempts, jitter, elapsed, cap, hint))| {
        let policy = attempts.map_or(policy.unlimited(), |n| policy.max_attempts(n));
        let policy = jitter.map_or(policy, |jitter| policy.jitter(jitter));
        let policy = elapsed.map_or(policy, |limit| policy.max_elapsed(limit));
        let policy = cap.map_or(policy, |cap| policy.max_delay(cap));
        hint.map_or(policy, |longest| policy.max_hint(longest))
    })
}
