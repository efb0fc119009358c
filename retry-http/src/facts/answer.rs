//! `Answer`: a response as classifiers and presets see it.

use std::time::SystemTime;

use http::{HeaderMap, StatusCode};

use crate::facts::hint::Hint;
use crate::facts::hint::headers::Hints;

/// A response as a classifier sees it.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    /// Empty where nobody has read it.
    #[cfg(feature = "reqwest")]
    pub(crate) body: &'a [u8],
    /// `None` where it has just arrived: the clock is read only if it is asked.
    pub(crate) received: Option<SystemTime>,
    /// Whether it answers another request, to which a redirect led.
    pub(crate) redirected: bool,
}

impl<'a> Answer<'a> {
    /// A response that arrived just now, its body unread.
    pub(crate) fn now(status: StatusCode, headers: &'a HeaderMap) -> Self {
        Self {
            status,
            headers,
            #[cfg(feature = "reqwest")]
            body: &[],
            received: None,
            redirected: false,
        }
    }

    /// What these headers ask for, counted from the arrival of the response.
    pub(crate) fn hint(&self, hints: Hints) -> Hint {
        let received = self.received.unwrap_or_else(SystemTime::now);
        hints.read(self.headers, received)
    }
}
