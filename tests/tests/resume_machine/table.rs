//! The sentences of RFC 9110 that the machine claims, each with what follows from it.

use http::{HeaderMap, StatusCode};
use retry_http::{Next, Resume, ResumeError};

use super::headers;

const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

/// The head of the first answer: ten bytes of version 1.
const V1: &[(&str, &str)] = &[("etag", "\"v1\""), ("content-length", "10")];
/// The same, told by its date.
const DATED: &[(&str, &str)] = &[
    ("last-modified", MODIFIED),
    ("date", LATER),
    ("content-length", "10"),
];

#[derive(Clone, Copy, Debug)]
enum By {
    /// Four bytes were handed on, and cannot be taken back.
    Stream,
    /// Four bytes were written.
    File,
    /// An earlier process wrote four bytes.
    Earlier,
}

/// Four of the ten bytes are there.
fn four(by: By, head: &[(&str, &str)]) -> Resume {
    let mut body = match by {
        By::Stream => Resume::new(),
        By::File | By::Earlier => Resume::new().rewinds(),
    };
    body.answer(StatusCode::OK, &headers(head)).unwrap();
    body.take(b"0123").unwrap();
    body.broke().unwrap();
    match by {
        By::Earlier => Resume::from_note(&body.note(), 4).unwrap().rewinds(),
        _ => body,
    }
}

fn asked(body: &Resume) -> HeaderMap {
    let mut asked = headers(&[("range", "bytes=1-2"), ("accept-encoding", "gzip")]);
    body.ask(&mut asked);
    assert_eq!(asked["accept-encoding"], "identity");
    asked
}

#[track_caller]
fn asks(body: &Resume, range: Option<(&str, &str)>) {
    let asked = asked(body);
    let text = |name: &str| asked.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(text("range"), range.map(|(range, _)| range));
    assert_eq!(text("if-range"), range.map(|(_, validator)| validator));
}

/// Section, claim, who asks, what the first answer said, the second answer, what that means.
type Row = (
    &'static str,
    &'static str,
    By,
    &'static [(&'static str, &'static str)],
    u16,
    &'static [(&'static str, &'static str)],
    Means,
);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    Read,
    StartAgain,
    AskAgain,
    Changed,
    WrongRange,
    NotResumable,
    Other,
}

fn meaning(answer: Result<Next, ResumeError>) -> Means {
    match answer {
        Ok(Next::Read) => Means::Read,
        Ok(Next::StartAgain) => Means::StartAgain,
        Ok(Next::AskAgain) => Means::AskAgain,
        Err(error) if error.is_changed() => Means::Changed,
        Err(error) if error.is_wrong_range() => Means::WrongRange,
        Err(error) if error.is_not_resumable() => Means::NotResumable,
        Err(_) => Means::Other,
    }
}

