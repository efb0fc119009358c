//! What is below an `Error`: the nodes of its chain, and what a classifier reads from them.

use core::fmt;
use std::error::Error;
use std::sync::LazyLock;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use retry_core::{Rejected, TimedOut};

use crate::facts::answer::Answer;
use crate::facts::fault::chain::chain;
use crate::facts::fault::kind::FaultKind;
use crate::facts::file_error::FileError;
use crate::facts::redirects;
use crate::facts::resume_error::ResumeError;
use crate::facts::secrets::without_secrets;

pub(super) enum Cause {
    Status(Refusal),
    Transport(FaultKind, Lost),
    Json(serde_json::Error),
    TimedOut(TimedOut),
    Rejected(Rejected),
    Resume(ResumeError),
    File(FileError),
}

/// An error status with all that came along.
///
/// A node of its own in the chain: a `#[error(transparent)]` wrapper hides the error that it wraps, but not what is
/// below that.
#[derive(thiserror::Error)]
#[error("{}", if .status.is_client_error() { "client error" } else { "server error" })]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) received: SystemTime,
    /// Whether it answers another request, to which a redirect led.
    pub(super) redirected: bool,
}

/// An error of the transport; whether a redirect came before is known only with the whole URL.
pub(super) enum Lost {
    Direct(reqwest::Error),
    Redirected(AfterRedirect),
}

/// A node of its own in the chain, for those who walk it.
#[derive(Debug, thiserror::Error)]
#[error("after a redirect")]
pub(super) struct AfterRedirect(#[source] reqwest::Error);

impl Cause {
    /// What is left of an error of reqwest once the secrets in its URL are taken away.
    pub(super) fn of(error: reqwest::Error) -> Self {
        if let Some(status) = error.status() {
            return Self::Status(Refusal {
                status,
                headers: HeaderMap::new(),
                body: Bytes::new(),
                received: SystemTime::UNIX_EPOCH,
                redirected: error.url().is_none_or(redirects::led_to),
            });
        }
        let fault = FaultKind::of(&error);
        let redirected = error.url().is_some() && redirects::precede(&error);
        // It keeps a URL: without one, nothing would say that no redirect was followed.
        let mut error = error;
        if let Some(url) = error.url_mut() {
            *url = without_secrets(url.clone());
        }
        let lost = if redirected {
            Lost::Redirected(AfterRedirect(error))
        } else {
            Lost::Direct(error)
        };
        Self::Transport(fault, lost)
    }

    pub(super) fn error(&self) -> &(dyn Error + 'static) {
        match self {
            Self::Status(refusal) => refusal,
            Self::Transport(_, lost) => lost.error(),
            Self::Json(error) => error,
            Self::TimedOut(error) => error,
            Self::Rejected(error) => error,
            Self::Resume(error) => error,
            Self::File(error) => error,
        }
    }
}

impl Lost {
    pub(super) fn error(&self) -> &(dyn Error + 'static) {
        match self {
            Self::Direct(error) => error,
            Self::Redirected(after) => after,
        }
    }
}

/// Headers may hold cookies, and bodies anything.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({})", self.status)
    }
}

pub(super) static EMPTY: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

/// The response that one link of a chain of errors stands for.
pub(crate) fn answer<'a>(link: &'a (dyn Error + 'static)) -> Option<Answer<'a>> {
    if let Some(refusal) = link.downcast_ref::<Refusal>() {
        return Some(Answer {
            status: refusal.status,
            headers: &refusal.headers,
            body: &refusal.body,
            received: Some(refusal.received),
            redirected: refusal.redirected,
        });
    }
    let error = link.downcast_ref::<reqwest::Error>()?;
    Some(Answer {
        redirected: error.url().is_none_or(redirects::led_to),
        ..Answer::now(error.status()?, &EMPTY)
    })
}

/// Whether a redirect may have been followed before the fault that this chain of errors tells of.
pub(crate) fn redirected(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|link| {
        link.is::<AfterRedirect>()
            || link
                .downcast_ref::<reqwest::Error>()
                .is_some_and(redirects::precede)
    })
}
