//! Redirects that a client followed by itself: what became of the second request says nothing about the first.
//!
//! An error of reqwest shows the first URL and a response the last, so neither tells by itself. A client of
//! [`client_builder`](crate::client_builder) remembers which URLs take part in redirects; of any other client, only an
//! address that is not the URL's is seen.

use core::error::Error;
use core::net::{IpAddr, SocketAddr};
use core::sync::atomic::{AtomicU64, Ordering};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::facts::fault::chain::chain;

/// Of which each holds the latest URL that fell into it: 32 KiB, however many there are.
const SLOTS: usize = 4096;

static REMEMBERED: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];

/// reqwest's own policy, which remembers what it follows.
pub(crate) fn remembering() -> Policy {
    let usual = Policy::default();
    Policy::custom(move |attempt| {
        if let Some(first) = attempt.previous().first() {
            remember(first);
        }
        remember(attempt.url());
        usual.redirect(attempt)
    })
}

fn remember(url: &Url) {
    let key = key(url);
    slot(key).store(key, Ordering::Relaxed);
}

/// Whether a redirect began or ended at this URL.
pub(crate) fn involve(url: &Url) -> bool {
    let key = key(url);
    slot(key).load(Ordering::Relaxed) == key
}

/// Whether the response is that of another URL than the request's.
pub(crate) fn lie_between(request: &Url, response: &Url) -> bool {
    key(request) != key(response)
}

/// Whether a redirect may have been followed before this failed.
pub(crate) fn precede(error: &reqwest::Error) -> bool {
    error
        .url()
        .is_some_and(|url| involve(url) || leads_elsewhere(url, error))
}

fn slot(key: u64) -> &'static AtomicU64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "any bits of a hash will do"
    )]
    &REMEMBERED[key as usize % SLOTS]
}

/// Of what is sent: no fragment and no credentials.
fn key(url: &Url) -> u64 {
    let mut hasher = DefaultHasher::new();
    let authority = (url.host_str(), url.port_or_known_default());
    (url.scheme(), authority, url.path(), url.query()).hash(&mut hasher);
    hasher.finish().max(1)
}

/// Whether the connection that could not be made was to another address than the URL's.
///
/// A proxy's is another address, too: then nothing is known, which is the safe side.
fn leads_elsewhere(url: &Url, error: &reqwest::Error) -> bool {
    let Some(address) = chain(error).find_map(address) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let other_host = host
        .parse::<IpAddr>()
        .is_ok_and(|ip| ip.to_canonical() != address.ip().to_canonical());
    other_host || url.port_or_known_default() != Some(address.port())
}

/// `ConnectError("tcp connect error", 127.0.0.1:1, ..)`: the type is private to hyper-util, and `Debug` alone shows
/// the address.
fn address(link: &(dyn Error + 'static)) -> Option<SocketAddr> {
    let text = format!("{link:?}");
    let (_, rest) = text.strip_prefix("ConnectError(")?.split_once("\", ")?;
    rest.split([',', ')']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_url_is_remembered_as_it_is_sent() {
        assert!(!involve(&url("http://127.0.0.1/orders?id=1")));
        remember(&url("http://127.0.0.1/orders?id=1"));
        assert!(involve(&url(
            "http://user:secret@127.0.0.1:80/orders?id=1#top"
        )));
        assert!(!involve(&url("http://127.0.0.1/orders?id=2")));
        assert!(!involve(&url("https://127.0.0.1/orders?id=1")));
        assert!(!involve(&url("http://127.0.0.1:81/orders?id=1")));
    }
}
