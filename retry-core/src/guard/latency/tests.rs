use super::*;

#[test]
fn a_bucket_is_a_sixteenth_wide_at_most_and_holds_what_falls_into_it() {
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..100_000 {
        let nanos = random.u64(1 << 10..1 << 42) >> random.u32(0..32);
        let edge = upper_edge(bucket_of(nanos)).as_nanos();
        let nanos = u128::from(nanos.max(1 << 10));
        assert!(
            nanos < edge && edge <= nanos + nanos / 16 + 1,
            "{nanos} {edge}"
        );
    }
    assert_eq!(bucket_of(0), 0);
    assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
}

#[test]
fn a_quantile_is_that_of_the_sorted_samples() {
    let mut random = fastrand::Rng::with_seed(2);
    for samples in [20, 21, 100, 999] {
        let latency = Latency::new();
        let mut sorted: Vec<u64> = (0..samples).map(|_| random.u64(2000..1 << 36)).collect();
        for nanos in &sorted {
            latency.record(Duration::from_nanos(*nanos));
        }
        sorted.sort_unstable();
        for quantile in [0.0, 0.01, 0.5, 0.95, 0.99, 1.0] {
            let exact = sorted[usize::try_from(rank(quantile, samples) - 1).unwrap()];
            let told = u64::try_from(latency.quantile(quantile).unwrap().as_nanos()).unwrap();
            assert!(
                exact < told && told <= exact + exact / 16 + 1,
                "{quantile}: {exact} {told}"
            );
        }
    }
}

#[test]
fn nothing_is_known_before_twenty_samples() {
    let latency = Latency::new();
    (0..19).for_each(|_| latency.record(Duration::from_secs(1)));
    assert_eq!(latency.quantile(0.5), None);
    latency.record(Duration::from_secs(1));
    assert!(latency.quantile(0.5).is_some());
}

#[test]
fn a_quantile_that_is_none_is_the_nearer_end() {
    let latency = Latency::new();
    (1..=100).for_each(|millis| latency.record(Duration::from_millis(millis)));
    assert_eq!(latency.quantile(f64::NAN), latency.quantile(0.0));
    assert_eq!(latency.quantile(-7.0), latency.quantile(0.0));
    assert_eq!(latency.quantile(7.0), latency.quantile(1.0));
}

#[test]
fn what_was_long_ago_is_forgotten() {
    let latency = Latency::new();
    let record = |millis, times| {
        (0..times).for_each(|_| latency.record(Duration::from_millis(millis)));
    };
    record(1000, 1000);
    record(1, 999);
    assert!(
        latency.quantile(1.0) > Some(Duration::from_millis(999)),
        "still there"
    );
    record(1, 2);
    assert!(
        latency.quantile(1.0) < Some(Duration::from_millis(2)),
        "forgotten"
    );
}

#[test]
fn threads_lose_nothing_but_what_a_change_of_halves_takes() {
    let latency = Latency::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5_000).for_each(|_| latency.record(Duration::from_millis(5))));
        }
    });
    let samples: u32 = latency
        .halves
        .iter()
        .map(|half| half.samples.load(Relaxed))
        .sum();
    assert!((900..=2_100).contains(&samples), "{samples}");
    assert!(latency.quantile(0.5) < Some(Duration::from_micros(5_400)));
}
