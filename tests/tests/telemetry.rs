//! What the feature `tracing` tells, and what it keeps to itself.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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

/// One test, because tracing remembers for the whole process which events anybody wants.
#[test]
fn each_retry_is_an_event_giving_up_is_a_warning_and_the_rest_is_silence() {
    let lines = logged(|| drop(charge("4111 1111")));
    assert_eq!(
        lines,
        [
            r#"INFO retry: retrying operation="charge" attempt=1 delay=1ms"#,
            r#"INFO retry: retrying operation="charge" attempt=2 delay=1ms"#,
            r#"WARN retry: gave up operation="charge" attempts=3 reason="attempts_exhausted""#,
        ]
    );

    let lines = logged(|| {
        let _ = POLICY.retry_blocking(|| Ok::<_, ()>(1));
        let _ = POLICY
            .when_err(|()| false)
            .retry_blocking(|| Err::<u8, _>(()));
    });
    assert_eq!(lines, Vec::<String>::new());
}
