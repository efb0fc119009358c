//! `Resume`: what to ask for next, and what an answer means. No sockets, no files, no clock.

mod earlier;

use http::header::{ACCEPT_ENCODING, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::content_range::{ContentRange, content_length, from_byte};
use super::digest::{self, Check, Digest};
use super::entity::Entity;
use super::validator::Validator;
use crate::facts::resume_error::{ResumeError, ResumeFault, Why};

/// A body that goes on where it broke off: the decisions, for any client.
///
/// Before each request it says what to ask for, then it is told what came: the head of the answer, each piece of the
/// body, and how the body ended. What it has accepted is handed on in order, each byte once, and never two entities in one
/// body: a part is accepted only where it begins at the very next byte and shows the strong validator of the beginning
/// (RFC 9110, 13.1.5 and 15.3.7). It cannot see a server that gives other bytes the same validator, except by a digest.
///
/// ```
/// use http::{HeaderMap, StatusCode};
/// use retry_http::{Next, Resume};
///
/// let mut body = Resume::new();
/// let mut asked = HeaderMap::new();
/// body.ask(&mut asked);
/// assert!(!asked.contains_key("range"));
///
/// let mut head = HeaderMap::new();
/// head.insert("etag", "\"v1\"".parse()?);
/// head.insert("content-length", "10".parse()?);
/// assert_eq!(body.answer(StatusCode::OK, &head)?, Next::Read);
/// body.take(b"0123")?;
/// body.broke()?; // the connection is lost: that can be cured
///
/// body.ask(&mut asked);
/// assert_eq!((&asked["range"], &asked["if-range"]), (&"bytes=4-".parse()?, &"\"v1\"".parse()?));
///
/// head.insert("content-range", "bytes 4-9/10".parse()?);
/// head.insert("content-length", "6".parse()?);
/// assert_eq!(body.answer(StatusCode::PARTIAL_CONTENT, &head)?, Next::Read);
/// body.take(b"456789")?;
/// body.end()?;
/// assert!(body.is_whole());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Whether what was handed on can be taken back.
    rewinds: bool,
    entity: Entity,
    position: u64,
    /// Whether this call, and not an earlier process, has handed on what precedes.
    handed: bool,
    furthest: u64,
    message: Option<Message>,
    /// Over the whole body, where its digest is known.
    check: Option<Check>,
    whole: bool,
}

/// The answer that is being read.
#[derive(Clone, Debug)]
struct Message {
    /// The first byte after it, if that is known.
    end: Option<u64>,
    check: Option<Check>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Its body goes on where the last one stopped: at [`position`](Resume::position).
    Read,
    /// Its body begins at byte 0 once more: what an earlier process left, or can be taken back, is void.
    StartAgain,
    /// It is of no use, and what an earlier process left is void: ask for the whole.
    AskAgain,
}

impl Resume {
    /// A body of which nothing is there yet. What is handed on cannot be taken back, as from a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is handed on can be taken back, as from a file: where the rest cannot be asked for, the body starts again.
    ///
    /// A body that changes on its way is an error all the same.
    #[must_use]
    pub fn rewinds(mut self) -> Self {
        self.rewinds = true;
        self
    }

    /// The next byte.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The furthest byte that was ever reached: only what comes after it is progress.
    #[must_use]
    pub fn furthest(&self) -> u64 {
        self.furthest
    }

