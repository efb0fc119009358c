//! An observer that writes down what it is told.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::{Attempt, Observer, StopReason, Verdict};

#[derive(Debug, Default)]
pub(crate) struct Recorder {
    lines: Mutex<Vec<String>>,
    previous: Mutex<Vec<Duration>>,
}

impl Recorder {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The delay before the attempt, in each event.
    pub(crate) fn previous_delays(&self) -> Vec<Duration> {
        self.previous.lock().unwrap().clone()
    }

    fn line(&self, attempt: &Attempt, what: &str) {
        let line = format!("{} {what}", attempt.number());
        self.lines.lock().unwrap().push(line);
        self.previous.lock().unwrap().push(attempt.previous_delay());
    }
}

impl Observer for Recorder {
    fn attempt_started(&self, attempt: &Attempt) {
        self.line(attempt, "started");
    }

    fn attempt_ended(&self, attempt: &Attempt, verdict: Verdict) {
        self.line(attempt, &format!("ended {verdict:?}"));
    }

    fn retry_scheduled(&self, attempt: &Attempt, delay: Duration) {
        self.line(attempt, &format!("scheduled {delay:?}"));
    }

    fn stopped(&self, attempt: &Attempt, reason: StopReason) {
        self.line(attempt, &format!("stopped {reason:?}"));
    }

    fn abandoned(&self, attempt: &Attempt) {
        self.line(attempt, "abandoned");
    }
}
