//! `Opinion`: what a provider says of an answer, and what that makes of its status.

use core::time::Duration;

use crate::facts::status::Kind;

/// What a provider says of an answer in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Goes before the status, which decides where there is none.
    pub(super) word: Option<Word>,
    pub(super) delay: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    #[cfg(feature = "reqwest")]
    Permanent,
    /// Where the status alone would not say so.
    Transient,
    Refused,
}

impl Opinion {
    #[cfg(feature = "reqwest")]
    pub(super) const NONE: Self = Self {
        word: None,
        delay: None,
    };

    pub(super) const TRANSIENT: Self = Self {
        word: Some(Word::Transient),
        delay: None,
    };

    pub(super) const fn refused(delay: Option<Duration>) -> Self {
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
