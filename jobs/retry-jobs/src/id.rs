//! A job's name, and what follows from it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::error::Error;

/// The id of a job: the same from the push to the last attempt, in every process. Ids sort by the time of the push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(Ulid);

impl JobId {
    pub(crate) fn generate() -> Self {
        Self(Ulid::generate())
    }

    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "redis")),
        expect(dead_code)
    )]
    pub(crate) const fn ulid(self) -> Ulid {
        self.0
    }

    /// The seed of this job's delays: `policy.start().seed(id.seed())` draws the same ones in any process.
    #[must_use]
    pub fn seed(self) -> u64 {
        let bits = self.0.0;
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of the id")]
        let (high, low) = ((bits >> 64) as u64, bits as u64);
        high.rotate_left(32) ^ low
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let id = Ulid::from_string(text);
        id.map(Self).map_err(|_| Error::NotAnId(text.to_owned()))
    }
}

impl TryFrom<String> for JobId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> Self {
        id.to_string()
    }
}
