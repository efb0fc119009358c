//! What the features `tracing` and `metrics` tell, and what they keep to themselves.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use retry_core::{Jitter, Policy, retry};

const POLICY: Policy = Policy::new()
    .fixed(Duration::from_millis(1))
    .jitter(Jitter::None);

#[retry(max_attempts = 3, fixed_ms = 1)]
fn charge(card: &str) -> Result<(), String> {
    Err(format!("no money on {card}"))
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(run: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, run);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn each_retry_is_an_event_and_giving_up_is_a_warning() {
    let lines = logged(|| drop(charge("4111 1111")));
    assert_eq!(
        lines,
        [
            r#"INFO retry: retrying operation="charge" attempt=1 delay=1ms"#,
            r#"INFO retry: retrying operation="charge" attempt=2 delay=1ms"#,
            r#"WARN retry: gave up operation="charge" attempts=3 reason="attempts_exhausted""#,
        ]
    );
}

#[test]
fn success_and_permanent_failures_are_silent() {
    let lines = logged(|| {
        let _ = POLICY.retry_blocking(|| Ok::<_, ()>(1));
        let _ = POLICY
            .when_err(|()| false)
            .retry_blocking(|| Err::<u8, _>(()));
    });
    assert_eq!(lines, Vec::<String>::new());
}

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
