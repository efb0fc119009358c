//! What a classifier says: of a response, of an error, of what either amounts to.

use core::error::Error;
use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};
use retry_core::Verdict;

use super::{Base, Calls, Classifier};
use crate::facts::answer::Answer;
#[cfg(feature = "reqwest")]
use crate::facts::error::cause;
use crate::facts::fault::kind::FaultKind;
#[cfg(feature = "tonic")]
use crate::facts::grpc;
use crate::facts::hint::Hint;
use crate::facts::repeat::{Repeat, Seen};
use crate::facts::response;
use crate::facts::status::{Kind, kind, seed_kind};
use crate::judge::preset::opinion::Opinion;

impl Classifier {
    /// The verdict on a response whose headers arrived at `now`.
    #[must_use]
    pub fn response(
        &self,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Verdict {
        let answer = Answer {
            received: Some(now),
            ..Answer::now(status, headers)
        };
        self.answer(self.repeat(Some(method), false), answer)
    }

    /// The verdict on an error, found by walking its whole chain.
    ///
    /// An [`Error`](crate::Error) or a `reqwest::Error` that holds a status is judged by that, any other by what
    /// went wrong in the transport. An error that tells of neither is permanent.
    ///
    /// What a server or a proxy refuses for a named cause is permanent: a certificate, credentials, a rule. Two causes
    /// may get lost on the way. A server that asks for a client certificate refuses after TLS 1.3 has let the request
    /// go: where the connection ends before its alert was read, all that is left is a connection that closed or was
    /// reset, which may pass. And a proxy that answers CONNECT by anything but 407 shows no status, so a 403 looks
    /// like a 503: no connection.
    #[must_use]
    pub fn error(&self, method: &Method, error: &(dyn Error + 'static)) -> Verdict {
        self.chain(self.repeat(Some(method), false), error)
    }

    /// What a request allows; without a method nothing says that it may run twice.
    pub(crate) fn repeat(&self, method: Option<&Method>, has_key: bool) -> Repeat {
        match self.calls {
            Calls::Known(repeat) => repeat,
            Calls::ByMethod => Repeat::by_method(method, has_key),
        }
    }

    pub(crate) fn answer(&self, repeat: Repeat, answer: Answer<'_>) -> Verdict {
        let code = answer.status.as_u16();
        let named = self.also.contains(code);
        let kind = self.kind(answer.status);
        if kind == Kind::Fine && !named {
            return Verdict::Done;
        }
        let opinion = self.presets.opinion(answer);
        let hint = self.asked(answer, opinion);
        if self.never.contains(code) || hint == Hint::Forbid {
            return Verdict::Permanent;
        }
        let kind = match opinion {
            _ if named => Kind::Refused,
            Some(opinion) => opinion.over(kind),
            None => kind,
        };
        let seen = kind
            .seen(hint)
            .map(|seen| seen.after_redirect(|| answer.redirected));
        verdict(repeat, seen, hint)
    }

    /// The verdict on what a chain of errors tells of: a response, a status of tonic, or a fault of the transport.
    pub(crate) fn chain(&self, repeat: Repeat, error: &(dyn Error + 'static)) -> Verdict {
        if let Some(answer) = response::behind(error) {
            return self.answer(repeat, answer);
        }
        #[cfg(feature = "tonic")]
        if let Some(status) = grpc::behind(error) {
            return status_of_tonic(repeat, status);
        }
        // Asked only where it matters.
        #[cfg(feature = "reqwest")]
        let redirected = || cause::redirected(error);
        #[cfg(not(feature = "reqwest"))]
        let redirected = || false;
        let fault = FaultKind::of(error);
        let seen = fault.is_transient().then(|| fault.seen());
        let seen = seen.map(|seen| seen.after_redirect(redirected));
        verdict(repeat, seen, Hint::None)
    }

    /// Headers go before what a provider says in its own way.
    pub(super) fn asked(&self, answer: Answer<'_>, opinion: Option<Opinion>) -> Hint {
        let own = opinion.and_then(Opinion::delay);
        match answer.hint(self.hints) {
            Hint::None => own.map_or(Hint::None, Hint::After),
            Hint::Force(None) => Hint::Force(own),
            hint => hint,
        }
    }

    fn kind(&self, status: StatusCode) -> Kind {
        match self.base {
            Base::Standard => kind(status),
            Base::Seed => seed_kind(status),
        }
    }
}

#[cfg(feature = "tonic")]
fn status_of_tonic(repeat: Repeat, status: &tonic::Status) -> Verdict {
    match grpc::hint(status) {
        _ if status.code() == tonic::Code::Ok => Verdict::Done,
        Hint::Forbid => Verdict::Permanent,
        hint => verdict(repeat, grpc::seen(status, hint), hint),
    }
}

/// What follows where the server did this with the request; `None` where the same would come again.
fn verdict(repeat: Repeat, seen: Option<Seen>, hint: Hint) -> Verdict {
    match hint.delay() {
        _ if !seen.is_some_and(|seen| repeat.allows(seen)) => Verdict::Permanent,
        Some(delay) => Verdict::RetryAfter(delay),
        None => Verdict::Retry,
    }
}
