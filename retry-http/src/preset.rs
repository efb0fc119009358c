//! What single providers say in their own ways.

mod aws;
mod github;
#[cfg(feature = "reqwest")]
mod google;
mod stripe;

use core::fmt;
use core::time::Duration;

use crate::answer::Answer;
use crate::status::Kind;

/// The presets that are switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "any of them goes with any other"
)]
pub(crate) struct Presets {
    pub(crate) google: bool,
    pub(crate) github: bool,
    pub(crate) aws: bool,
    pub(crate) stripe: bool,
}

/// A provider's own word on an answer, which goes before the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    #[cfg(feature = "reqwest")]
    Permanent,
    /// Where the status alone would not say so.
    Transient,
    Refused(Option<Duration>),
}

impl Opinion {
    /// The kind of an answer whose status is of kind `status`.
    pub(crate) const fn over(self, status: Kind) -> Kind {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Permanent => Kind::Permanent,
            Self::Transient => match status {
                Kind::Fine | Kind::Permanent | Kind::InProgress | Kind::RefusedUntil => {
                    Kind::Transient
                }
                Kind::Transient | Kind::Unavailable | Kind::Refused => status,
            },
            Self::Refused(_) => Kind::Refused,
        }
    }

    pub(crate) const fn delay(self) -> Option<Duration> {
        match self {
            Self::Refused(delay) => delay,
            Self::Transient => None,
            #[cfg(feature = "reqwest")]
            Self::Permanent => None,
        }
    }
}

impl Presets {
    pub(crate) const NONE: Self = Self {
        google: false,
        github: false,
        aws: false,
        stripe: false,
    };

    pub(crate) fn opinion(self, answer: Answer<'_>) -> Option<Opinion> {
        let ask = |on: bool, preset: fn(Answer<'_>) -> Option<Opinion>| {
            on.then(|| preset(answer)).flatten()
        };
        let opinion = ask(self.github, github::opinion)
            .or_else(|| ask(self.aws, aws::opinion))
            .or_else(|| ask(self.stripe, stripe::opinion));
        #[cfg(feature = "reqwest")]
        let opinion = opinion.or_else(|| ask(self.google, google::opinion));
        opinion
    }
}

impl fmt::Display for Presets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [
            (self.google, "google"),
            (self.github, "github"),
            (self.aws, "aws"),
            (self.stripe, "stripe"),
        ] {
            if on {
                write!(f, ", {name}")?;
            }
        }
        Ok(())
    }
}
