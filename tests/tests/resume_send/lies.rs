//! A server that lies about ranges, in ten ways: an error or the whole file, never a mixture.

use std::fs;
use std::time::Duration;

use retry_core::Policy;
use retry_http::RequestBuilderExt;

use crate::resume_files::{Answer, Asked, Files, Folder, client, content};

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);
const LENGTH: u64 = 1_000_000;
const CUT: u64 = 400_000;

/// What the answer to the second request is, in place of bytes 400000-999999.
type Lie = fn(&Asked) -> Answer;

fn part(asked: &Asked, from: u64, range: &str) -> Answer {
    let mut answer = Answer::honest(asked, 1, LENGTH);
    answer.from = from;
    answer
        .with("content-range", range)
        .with("content-length", (LENGTH - from).to_string())
}

const LIES: [(&str, Lie); 10] = [
    ("it sends the whole as a part", |asked| {
        part(asked, 0, "bytes 0-999999/1000000")
    }),
    ("it sends the whole, and says it is the part", |asked| {
        part(asked, 0, "bytes 400000-999999/1000000")
    }),
    ("it begins a byte too early", |asked| {
        part(asked, CUT - 1, "bytes 399999-999999/1000000")
    }),
    ("it begins a byte too late", |asked| {
        part(asked, CUT + 1, "bytes 400001-999999/1000000")
    }),
    ("it says another length", |asked| {
        part(asked, CUT, "bytes 400000-999999/1000001")
    }),
    ("it says nothing of which part it is", |asked| {
        Answer::honest(asked, 1, LENGTH).without("content-range")
    }),
    ("it sends a part of another version", |asked| {
        let mut answer = part(asked, CUT, "bytes 400000-999999/1000000");
        answer.version = 2;
        answer.with("etag", "\"2\"")
    }),
    (
        "it sends a part of another version, without saying of which",
        |asked| {
            let mut answer = part(asked, CUT, "bytes 400000-999999/1000000");
            answer.version = 2;
            answer.without("etag")
        },
    ),
    ("it sends more than the part", |asked| {
        let mut answer = part(asked, CUT, "bytes 400000-499999/1000000");
        answer.headers.retain(|(name, _)| *name != "content-length");
        answer.to = LENGTH;
        answer
    }),
    ("it finds no such part", |asked| {
        let mut answer = Answer::honest(asked, 1, LENGTH);
        (answer.status, answer.from) = (416, answer.to);
        answer
            .with("content-range", "bytes */1000000")
            .with("content-length", "0")
    }),
];

#[tokio::test]
async fn nothing_is_mixed() {
    for (number, (lie, answer)) in LIES.into_iter().enumerate() {
        let lying = move || {
            Files::start(move |asked| match asked.number {
                0 => Answer::honest(asked, 1, LENGTH).cut(CUT),
                1 => answer(asked),
                _ => Answer::honest(asked, 1, LENGTH),
            })
        };
        let folder = Folder::new(&format!("lie-{number}"));
        let target = folder.join("a");
        let files = lying();
        let saved = client()
            .get(files.url())
            .send_with(POLICY)
            .save(&target)
            .await;
        let error = saved.expect_err(lie);
        let resume = error.resume_error().expect(lie);
        assert!(
            resume.is_wrong_range() || resume.is_changed() || resume.is_corrupt(),
            "{lie}: {error}"
        );
        assert_eq!(files.count(), 2, "{lie}: {error}");
        assert!(!target.exists(), "{lie}");
        if let Ok(left) = fs::read(folder.join("a.part")) {
            assert!(left == content(1, left.len() as u64), "{lie}");
        }

        let files = lying();
        let mut body = client().get(files.url()).send_with(POLICY).stream();
        let mut came = Vec::new();
        let end = loop {
            match body.chunk().await {
                Ok(Some(bytes)) => came.extend_from_slice(&bytes),
                end => break end,
            }
        };
        assert!(end.is_err(), "{lie}");
        assert!(came == content(1, came.len() as u64), "{lie}");
    }
}
