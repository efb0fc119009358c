//! Seeds: what they repeat, that neighbours share nothing, and that each jitter fills its interval evenly.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use retry_core::{Jitter, Policy, Verdict};

const DRAWS: u32 = 50_000;
const HOUR: Duration = Duration::from_secs(3600);
/// Delays from 0 to an hour, one as likely as another.
const EVENLY: Policy = Policy::new().unlimited().fixed(HOUR).jitter(Jitter::Full);

/// The delays after the first attempts of one seed.
fn delays(policy: Policy, seed: u64) -> impl Iterator<Item = Duration> {
    let mut attempts = policy.start().seed(seed);
    std::iter::from_fn(move || {
        let flow = attempts.decide(Verdict::Retry, Duration::ZERO);
        flow.continue_value()
    })
}

/// The delay after attempt `n` of each neighbouring seed from `first` on.
fn across_seeds(policy: Policy, first: u64, n: usize) -> Vec<Duration> {
    let seeds = first..first + u64::from(DRAWS);
    seeds
        .filter_map(|seed| delays(policy, seed).nth(n - 1))
        .collect()
}

fn correlation(a: &[Duration], b: &[Duration]) -> f64 {
    let mean =
        |of: &[Duration]| of.iter().map(Duration::as_secs_f64).sum::<f64>() / f64::from(DRAWS);
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a.as_secs_f64() - mean_a, b.as_secs_f64() - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    ab / (aa * bb).sqrt()
}

#[test]
fn neighbouring_seeds_draw_independently() {
    for n in 1..=3 {
        let drawn = across_seeds(EVENLY, 0, n);
        for apart in [1, 2, 256] {
            let r = correlation(&drawn, &across_seeds(EVENLY, apart, n));
            assert!(
                r.abs() < 0.02,
                "r = {r} for seeds {apart} apart, attempt {n}"
            );
        }
    }
}

#[test]
fn neighbouring_attempts_draw_independently() {
    let first = across_seeds(EVENLY, 0, 1);
    for n in 2..=4 {
        let r = correlation(&first, &across_seeds(EVENLY, 0, n));
        assert!(
            r.abs() < 0.02,
            "r = {r} for the attempts 1 and {n} of many seeds"
        );
    }
    for seed in [0, 1, 7, u64::MAX] {
        let drawn: Vec<_> = delays(EVENLY, seed).take(DRAWS as usize + 256).collect();
        for apart in [1, 2, 256] {
            let r = correlation(&drawn[..DRAWS as usize], &drawn[apart..][..DRAWS as usize]);
            assert!(
                r.abs() < 0.02,
                "r = {r} for attempts {apart} apart, seed {seed}"
            );
        }
    }
}

#[test]
fn no_seed_repeats_what_another_drew() {
    let seeds = (0..64)
        .chain((0..64).map(|bit| 1 << bit))
        .chain((1..64).map(|n| n << 32));
    let seeds: BTreeSet<u64> = seeds.collect();
    let drawn = seeds.iter().flat_map(|seed| delays(EVENLY, *seed).take(64));
    let different: BTreeSet<_> = drawn.collect();
    assert_eq!(different.len(), seeds.len() * 64);
}

/// Pearson's statistic of how often each hundredth of the interval was drawn.
fn chi_squared(drawn: &[Duration], low: Duration, high: Duration) -> f64 {
    let mut bins = [0_u32; 100];
    let width = high.saturating_sub(low).as_nanos();
    for delay in drawn {
        let place = delay.saturating_sub(low).as_nanos() * 100 / width;
        bins[usize::try_from(place).map_or(99, |bin| bin.min(99))] += 1;
    }
    let expected = f64::from(DRAWS) / 100.0;
    let terms = bins
        .iter()
        .map(|&bin| (f64::from(bin) - expected).powi(2) / expected);
    terms.sum()
}

