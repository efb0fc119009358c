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

/// What a provider says of an answer in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Goes before the status, which decides where there is none.
    word: Option<Word>,
    delay: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    #[cfg(feature = "reqwest")]
    Permanent,
    /// Where the status alone would not say so.
    Transient,
    Refused,
}

impl Opinion {
    #[cfg(feature = "reqwest")]
    const NONE: Self = Self {
        word: None,
        delay: None,
    };

    const TRANSIENT: Self = Self {
        word: Some(Word::Transient),
        delay: None,
    };

    const fn refused(delay: Option<Duration>) -> Self {
        Self {
            word: Some(Word::Refused),
            delay,
        }
    }

    /// The kind of an answer whose status is of kind `status`.
    pub(crate) const fn over(self, status: Kind) -> Kind {
        match self.word {
            None => status,
            #[cfg(feature = "reqwest")]
            Some(Word::Permanent) => Kind::Permanent,
            Some(Word::Transient) => match status {
                Kind::Fine | Kind::Permanent | Kind::InProgress | Kind::RefusedUntil => {
                    Kind::Transient
                }
                Kind::Transient | Kind::Unavailable | Kind::Refused => status,
            },
            Some(Word::Refused) => Kind::Refused,
        }
    }

    pub(crate) const fn delay(self) -> Option<Duration> {
        self.delay
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
