//! What is kept of a job between two attempts, and told at the end.

use std::time::{Duration, SystemTime};

use retry_core::Position;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// Older attempts are counted, no longer told.
const TOLD: usize = 64;
/// The longest text of one error.
const LONGEST: usize = 500;

/// The story of a job: how far it has come, what each attempt said, how it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Story {
    #[serde(default)]
    pub(crate) position: Position,
    /// When the first attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) began: Option<Moment>,
    /// No attempt before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<Moment>,
    /// Since when a guard has refused the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Moment>,
    #[serde(default)]
    pub(crate) told: Vec<Chapter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<End>,
}

/// One ended attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    attempt: u32,
    began: Moment,
    ended: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub(crate) at: Moment,
    pub(crate) reason: String,
}

impl Story {
    /// Attempts that have ended.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.position.attempts()
    }

    /// Attempts, the time they took, and the delay before the latest.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// When the first attempt began.
    #[must_use]
    pub fn began(&self) -> Option<SystemTime> {
        self.began.map(Into::into)
    }

    /// The attempts that have ended, the latest last; of very many, the latest 64.
    #[must_use]
    pub fn chapters(&self) -> &[Chapter] {
        &self.told
    }

    /// What the latest attempt said.
    #[must_use]
    pub fn last_error(&self) -> Option<&str> {
        self.told.last()?.error()
    }

    /// Why the job ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    pub(crate) fn elapsed(&self, now: Moment) -> Duration {
        self.began.map_or(Duration::ZERO, |began| now.since(began))
    }

    pub(crate) fn tell(&mut self, began: Moment, ended: Moment, error: Option<&str>) {
        if self.told.len() >= TOLD {
            self.told.remove(0);
        }
        self.told.push(Chapter {
            attempt: self.position.attempts(),
            began,
            ended,
            error: error.map(clean),
        });
    }

    pub(crate) fn finish(&mut self, at: Moment, reason: impl Into<String>) {
        self.due = None;
        self.refused = None;
        self.end = Some(End {
            at,
            reason: reason.into(),
        });
    }
}

impl Chapter {
    /// The number of the attempt.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When it began.
    #[must_use]
    pub fn began(&self) -> SystemTime {
        self.began.into()
    }

    /// When it ended.
    #[must_use]
    pub fn ended(&self) -> SystemTime {
        self.ended.into()
    }

    /// What it said; nothing where it succeeded.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

impl End {
    /// When.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at.into()
    }

    /// `done`, or why the job is a dead letter.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Bounded, and without the one character that PostgreSQL's JSON refuses.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_keeps_its_end_and_the_latest_attempts() {
        let mut story = Story::default();
        for n in 1..=100 {
            story.position = Position::new(n, Duration::ZERO, Duration::ZERO);
            story.tell(Moment(0), Moment(1), Some(&"x\0".repeat(1000)));
        }
        assert_eq!(story.chapters().len(), TOLD);
        assert_eq!(story.chapters()[0].attempt(), 37);
        assert_eq!(story.last_error().map(str::len), Some(LONGEST));
    }

    #[test]
    fn a_story_survives_being_stored() {
        let mut story = Story {
            began: Some(Moment(5)),
            ..Story::default()
        };
        story.position = Position::new(3, Duration::from_secs(9), Duration::from_millis(1500));
        story.tell(Moment(5), Moment(6), Some("no"));
        story.finish(Moment(7), "done");
        let text = serde_json::to_string(&story).unwrap();
        assert_eq!(serde_json::from_str::<Story>(&text).unwrap(), story);
    }
}