use By::{Earlier, File, Stream};
use Means::{AskAgain, Changed, NotResumable, Other, Read, StartAgain, WrongRange};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // 13.1.5: what the condition says.
    ("13.1.5", "unchanged: the part that was asked for", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10")], Read),
    ("13.1.5", "changed: the entire new representation; the old one is no use to a stream", Stream, V1, 200,
        &[("etag", "\"v2\""), ("content-length", "10")], Changed),
    ("13.1.5", "changed during the call: not to a file either", File, V1, 200,
        &[("etag", "\"v2\""), ("content-length", "10")], Changed),
    ("13.1.5", "changed since an earlier process: one answer suffices to start again", Earlier, V1, 200,
        &[("etag", "\"v2\""), ("content-length", "12")], StartAgain),
    ("13.1.5", "entity tags are compared strongly: a weak one is another", Stream, V1, 206,
        &[("etag", "W/\"v1\""), ("content-range", "bytes 4-9/10")], Changed),
    ("13.1.5", "dates match exactly", Stream, DATED, 206,
        &[("last-modified", MODIFIED), ("date", LATER), ("content-range", "bytes 4-9/10")], Read),
    ("13.1.5", "an earlier date is another, too", Stream, DATED, 206,
        &[("last-modified", "Sun, 06 Nov 1994 08:49:36 GMT"), ("content-range", "bytes 4-9/10")], Changed),
    ("13.1.5", "a date does not count beside an entity tag", Stream, DATED, 206,
        &[("last-modified", MODIFIED), ("etag", "\"v1\""), ("content-range", "bytes 4-9/10")], Changed),
    // 14.2: a server may ignore a range, or refuse it.
    ("14.2", "a range may be ignored: a file starts again", File, V1, 200, V1, StartAgain),
    ("14.2", "a range may be ignored: a stream cannot", Stream, V1, 200, V1, NotResumable),
    ("14.2", "a range may be ignored: an earlier process's bytes are void", Earlier, V1, 200, V1, StartAgain),
    ("14.2", "all true, but not satisfiable: 416; nothing the same could be", Stream, V1, 416,
        &[("content-range", "bytes */10")], WrongRange),
    ("14.2", "a precondition of the user's own that fails is neither", Stream, V1, 304, &[], Other),
    // 14.3 is below: it changes what is asked.
    // 14.4: what a Content-Range says.
    ("14.4", "the whole length may be unknown", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/*")], Read),
    ("14.4", "another whole length is another entity", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/11")], Changed),
    ("14.4", "invalid where the last byte is before the first", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-3/10")], WrongRange),
    ("14.4", "invalid where the length is not more than the last byte", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-10/10")], WrongRange),
    ("14.4", "an invalid one must not be combined: not by a file", File, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-")], WrongRange),
    ("14.4", "an invalid one must not be combined: what an earlier process left is asked for anew", Earlier, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-")], AskAgain),
    ("14.4", "a unit that is not understood must not be combined", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "lines 4-9/10")], WrongRange),
    ("14.4", "an unsatisfied one in a 416 tells the length: now it is another", Stream, V1, 416,
        &[("content-range", "bytes */3")], Changed),
    ("14.4", "an unsatisfied one in a 416 tells the length: another than an earlier process's", Earlier, V1, 416,
        &[("content-range", "bytes */3")], AskAgain),
    ("14.4", "an unsatisfied one in a 206 is no part", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes */10")], WrongRange),
    ("14.4", "it means nothing in a 200", Earlier, V1, 200,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10"), ("content-length", "10")], StartAgain),
    ("14.4", "a 416 need not have one", Stream, V1, 416, &[], WrongRange),
    // 15.3.7: what a 206 is.
    ("15.3.7", "the client inspects which part it is: not one that begins earlier", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 3-9/10")], WrongRange),
    ("15.3.7", "the client inspects which part it is: not one that begins later", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 5-9/10")], WrongRange),
    ("15.3.7", "it may be less than was asked for", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-5/10")], Read),
    ("15.3.7", "its Content-Length is that of the part", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10"), ("content-length", "10")], WrongRange),
    ("15.3.7.1", "a single part has a Content-Range", Stream, V1, 206, &[("etag", "\"v1\"")], WrongRange),
    ("15.3.7.2", "several parts in one have none of their own, and were not asked for", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-type", "multipart/byteranges; boundary=x")], WrongRange),
    ("15.3.7.3", "only parts with the same strong validator are combined: not without one", Stream, V1, 206,
        &[("content-range", "bytes 4-9/10")], Changed),
    ("15.3.7.3", "only parts with the same strong validator are combined: not with another", File, V1, 206,
        &[("etag", "\"v2\""), ("content-range", "bytes 4-9/10")], Changed),
    ("15.3.7.3", "what an earlier process left has another: it is asked for anew", Earlier, V1, 206,
        &[("etag", "\"v2\""), ("content-range", "bytes 4-9/10")], AskAgain),
    ("8.4", "another coding is another representation", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10"), ("content-encoding", "gzip")], Changed),
    ("8.4", "identity is no coding", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10"), ("content-encoding", "identity")], Read),
    ("5.3", "what stands twice says nothing", Stream, V1, 206,
        &[("etag", "\"v1\""), ("content-range", "bytes 4-9/10"), ("content-range", "bytes 4-9/10")], WrongRange),
];

#[test]
fn an_answer_means_what_the_sentence_says() {
    for (section, claim, by, first, status, second, means) in ROWS {
        let mut body = four(*by, first);
        asks(
            &body,
            Some(("bytes=4-", if first == &V1 { "\"v1\"" } else { MODIFIED })),
        );
        let status = StatusCode::from_u16(*status).unwrap();
        let answer = body.answer(status, &headers(second));
        assert_eq!(meaning(answer), *means, "{section}: {claim}");
        let position = if matches!(means, StartAgain | AskAgain) {
            0
        } else {
            4
        };
        assert_eq!(body.position(), position, "{section}: {claim}");
        // Nothing of a refused answer is taken.
        if !matches!(means, Read | StartAgain) {
            assert!(body.take(b"x").is_err(), "{section}: {claim}");
        }
        if *means == AskAgain {
            asks(&body, None);
        }
    }
}

/// 13.1.5 and 8.8.2.2: which validator goes into `If-Range`, if any.
#[test]
fn a_condition_needs_a_strong_validator() {
    for (claim, head, validator) in [
        ("a strong tag", V1, Some("\"v1\"")),
        ("a date where there is no tag", DATED, Some(MODIFIED)),
        (
            "never a weak tag",
            &[("etag", "W/\"v1\""), ("content-length", "10")],
            None,
        ),
        (
            "no date beside a weak tag",
            &[
                ("etag", "W/\"v1\""),
                ("last-modified", MODIFIED),
                ("date", LATER),
                ("content-length", "10"),
            ],
            None,
        ),
        (
            "a tag before a date",
            &[
                ("etag", "\"v1\""),
                ("last-modified", MODIFIED),
                ("date", LATER),
                ("content-length", "10"),
            ],
            Some("\"v1\""),
        ),
        (
            "a date of the same second is weak",
            &[
                ("last-modified", MODIFIED),
                ("date", MODIFIED),
                ("content-length", "10"),
            ],
            None,
        ),
        (
            "without `Date` nobody knows",
            &[("last-modified", MODIFIED), ("content-length", "10")],
            None,
        ),
        ("without a length nothing is asked for", &V1[..1], None),
    ] {
        let body = four(By::File, head);
        asks(&body, validator.map(|validator| ("bytes=4-", validator)));
        // A stream cannot start again.
        let mut stream = Resume::new();
        stream.answer(StatusCode::OK, &headers(head)).unwrap();
        stream.take(b"0123").unwrap();
        let stuck = stream.broke().err();
        assert_eq!(stuck.is_none(), validator.is_some(), "{claim}");
        assert!(
            stuck.is_none_or(|error| error.is_not_resumable()),
            "{claim}"
        );
    }
}

/// 13.1.5: no `If-Range` without a `Range`; 14.2: no part is asked for where there is nothing yet.
#[test]
fn the_first_request_asks_for_the_whole() {
    let mut body = Resume::new();
    asks(&body, None);
    assert!(!body.asks_for_part());
    for status in [206, 416, 204, 203, 304, 100] {
        let status = StatusCode::from_u16(status).unwrap();
        let part = headers(&[("etag", "\"v1\""), ("content-range", "bytes 0-9/10")]);
        assert!(body.answer(status, &part).is_err(), "{status}");
    }
    // A fault before the first byte changes nothing, and the next answer may be of another entity.
    body.answer(StatusCode::OK, &headers(V1)).unwrap();
    body.broke().unwrap();
    asks(&body, None);
    let other = headers(&[("etag", "\"v2\""), ("content-length", "3")]);
    assert_eq!(body.answer(StatusCode::OK, &other).unwrap(), Next::Read);
    body.take(b"abc").unwrap();
    body.end().unwrap();
    assert!(body.is_whole());
}

/// 14.3: `none` advises against asking; anything else, and nothing, is a hint that may be left.
#[test]
fn a_server_that_accepts_no_ranges_is_not_asked() {
    for (accepts, asked) in [
        (&[][..], true),
        (&[("accept-ranges", "bytes")], true),
        (&[("accept-ranges", "lines")], true),
        (&[("accept-ranges", "None")], false),
    ] {
        let head = [V1, accepts].concat();
        assert_eq!(four(By::File, &head).asks_for_part(), asked, "{accepts:?}");
    }
}

#[test]
fn no_more_is_taken_than_was_said() {
    let mut body = four(By::Stream, V1);
    let part = [("etag", "\"v1\""), ("content-range", "bytes 4-5/10")];
    body.answer(StatusCode::PARTIAL_CONTENT, &headers(&part))
        .unwrap();
    let error = body.take(b"456").unwrap_err();
    assert!(error.is_corrupt() && body.position() == 4, "{error}");
    body.take(b"45").unwrap();
    // The part is over, and the body is not.
    let error = body.end().unwrap_err();
    assert!(error.is_transient(), "{error}");
    asks(&body, Some(("bytes=6-", "\"v1\"")));

    let mut whole = Resume::new();
    whole.answer(StatusCode::OK, &headers(V1)).unwrap();
    assert!(whole.take(b"01234567890").unwrap_err().is_corrupt());
    whole.take(b"0123456789").unwrap();
    whole.end().unwrap();
}

#[test]
fn what_breaks_off_after_its_last_byte_is_whole() {
    let mut body = four(By::Stream, V1);
    let part = [("etag", "\"v1\""), ("content-range", "bytes 4-9/10")];
    body.answer(StatusCode::PARTIAL_CONTENT, &headers(&part))
        .unwrap();
    body.take(b"456789").unwrap();
    body.broke().unwrap();
    assert!(body.is_whole());
}

#[test]
fn what_went_wrong_is_said_in_one_line() {
    let mut body = four(By::Stream, V1);
    let error = body.answer(StatusCode::OK, &headers(V1)).unwrap_err();
    let said = "the body broke off at byte 4 and cannot be resumed: the server sends no parts";
    assert_eq!(error.to_string(), said);
    let error = body.answer(StatusCode::IM_USED, &headers(V1)).unwrap_err();
    let said = "the answer 226 IM Used is neither the body nor a part of it";
    assert_eq!(error.to_string(), said);
}

/// RFC 9530: of the whole, and of each message.
#[test]
fn digests_are_checked_over_the_whole_and_over_each_message() {
    // `printf 0123456789 | openssl dgst -sha256 -binary | base64`.
    const WHOLE: &str = "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:";
    let mut head = V1.to_vec();
    head.push(("repr-digest", WHOLE));
    for (rest, good) in [(b"456789", true), (b"45678x", false)] {
        for by in [By::Stream, By::File, By::Earlier] {
            let mut body = four(by, &head);
            if matches!(by, By::Earlier) {
                assert!(body.is_checked());
                body.recall(b"01");
                body.recall(b"23");
            }
            let part = [("etag", "\"v1\""), ("content-range", "bytes 4-9/10")];
            body.answer(StatusCode::PARTIAL_CONTENT, &headers(&part))
                .unwrap();
            body.take(rest).unwrap();
            let end = body.end();
            assert_eq!(end.is_ok(), good, "{by:?}");
            assert_eq!(body.is_whole(), good);
            assert!(end.err().is_none_or(|error| error.is_corrupt()));
        }
    }
    // Another digest of the whole is another whole.
    let mut body = four(By::Stream, &head);
    let part = [
        ("etag", "\"v1\""),
        ("content-range", "bytes 4-9/10"),
        (
            "repr-digest",
            "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        ),
    ];
    let answer = body.answer(StatusCode::PARTIAL_CONTENT, &headers(&part));
    assert!(answer.unwrap_err().is_changed());
    // That of a message is over the message: here it is that of the whole.
    let mut body = four(By::Stream, V1);
    let part = [part[0], part[1], ("content-digest", WHOLE)];
    body.answer(StatusCode::PARTIAL_CONTENT, &headers(&part))
        .unwrap();
    body.take(b"456789").unwrap();
    assert!(body.end().unwrap_err().is_corrupt());
}
