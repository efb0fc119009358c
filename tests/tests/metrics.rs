//! What the feature `metrics` counts.

use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use retry_core::{Jitter, Policy};

const POLICY: Policy = Policy::new()
    .fixed(Duration::from_millis(1))
    .jitter(Jitter::None);

#[test]
fn calls_are_counted_by_operation_and_stop_reason() {
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let _ = POLICY.name("pay").retry_blocking(|| Err::<(), _>("no"));
        let _ = POLICY.name("pay").retry_blocking(|| Ok::<_, ()>(()));
    });
    let mut seen: Vec<_> = snapshots
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels: Vec<_> = key
                .key()
                .labels()
                .map(|label| label.value().to_owned())
                .collect();
            let value = match value {
                DebugValue::Counter(count) => format!("{count}"),
                DebugValue::Histogram(values) => format!("{values:?}"),
                DebugValue::Gauge(value) => format!("{value}"),
            };
            format!("{}{labels:?} {value}", key.key().name())
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            r#"retry_attempts["pay", "attempts_exhausted"] [3.0]"#,
            r#"retry_attempts["pay", "done"] [1.0]"#,
            r#"retry_calls_total["pay", "attempts_exhausted"] 1"#,
            r#"retry_calls_total["pay", "done"] 1"#,
            r#"retry_delay_seconds["pay"] [0.001, 0.001]"#,
            r#"retry_retries_total["pay"] 2"#,
        ]
    );
}
