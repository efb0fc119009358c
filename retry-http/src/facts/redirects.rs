//! Redirects that a client followed by itself: what became of the second request says nothing about the first.
//!
//! An error of reqwest shows the first URL and a response the last, so neither tells by itself. A client of
//! [`client_builder`](crate::client_builder) notes each redirect that it follows, until its response has come; of any
//! other client, only an address that is not the URL's is seen.

use core::error::Error;
use core::net::{IpAddr, SocketAddr};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::facts::fault::chain::chain;

/// A response whose redirect is older than this is taken for a first one.
const MEMORY: Duration = Duration::from_secs(300);

/// More than this are not noted at once.
const MOST: usize = 4096;

static LOG: Mutex<Log> = Mutex::new(Log {
    followed: VecDeque::new(),
    blind_until: None,
});

/// How many are noted, so that a program without redirects takes no lock.
static NOTED: AtomicUsize = AtomicUsize::new(0);

/// Redirects that were followed, and whose response has not come.
#[derive(Debug)]
struct Log {
    followed: VecDeque<Followed>,
    /// Some had to be forgotten: until then every response may be that of a second request.
    blind_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Followed {
    from: u64,
    to: u64,
    at: Instant,
}

/// reqwest's own policy, which notes what it follows.
pub(crate) fn noting() -> Policy {
    let usual = Policy::default();
    Policy::custom(move |attempt| {
        if let [first, more @ ..] = attempt.previous() {
            log().note(first, more.last(), attempt.url(), Instant::now());
        }
        usual.redirect(attempt)
    })
}

/// The response to a request that succeeded has come: what led to it matters no longer.
pub(crate) fn arrived(url: &Url) {
    if NOTED.load(Ordering::Relaxed) > 0 {
        log().forget(|followed| followed.to == key(url));
    }
}

/// Whether a redirect may have led to this URL.
pub(crate) fn led_to(url: &Url) -> bool {
    tells(url) && noted(|followed| followed.to == key(url))
}

/// Whether a redirect led from this URL back to itself.
pub(crate) fn led_around(url: &Url) -> bool {
    noted(|followed| followed.from == key(url) && followed.to == key(url))
}

/// Whether the response is that of another URL than the request's.
pub(crate) fn lie_between(request: &Url, response: &Url) -> bool {
    tells(response) && key(request) != key(response)
}

/// Whether a redirect may have been followed before this failed. Without a URL nothing says that none was.
pub(crate) fn precede(error: &reqwest::Error) -> bool {
    error.url().is_none_or(|url| {
        noted(|followed| followed.from == key(url)) || leads_elsewhere(url, error)
    })
}

fn noted(what: impl Fn(&Followed) -> bool) -> bool {
    NOTED.load(Ordering::Relaxed) > 0 && log().holds(what, Instant::now())
}

/// Poison says nothing here: no foreign code runs under the lock.
fn log() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    /// `by`: the URL that answered with this redirect, where it is not the first.
    fn note(&mut self, first: &Url, by: Option<&Url>, to: &Url, now: Instant) {
        let from = key(first);
        if let Some(by) = by {
            let by = key(by);
            self.forget(|followed| followed.from == from && followed.to == by);
        }
        while let Some(oldest) = self.followed.front().copied() {
            let is_old = now.saturating_duration_since(oldest.at) > MEMORY;
            if !is_old && self.followed.len() < MOST {
                break;
            }
            if !is_old {
                self.blind_until = oldest.at.checked_add(MEMORY);
            }
            self.followed.pop_front();
        }
        let to = key(to);
        self.followed.push_back(Followed { from, to, at: now });
        self.tell_length();
    }

    fn forget(&mut self, what: impl Fn(&Followed) -> bool) {
        if let Some(at) = self.followed.iter().position(what) {
            self.followed.remove(at);
        }
        self.tell_length();
    }

    fn holds(&self, what: impl Fn(&Followed) -> bool, now: Instant) -> bool {
        let young = |followed: &&Followed| now.saturating_duration_since(followed.at) <= MEMORY;
        self.blind_until.is_some_and(|until| now <= until)
            || self.followed.iter().filter(young).any(what)
    }

    fn tell_length(&self) {
        let blind = usize::from(self.blind_until.is_some());
        NOTED.store(self.followed.len() + blind, Ordering::Relaxed);
    }
}

/// reqwest gives this URL to a response that was not received, such as that of a cache or of a test.
fn tells(url: &Url) -> bool {
    url.host_str() != Some("no.url.provided.local")
}

/// Of what is sent: no fragment and no credentials.
fn key(url: &Url) -> u64 {
    let mut hasher = DefaultHasher::new();
    let authority = (url.host_str(), url.port_or_known_default());
    (url.scheme(), authority, url.path(), url.query()).hash(&mut hasher);
    hasher.finish()
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

    fn log() -> Log {
        Log {
            followed: VecDeque::new(),
            blind_until: None,
        }
    }

    #[test]
    fn a_url_is_known_as_it_is_sent() {
        let sent = key(&url("http://127.0.0.1/orders?id=1"));
        assert_eq!(
            sent,
            key(&url("http://user:secret@127.0.0.1:80/orders?id=1#top"))
        );
        for other in [
            "http://127.0.0.1/orders?id=2",
            "https://127.0.0.1/orders?id=1",
            "http://127.0.0.1:81/orders?id=1",
        ] {
            assert_ne!(sent, key(&url(other)));
        }
    }

    #[test]
    fn of_several_redirects_in_a_row_the_last_counts() {
        let (a, b, c) = (url("http://a/"), url("http://b/"), url("http://c/"));
        let (mut log, now) = (log(), Instant::now());
        log.note(&a, None, &b, now);
        log.note(&a, Some(&b), &c, now);
        assert!(log.holds(|followed| followed.to == key(&c), now));
        assert!(!log.holds(|followed| followed.to == key(&b), now));
        log.forget(|followed| followed.to == key(&c));
        assert!(!log.holds(|_| true, now));
    }

    #[test]
    fn a_redirect_is_forgotten_after_a_while() {
        let (mut log, now) = (log(), Instant::now());
        log.note(&url("http://a/"), None, &url("http://b/"), now);
        assert!(log.holds(|_| true, now + MEMORY));
        assert!(!log.holds(|_| true, now + MEMORY + Duration::from_secs(1)));
    }

    #[test]
    fn what_had_to_be_forgotten_makes_every_response_a_second_one() {
        let (mut log, now) = (log(), Instant::now());
        for number in 0..MOST {
            log.note(
                &url("http://a/"),
                None,
                &url(&format!("http://b/{number}")),
                now,
            );
        }
        assert!(!log.holds(|_| false, now));
        log.note(&url("http://a/"), None, &url("http://b/"), now);
        assert!(log.holds(|_| false, now + MEMORY));
        assert!(!log.holds(|_| false, now + MEMORY + Duration::from_secs(1)));
        assert_eq!(log.followed.len(), MOST);
    }
}
