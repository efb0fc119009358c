//! An observer that writes down what it is told.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::{Attempt, Observer, StopReason, Verdict};

#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Vec<String>>);

impl Recorder {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn line(&self, attempt: &Attempt, what: &str) {
        let line = format!("{} {what}", attempt.number());
        self.0.lock().unwrap().push(line);
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
