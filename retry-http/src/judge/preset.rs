//! `Presets`: which providers are listened to, who say things in their own ways.

mod aws;
mod github;
#[cfg(feature = "reqwest")]
mod google;
pub(crate) mod opinion;
mod stripe;

use core::fmt;

use crate::facts::answer::Answer;

use opinion::Opinion;

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