#[test]
fn each_jitter_is_uniform() {
    // Of 99 degrees of freedom, passed by one in a thousand of the fair draws.
    const CRITICAL: f64 = 148.23;
    // After attempt 1 each delay depends on the one before.
    const WALK: Policy = EVENLY.jitter(Jitter::Decorrelated);
    let table = [
        (EVENLY, Duration::ZERO, HOUR),
        (EVENLY.jitter(Jitter::Equal), HOUR / 2, HOUR),
        (WALK, HOUR, 3 * HOUR),
        (
            EVENLY.jitter(Jitter::Fraction(0.25)),
            HOUR * 3 / 4,
            HOUR * 5 / 4,
        ),
        (
            EVENLY
                .random_min(HOUR)
                .random_max(2 * HOUR)
                .jitter(Jitter::None),
            HOUR,
            2 * HOUR,
        ),
    ];
    for (policy, low, high) in table {
        let neighbours = across_seeds(policy, 0, 1);
        let chi = chi_squared(&neighbours, low, high);
        assert!(chi < CRITICAL, "{policy}: {chi} over seeds");
        if policy == WALK {
            continue;
        }
        let one_call: Vec<_> = delays(policy, 7).take(DRAWS as usize).collect();
        let chi = chi_squared(&one_call, low, high);
        assert!(chi < CRITICAL, "{policy}: {chi} over attempts");
    }
}

/// The delays in nanoseconds that a policy was seen to make.
fn seen(draw: impl Fn(u64) -> ControlFlow<retry_core::StopReason, Duration>) -> BTreeSet<u128> {
    let drawn = (0..2000).filter_map(|seed| draw(seed).continue_value());
    drawn.map(|delay| delay.as_nanos()).collect()
}

#[test]
fn both_ends_of_each_interval_are_drawn() {
    let nanos = Duration::from_nanos;
    let full = EVENLY.fixed(nanos(3));
    let table = [
        (full, 0..=3),
        (full.jitter(Jitter::Equal), 1..=3),
        (full.jitter(Jitter::Decorrelated), 3..=9),
        (full.fixed(nanos(4)).jitter(Jitter::Fraction(0.5)), 2..=6),
        (
            full.random_min(nanos(5))
                .random_max(nanos(8))
                .jitter(Jitter::None),
            5..=8,
        ),
    ];
    for (policy, expected) in table {
        let expected: BTreeSet<u128> = expected.collect();
        let seeded = seen(|seed| {
            policy
                .start()
                .seed(seed)
                .decide(Verdict::Retry, Duration::ZERO)
        });
        assert_eq!(seeded, expected, "{policy}, seeded");
        let unseeded = seen(|_| policy.start().decide(Verdict::Retry, Duration::ZERO));
        assert_eq!(unseeded, expected, "{policy}, not seeded");
    }
}

/// By how much the delay after the first attempt is above the least, for each of many seeds.
fn above(policy: Policy, verdict: Verdict, least: Duration) -> Vec<Duration> {
    let above = |seed| {
        let flow = policy.start().seed(seed).decide(verdict, Duration::ZERO);
        flow.continue_value()?.checked_sub(least)
    };
    (0..u64::from(DRAWS)).filter_map(above).collect()
}

#[test]
fn the_second_draw_of_an_attempt_is_independent_of_the_first() {
    let hint = 10 * HOUR;
    let own = EVENLY.max_hint(Duration::MAX);
    let jitter = above(own, Verdict::Retry, Duration::ZERO);
    let spread = above(own, Verdict::RetryAfter(hint), hint);
    let r = correlation(&jitter, &spread);
    assert!(r.abs() < 0.02, "jitter and the spread of a hint: r = {r}");

    let random = Policy::new().random_max(HOUR).max_delay(HOUR);
    let base = above(random, Verdict::Retry, Duration::ZERO);
    let random = random.jitter(Jitter::Full);
    let delay = above(random, Verdict::Retry, Duration::ZERO);
    let share = |(delay, base): (&Duration, &Duration)| {
        Duration::from_secs_f64(delay.as_secs_f64() / base.as_secs_f64().max(1e-9))
    };
    let shares: Vec<_> = delay.iter().zip(&base).map(share).collect();
    let r = correlation(&base, &shares);
    assert!(r.abs() < 0.02, "a random delay and its jitter: r = {r}");
}
