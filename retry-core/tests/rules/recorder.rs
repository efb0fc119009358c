//! An observer that writes down what it is told.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::{Attempt, Event, Observer};

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
    fn observe(&self, attempt: &Attempt, event: Event) {
        let what = match event {
            Event::Started => "started".to_owned(),
            Event::Ended(verdict) => format!("ended {verdict:?}"),
            Event::Scheduled(delay) => format!("scheduled {delay:?}"),
            Event::Stopped(reason) => format!("stopped {reason:?}"),
            Event::Abandoned => "abandoned".to_owned(),
            other => format!("{other:?}"),
        };
        self.line(attempt, &what);
    }
}
