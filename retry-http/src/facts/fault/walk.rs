//! The walk down a chain of errors: it looks at each link, and gathers what that shows.

use core::error::Error;
use std::io::{self, ErrorKind};

use super::chain::chain;
use super::evidence::{Evidence, Io};
#[cfg(feature = "hyper")]
use super::evidence::{H2, Hyper};
use super::kind::FaultKind;
use super::timeouts::is_timeout;
use super::words::{Proxy, Tls};
#[cfg(feature = "reqwest")]
use crate::facts::file_error::FileError;
#[cfg(feature = "reqwest")]
use crate::facts::resume_error::ResumeError;

impl FaultKind {
    /// Reads the whole chain below `error`.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        #[cfg(feature = "reqwest")]
        if let Some(decided) = chain(error).find_map(decided) {
            return decided;
        }
        let mut found = Evidence::default();
        for link in chain(error) {
            found.look_at(link);
        }
        found.fault()
    }
}

/// What was understood already, whatever is below it.
#[cfg(feature = "reqwest")]
fn decided(error: &(dyn Error + 'static)) -> Option<FaultKind> {
    if let Some(error) = error.downcast_ref::<ResumeError>() {
        let cured_by_another = error.is_transient();
        return Some(if cured_by_another {
            FaultKind::BodyCut
        } else {
            FaultKind::Decode
        });
    }
    error.is::<FileError>().then_some(FaultKind::Other)
}

impl Evidence {
    fn look_at(&mut self, error: &(dyn Error + 'static)) {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            self.io = self.io.max(Some(Io::of(io.kind())));
            self.timeout |= io.kind() == ErrorKind::TimedOut;
            return;
        }
        if is_timeout(error) {
            self.timeout = true;
            return;
        }
        #[cfg(feature = "hyper")]
        if self.look_at_hyper(error) {
            return;
        }
        #[cfg(feature = "reqwest")]
        if self.look_at_reqwest(error) {
            return;
        }
        self.look_at_text(error);
    }

    #[cfg(feature = "hyper")]
    fn look_at_hyper(&mut self, error: &(dyn Error + 'static)) -> bool {
        if let Some(client) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            self.connect |= client.is_connect();
        } else if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            // hyper-util's own client shows the error of a body like this, and nothing above it.
            self.body |= self.hyper.is_none() && is_of_a_body(hyper);
            self.hyper = Some(match (self.hyper, Hyper::of(hyper)) {
                (Some(Hyper::Unsent), Hyper::Parse | Hyper::Unclear) => Hyper::Unasked,
                (Some(first), _) | (None, first) => first,
            });
        } else if let Some(h2) = error.downcast_ref::<h2::Error>() {
            self.h2 = Some(H2::of(h2));
            // It keeps what the connection said, and does not show it as its source.
            if let Some(io) = h2.get_io() {
                chain(io).for_each(|link| self.look_at(link));
            }
        } else {
            return false;
        }
        true
    }

    #[cfg(feature = "reqwest")]
    fn look_at_reqwest(&mut self, error: &(dyn Error + 'static)) -> bool {
        let Some(error) = error.downcast_ref::<reqwest::Error>() else {
            return false;
        };
        self.builder |= error.is_builder();
        self.redirect |= error.is_redirect();
        self.timeout |= error.is_timeout();
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.connect |= error.is_connect();
            self.dns |= error.is_dns();
        }
        // Below hyper's own error it is the body of the request that reqwest speaks of.
        self.body |= self.hyper.is_none() && (error.is_body() || error.is_decode());
        true
    }

    /// Reads words only at and below what a client says. Above are the user's own errors, which may speak of
    /// certificates as they like.
    fn look_at_text(&mut self, error: &(dyn Error + 'static)) {
        let text = error.to_string();
        if self.connect || self.hyper.is_some() {
            self.tls = self.tls.or_else(|| Tls::of(&text));
        }
        if self.connect {
            self.no_tls |= text == "invalid URL, scheme is not http";
            self.proxy = self.proxy.or_else(|| Proxy::of(&text));
        }
    }
}

/// No accessor tells it.
#[cfg(feature = "hyper")]
fn is_of_a_body(error: &hyper::Error) -> bool {
    error.to_string().starts_with("error reading a body")
}
