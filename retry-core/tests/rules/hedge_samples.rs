//! What a hedged call learns and tells: the samples that a quantile is made of, and the report.

use std::time::Duration;

use retry_core::{Hedge, Latency, Retries};

use crate::failed::Failed;
use crate::hedges::{HEDGE, Legs, MS, NEVER, ONCE, verdict};
use crate::recorder::Recorder;

#[tokio::test(start_paused = true)]
async fn a_quantile_hedges_only_what_it_knows_and_never_the_first_millisecond() {
    let latency = Latency::new();
    let hedge = Hedge::quantile(&latency, 0.95);
    for _ in 0..20 {
        let legs = Legs::new(&[(10, Ok(1))]);
        let (_, report) = ONCE.hedge(hedge).report(|| legs.run()).await;
        assert_eq!(report.hedges(), 0);
    }
    let legs = Legs::new(&[(5000, Ok(1)), (10, Ok(2))]);
    let (outcome, report) = ONCE.hedge(hedge).report(|| legs.run()).await;
    assert_eq!((outcome, report.hedges()), (Ok(2), 1));
    assert!(legs.started()[1] <= 11, "{:?}", legs.started());

    let quick = Latency::new();
    (0..50).for_each(|_| quick.record(Duration::ZERO));
    let legs = Legs::new(&[(5000, Ok(1)), (10, Ok(2))]);
    ONCE.hedge(Hedge::quantile(&quick, 0.5))
        .retry(|| legs.run())
        .await
        .unwrap();
    assert_eq!(legs.started(), [0, 1]);
}

/// Of a race at 1 s the loser's time is a sample, and at two quantiles it shows.
#[tokio::test(start_paused = true)]
async fn what_lost_and_what_was_cut_off_is_a_sample() {
    let latency = Latency::new();
    let hedge = Hedge::quantile(&latency, 0.5);
    (0..20).for_each(|_| latency.record(10 * MS));
    let legs = Legs::new(&[(5000, Ok(1)), (1, Ok(2))]);
    ONCE.hedge(hedge).retry(|| legs.run()).await.unwrap();
    assert!(
        latency.quantile(1.0) > Some(11 * MS),
        "the loser's time so far"
    );

    let legs = Legs::new(&[NEVER, NEVER]);
    let call = ONCE.attempt_timeout(300 * MS).hedge(hedge);
    assert!(call.retry(|| legs.run()).await.is_err());
    assert!(latency.quantile(1.0) > Some(299 * MS), "cut off");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_no_sample_and_neither_is_what_may_not_be_hedged() {
    let latency = Latency::new();
    let hedge = Hedge::quantile(&latency, 0.5);
    for failure in [Failed::Busy(1), Failed::Busy(9)] {
        for _ in 0..40 {
            let call = ONCE.when_err(verdict).hedge(hedge);
            let failed = || std::future::ready(Err::<u32, _>(failure));
            assert_eq!(call.retry(failed).await, Err(failure));
        }
    }
    for _ in 0..40 {
        let call = Retries::<Result<u32, Failed>>::may_hedge(ONCE.hedge(hedge), false);
        let alone = call.run(|_: &Result<u32, Failed>| false, async |_| Ok(1));
        assert_eq!(alone.await, Ok(1));
    }
    assert_eq!(latency.quantile(0.5), None);
}

#[tokio::test(start_paused = true)]
async fn the_report_says_what_was_wasted_and_an_observer_sees_each_hedge() {
    let recorder = Recorder::default();
    let legs = Legs::new(&[(2000, Ok(1)), NEVER, (100, Ok(3))]);
    let call = ONCE.observer(&recorder).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, report.winner()), (Ok(3), 2));
    assert_eq!(report.wasted(), (1100 + 600) * MS);
    assert!(
        report
            .to_string()
            .starts_with("1 attempt and 2 hedges in 1.1s"),
        "{report}"
    );
    assert_eq!(
        recorder.lines(),
        [
            "1 started",
            "1 Hedged(1)",
            "1 Hedged(2)",
            "1 ended Done",
            "1 stopped Done"
        ]
    );
}