    /// The length of the body, as far as it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.entity.length
    }

    /// Whether all of it is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether the next request asks for a part, so that 416 is an answer to it.
    #[must_use]
    pub fn asks_for_part(&self) -> bool {
        self.validator().is_some()
    }

    /// Says in the headers of the next request what to ask for.
    pub fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.remove(RANGE);
        headers.remove(IF_RANGE);
        if let Some(validator) = self.validator() {
            headers.insert(RANGE, from_byte(self.position));
            headers.insert(IF_RANGE, validator.value().clone());
        }
    }

    /// What the answer to that request means.
    ///
    /// # Errors
    ///
    /// The body cannot go on: it has changed, the answer brings another part, or nothing that is of use.
    pub fn answer(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<Next, ResumeError> {
        self.message = None;
        let asked = self.asks_for_part();
        match status {
            StatusCode::OK => self.begin(headers),
            StatusCode::PARTIAL_CONTENT if asked => match self.part(headers) {
                Ok(end) => Ok(self.read(end, headers)),
                Err(fault) => self.forget(fault),
            },
            StatusCode::PARTIAL_CONTENT => Err(ResumeFault::WrongRange.into()),
            StatusCode::RANGE_NOT_SATISFIABLE if asked => match ContentRange::read(headers) {
                Some(ContentRange::Unsatisfied { length })
                    if self.entity.length != Some(length) =>
                {
                    self.forget(ResumeFault::Changed)
                }
                _ => self.forget(ResumeFault::WrongRange),
            },
            _ => Err(ResumeFault::Status(status).into()),
        }
    }

    /// Takes a piece of the answer's body, which may then be handed on.
    ///
    /// # Errors
    ///
    /// The answer brings more than it said. Nothing of this piece may be handed on.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), ResumeError> {
        let Some(message) = &mut self.message else {
            return Err(ResumeFault::TooLong(self.position).into());
        };
        let position = self.position.saturating_add(bytes.len() as u64);
        if let Some(end) = message.end.filter(|end| position > *end) {
            return Err(ResumeFault::TooLong(end).into());
        }
        for check in [&mut message.check, &mut self.check].into_iter().flatten() {
            check.update(bytes);
        }
        self.position = position;
        self.furthest = self.furthest.max(position);
        self.handed |= !bytes.is_empty();
        Ok(())
    }

    /// The answer's body has come to its end.
    ///
    /// # Errors
    ///
    /// It does not match a digest, or it was not the rest: [`is_transient`](ResumeError::is_transient) tells whether
    /// another request can cure that.
    pub fn end(&mut self) -> Result<(), ResumeError> {
        let at = self.position;
        let length = self.entity.length.unwrap_or(at);
        let Some(message) = self.message.take() else {
            return Err(ResumeFault::Unfinished { at, length }.into());
        };
        if !message.check.is_none_or(Check::holds) {
            return Err(ResumeFault::Corrupt("Content-Digest").into());
        }
        if at < length {
            self.broke()?;
            return Err(ResumeFault::Unfinished { at, length }.into());
        }
        self.verify()
    }

    /// The answer's body broke off; where that was after its last byte, the body [`is_whole`](Self::is_whole).
    ///
    /// # Errors
    ///
    /// No other request can cure it.
    pub fn broke(&mut self) -> Result<(), ResumeError> {
        let was_read = self.message.take().is_some();
        if was_read && self.entity.length == Some(self.position) {
            return self.verify();
        }
        match self.entity.resumable() {
            Err(why) if self.handed && !self.rewinds => Err(self.stuck(why)),
            _ => Ok(()),
        }
    }

    /// The validator of the part to ask for, where one is to be asked for.
    fn validator(&self) -> Option<&Validator> {
        let validator = self.entity.resumable().ok()?;
        (self.position > 0 && !self.whole).then_some(validator)
    }

    /// An answer with the whole body.
    fn begin(&mut self, headers: &HeaderMap) -> Result<Next, ResumeError> {
        if self.position > 0 {
            let asked = self.asks_for_part();
            if asked && self.handed && !self.entity.is_shown_by(headers) {
                return Err(ResumeFault::Changed.into());
            }
            if self.handed && !self.rewinds {
                return Err(self.stuck(Why::Ranges));
            }
        }
        let next = if self.position > 0 {
            Next::StartAgain
        } else {
            Next::Read
        };
        self.entity = Entity::read(headers);
        self.check = self.entity.digest.clone().map(Check::of);
        (self.position, self.handed) = (0, false);
        self.read(self.entity.length, headers);
        Ok(next)
    }

    /// An answer with a part: where it ends.
    fn part(&self, headers: &HeaderMap) -> Result<u64, ResumeFault> {
        let Some(ContentRange::Part { first, end, length }) = ContentRange::read(headers) else {
            return Err(ResumeFault::WrongRange);
        };
        let known = self.entity.length;
        if !self.entity.is_shown_by(headers) || length.is_some() && length != known {
            return Err(ResumeFault::Changed);
        }
        let told = content_length(headers);
        let fits = told.is_none_or(|told| told == end - first);
        if first != self.position || known.is_some_and(|known| end > known) || !fits {
            return Err(ResumeFault::WrongRange);
        }
        Ok(end)
    }

    fn read(&mut self, end: impl Into<Option<u64>>, headers: &HeaderMap) -> Next {
        let check = Digest::read(headers, &digest::CONTENT).map(Check::of);
        let end = end.into();
        self.message = Some(Message { end, check });
        Next::Read
    }

    /// What an earlier process left can be forgotten; what this one has handed on cannot.
    fn forget(&mut self, fault: ResumeFault) -> Result<Next, ResumeError> {
        if self.handed {
            return Err(fault.into());
        }
        self.entity = Entity::default();
        self.check = None;
        self.position = 0;
        Ok(Next::AskAgain)
    }

    fn stuck(&self, why: Why) -> ResumeError {
        let at = self.position;
        ResumeFault::NotResumable { at, why }.into()
    }
}
