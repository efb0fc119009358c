//! Redirects that a client followed by itself: what became of the second request says nothing about the first.
//!
//! An error of reqwest shows the first URL and a response the last, so neither tells by itself. A client of
//! [`client_builder`](crate::client_builder) notes which URLs took part in redirects; of any other client, only an address
//! that is not the URL's is seen.

use core::error::Error;
use core::net::{IpAddr, SocketAddr};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::facts::fault::chain::chain;

/// A note that is older than this counts no longer: nothing that a redirect led to is still under way.
const MEMORY: Duration = Duration::from_secs(300);

/// More URLs than this are not noted at once.
const MOST: usize = 16 * 1024;

static LOG: LazyLock<Mutex<Log>> = LazyLock::new(Mutex::default);

/// Whether there was any redirect: a program without them takes no lock.
static NOTED: AtomicBool = AtomicBool::new(false);

/// When each URL last took part in a redirect, by what it was in it.
///
/// Nothing is struck out when a response has come: whose it was, nobody can tell.
#[derive(Debug, Default)]
struct Log {
    from: HashMap<u64, Instant>,
    to: HashMap<u64, Instant>,
    around: HashMap<u64, Instant>,
    /// There were too many: until then every URL may have taken part in one.
    blind_until: Option<Instant>,
}

/// reqwest's own policy, which notes what it follows.
pub(crate) fn noting() -> Policy {
    let usual = Policy::default();
    Policy::custom(move |attempt| {
        if let Some(first) = attempt.previous().first() {
            log().note(key(first), key(attempt.url()), Instant::now());
            NOTED.store(true, Ordering::Relaxed);
        }
        usual.redirect(attempt)
    })
}

/// Whether a redirect may have led to this URL.
pub(crate) fn led_to(url: &Url) -> bool {
    tells(url) && noted(|log| &log.to, url)
}

/// Whether a redirect may have led from this URL back to itself.
pub(crate) fn led_around(url: &Url) -> bool {
    noted(|log| &log.around, url)
}

/// Whether the response is that of another URL than the request's.
pub(crate) fn lie_between(request: &Url, response: &Url) -> bool {
    tells(response) && key(request) != key(response)
}

/// Whether a redirect may have been followed before this failed. Without a URL nothing says that none was.
pub(crate) fn precede(error: &reqwest::Error) -> bool {
    error
        .url()
        .is_none_or(|url| noted(|log| &log.from, url) || leads_elsewhere(url, error))
}

fn noted(part: impl Fn(&Log) -> &HashMap<u64, Instant>, url: &Url) -> bool {
    NOTED.load(Ordering::Relaxed) && {
        let log = log();
        log.holds(part(&log), key(url), Instant::now())
    }
}

/// Poison says nothing here: no foreign code runs under the lock.
fn log() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    fn note(&mut self, from: u64, to: u64, now: Instant) {
        let Self {
            from: firsts,
            to: lasts,
            around,
            blind_until,
        } = self;
        for notes in [&mut *firsts, &mut *lasts, &mut *around] {
            if notes.len() >= MOST {
                notes.retain(|_, at| is_young(*at, now));
            }
            if notes.len() >= MOST {
                notes.clear();
                *blind_until = now.checked_add(MEMORY);
            }
        }
        firsts.insert(from, now);
        lasts.insert(to, now);
        if from == to {
            around.insert(from, now);
        }
    }

    fn holds(&self, notes: &HashMap<u64, Instant>, key: u64, now: Instant) -> bool {
        self.blind_until.is_some_and(|until| now <= until)
            || notes.get(&key).is_some_and(|at| is_young(*at, now))
    }
}

fn is_young(at: Instant, now: Instant) -> bool {
    now.saturating_duration_since(at) <= MEMORY
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

    fn sent(text: &str) -> u64 {
        key(&Url::parse(text).unwrap())
    }

    #[test]
    fn a_url_is_known_as_it_is_sent() {
        let known = sent("http://127.0.0.1/orders?id=1");
        assert_eq!(
            known,
            sent("http://user:secret@127.0.0.1:80/orders?id=1#top")
        );
        for other in [
            "http://127.0.0.1/orders?id=2",
            "https://127.0.0.1/orders?id=1",
            "http://127.0.0.1:81/orders?id=1",
        ] {
            assert_ne!(known, sent(other));
        }
    }

    #[test]
    fn a_redirect_is_forgotten_after_a_while() {
        let (mut log, now) = (Log::default(), Instant::now());
        log.note(1, 2, now);
        let late = now + MEMORY;
        assert!(log.holds(&log.from, 1, late) && log.holds(&log.to, 2, late));
        assert!(!log.holds(&log.from, 2, late) && !log.holds(&log.to, 1, late));
        assert!(!log.holds(&log.from, 1, late + Duration::from_secs(1)));
    }

    #[test]
    fn what_had_to_be_forgotten_makes_every_url_one_of_a_redirect() {
        let (mut log, now) = (Log::default(), Instant::now());
        for number in 0..MOST as u64 {
            log.note(1, number, now);
        }
        assert!(!log.holds(&log.to, u64::MAX, now));
        log.note(1, 7, now);
        assert!(log.holds(&log.to, u64::MAX, now + MEMORY));
        let later = now + MEMORY + Duration::from_secs(1);
        assert!(!log.holds(&log.to, u64::MAX, later));
        assert!(log.to.len() <= MOST);
    }

    #[test]
    fn old_notes_make_room() {
        let (mut log, now) = (Log::default(), Instant::now());
        for number in 0..MOST as u64 {
            log.note(1, number, now);
        }
        let later = now + MEMORY + Duration::from_secs(1);
        log.note(1, 7, later);
        assert!(log.holds(&log.to, 7, later) && !log.holds(&log.to, 8, later));
    }
}
