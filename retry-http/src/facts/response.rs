//! The response that an outcome holds: as a value whose type is known, or behind an error.

use core::any::Any;
use core::error::Error;

use crate::facts::answer::Answer;
#[cfg(feature = "reqwest")]
use crate::facts::error::cause;
#[cfg(feature = "reqwest")]
use crate::facts::fault::chain::chain;
#[cfg(feature = "reqwest")]
use crate::facts::redirects;

/// The response that a chain of errors tells of.
#[cfg(feature = "reqwest")]
pub(crate) fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<Answer<'a>> {
    chain(error).find_map(cause::answer)
}

#[cfg(not(feature = "reqwest"))]
pub(crate) fn behind<'a>(_: &'a (dyn Error + 'static)) -> Option<Answer<'a>> {
    None
}

/// The response that a value is, if it is one whose type is known.
pub(crate) fn held(value: &dyn Any) -> Option<Answer<'_>> {
    #[cfg(feature = "reqwest")]
    if let Some(response) = value.downcast_ref::<reqwest::Response>() {
        let answer = Answer::now(response.status(), response.headers());
        return Some(from_url(response.url(), answer));
    }
    #[cfg(feature = "blocking")]
    if let Some(response) = value.downcast_ref::<reqwest::blocking::Response>() {
        let answer = Answer::now(response.status(), response.headers());
        return Some(from_url(response.url(), answer));
    }
    let known = with_body::<()>(value)
        .or_else(|| with_body::<String>(value))
        .or_else(|| with_body::<Vec<u8>>(value));
    #[cfg(feature = "_adapter")]
    let known = known.or_else(|| with_body::<bytes::Bytes>(value));
    #[cfg(feature = "hyper")]
    let known = known.or_else(|| with_body::<hyper::body::Incoming>(value));
    #[cfg(feature = "reqwest")]
    // It came through a client that may have followed a redirect, and does not show it.
    let known = known.or_else(|| {
        with_body::<reqwest::Body>(value).map(|answer| Answer {
            redirected: true,
            ..answer
        })
    });
    known
}

#[cfg(feature = "reqwest")]
fn from_url<'a>(url: &reqwest::Url, answer: Answer<'a>) -> Answer<'a> {
    Answer {
        redirected: redirects::led_to(url),
        ..answer
    }
}

fn with_body<B: 'static>(value: &dyn Any) -> Option<Answer<'_>> {
    let response = value.downcast_ref::<http::Response<B>>()?;
    Some(Answer::now(response.status(), response.headers()))
}
