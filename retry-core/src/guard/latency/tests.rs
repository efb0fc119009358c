use std::collections::VecDeque;

use super::*;

fn nanos(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// The sample in whose bucket a quantile lies.
fn in_order(samples: impl IntoIterator<Item = u64>, q: f64) -> u64 {
    let mut sorted: Vec<_> = samples.into_iter().collect();
    sorted.sort_unstable();
    let total = u32::try_from(sorted.len()).unwrap();
    sorted[rank(q, total) as usize - 1]
}

/// Not below the sample, and at most a sixteenth above.
fn assert_near(quantile: Duration, sample: u64) {
    let found = quantile.as_nanos();
    let sample = u128::from(sample);
    assert!(found > sample, "{found} for {sample}");
    assert!((found - sample) * 16 <= sample, "{found} for {sample}");
}

#[test]
fn every_time_lies_in_its_bucket_and_the_buckets_leave_no_gap() {
    let mut draw = fastrand::Rng::with_seed(5);
    for bits in FIRST_BITS..LAST_BITS {
        for _ in 0..1000 {
            let time = draw.u64(1 << bits..1 << (bits + 1));
            assert_near(upper_edge(bucket(time)), time);
        }
        let edge = 1 << bits;
        assert_eq!(
            bucket(edge - 1) + usize::from(bits > FIRST_BITS),
            bucket(edge)
        );
    }
    for n in 0..BUCKETS - 1 {
        let edge = u64::try_from(upper_edge(n).as_nanos()).unwrap();
        assert_eq!([bucket(edge - 1), bucket(edge)], [n, n + 1]);
    }
}

#[test]
fn a_quantile_is_near_that_of_the_last_samples_in_order() {
    let mut draw = fastrand::Rng::with_seed(1);
    for _ in 0..20 {
        let latency = Latency::new();
        let mut last = VecDeque::new();
        for n in 1..=5000_u64 {
            let bits = draw.u32(11..40);
            let sample = draw.u64(1 << 10..1 << bits);
            latency.record(nanos(sample));
            last.push_back(sample);
            // The half that is being filled, and the one before it.
            if n > 2000 && n % 1000 == 1 {
                last.drain(..1000);
            }
            if n % 97 == 0 && n >= 20 {
                let q = draw.f64();
                let quantile = latency.quantile(q).unwrap();
                assert_near(quantile, in_order(last.iter().copied(), q));
            }
        }
    }
}

#[test]
fn there_is_no_answer_before_twenty_samples() {
    let latency = Latency::new();
    for _ in 0..19 {
        latency.record(nanos(5000));
        assert_eq!(latency.quantile(0.5), None);
    }
    latency.record(nanos(5000));
    assert_near(latency.quantile(0.5).unwrap(), 5000);
}

#[test]
fn what_is_older_than_two_halves_is_forgotten() {
    let latency = Latency::new();
    (0..1000).for_each(|_| latency.record(nanos(1_000_000)));
    (0..1000).for_each(|_| latency.record(nanos(2000)));
    assert_near(latency.quantile(1.0).unwrap(), 1_000_000);
    latency.record(nanos(2000));
    assert_near(latency.quantile(1.0).unwrap(), 2000);
    // A bucket that lay idle for long shows nothing of what it held.
    (0..100_000).for_each(|_| latency.record(nanos(2000)));
    latency.record(nanos(1_000_000));
    assert_near(latency.quantile(0.9999).unwrap(), 1_000_000);
    assert_near(latency.quantile(0.999).unwrap(), 2000);
}

#[test]
fn a_share_out_of_range_is_bent() {
    let latency = Latency::new();
    (1..=100).for_each(|n| latency.record(nanos(n * 100_000)));
    for (q, sample) in [
        (f64::NEG_INFINITY, 100_000),
        (-1.0, 100_000),
        (0.0, 100_000),
        (0.5, 5_000_000),
        (1.0, 10_000_000),
        (1.5, 10_000_000),
        (f64::INFINITY, 10_000_000),
        (f64::NAN, 10_000_000),
    ] {
        assert_near(latency.quantile(q).unwrap(), sample);
    }
}

#[test]
fn the_shortest_and_the_longest_times_saturate() {
    let latency = Latency::new();
    (0..20).for_each(|_| latency.record(Duration::ZERO));
    assert!(latency.quantile(1.0).unwrap() < nanos(1100));
    (0..20).for_each(|_| latency.record(Duration::MAX));
    assert_eq!(latency.quantile(1.0), Some(nanos(1 << LAST_BITS)));
}

#[test]
fn a_sample_that_comes_late_counts_in_its_half_while_that_is_known() {
    let held = Tally {
        half: 7,
        before: 2,
        samples: 3,
    };
    let table = [
        (9, Some((9, 0, 1))),
        (8, Some((8, 3, 1))),
        (7, Some((7, 2, 4))),
        (6, Some((7, 3, 3))),
        (5, None),
    ];
    for (half, expected) in table {
        let tally = held.one_more(half);
        let fields = tally.map(|tally| (tally.half, tally.before, tally.samples));
        assert_eq!(fields, expected, "half {half}");
        if let Some(tally) = tally {
            assert_eq!(Tally::of(tally.word()).word(), tally.word());
        }
    }
    let counts = [6, 7, 8, 9].map(|newest| held.count(newest));
    assert_eq!(counts, [5, 5, 3, 0]);
}

#[test]
fn threads_lose_no_sample() {
    let latency = Latency::new();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let latency = &latency;
            scope.spawn(move || {
                for n in 0..450 {
                    latency.record(nanos(2000 << (thread + n % 3)));
                    // Whatever others do, it answers with a bucket that exists.
                    if let Some(quantile) = latency.quantile(0.99) {
                        assert!(quantile < nanos(2000 << 6));
                    }
                }
            });
        }
    });
    let counts = latency.buckets.each_ref().map(|bucket| {
        let tally = Tally::of(bucket.load(Relaxed));
        u32::from(tally.count(1))
    });
    assert_eq!(counts.iter().sum::<u32>(), 1800);
}

#[test]
fn it_is_small_enough_for_a_static() {
    static LATENCY: Latency = Latency::new();
    assert!(size_of_val(&LATENCY) <= 4400);
    let shown = format!("{LATENCY:?}");
    assert_eq!(shown, "Latency { p50: None, p95: None, p99: None, .. }");
}
