//! `stream`.

use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use retry_core::Policy;
use retry_http::{BodyStream, Error, RequestBuilderExt, reqwest};

use crate::resume_files::{Answer, Files, client, content};

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);
const LENGTH: u64 = 3_000_000;

/// All that came, and how it ended.
async fn read(mut body: BodyStream<'_>) -> (Vec<u8>, Result<(), Error>) {
    let mut read = Vec::new();
    loop {
        match body.chunk().await {
            Ok(Some(bytes)) => read.extend_from_slice(&bytes),
            Ok(None) => return (read, Ok(())),
            Err(error) => {
                assert!(body.chunk().await.unwrap().is_none(), "it ended");
                return (read, Err(error));
            }
        }
    }
}

#[tokio::test]
async fn each_byte_comes_once() {
    let files = Files::cutting(LENGTH, 700_000);
    let body = client().get(files.url()).send_with(POLICY).stream();
    let (came, end) = read(body).await;
    assert!(end.is_ok() && came == content(1, LENGTH), "{end:?}");
    let asked = files.asked();
    let ranges: Vec<_> = asked.iter().map(|asked| asked.range).collect();
    let etag = Some("\"1\"".to_owned());
    assert_eq!(
        ranges,
        [
            None,
            Some(700_000),
            Some(1_400_000),
            Some(2_100_000),
            Some(2_800_000)
        ]
    );
    assert!(asked[1..].iter().all(|asked| asked.if_range == etag));
    let identity = Some("identity".to_owned());
    assert!(asked.iter().all(|asked| asked.accept_encoding == identity));
}

#[tokio::test]
async fn it_is_a_stream_that_can_be_sent_on_as_a_body() {
    let files = Files::cutting(LENGTH, 1_000_000);
    let mut body = client().get(files.url()).send_with(POLICY).stream();
    let first = body.next().await.unwrap().unwrap();
    assert!(content(1, LENGTH).starts_with(&first));
    drop(body);

    let body = client().get(files.url()).send_with(POLICY).stream();
    let collected: Vec<_> = Pin::from(Box::new(body)).collect().await;
    let length: usize = collected
        .iter()
        .map(|item| item.as_ref().unwrap().len())
        .sum();
    assert_eq!(length as u64, LENGTH);
}

#[tokio::test]
async fn a_stall_is_a_fault_as_any_other() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        if asked.number < 2 {
            answer.stall(1_000_000)
        } else {
            answer
        }
    });
    let body = client().get(files.url()).send_with(POLICY).stream();
    let (came, end) = read(body).await;
    assert!(end.is_ok() && came == content(1, LENGTH), "{end:?}");
    assert_eq!(files.count(), 3);
}

#[tokio::test]
async fn an_attempt_that_timed_out_loses_nothing() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        if asked.number < 4 {
            answer.stall(500_000)
        } else {
            answer
        }
    });
    let client = retry_http::client_builder().no_proxy().build().unwrap();
    let limited = POLICY.attempt_timeout(Duration::from_millis(200));
    let (came, end) = read(client.get(files.url()).send_with(limited).stream()).await;
    assert!(end.is_ok() && came == content(1, LENGTH), "{end:?}");
    assert_eq!(files.count(), 5);
}

#[tokio::test]
async fn an_attempt_that_timed_out_in_a_body_that_cannot_be_resumed_was_the_last() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH).without("etag");
        answer.stall(500_000)
    });
    let client = retry_http::client_builder().no_proxy().build().unwrap();
    let limited = POLICY.attempt_timeout(Duration::from_millis(200));
    let (came, end) = read(client.get(files.url()).send_with(limited).stream()).await;
    let error = end.unwrap_err();
    assert!(
        error.to_string().ends_with("no strong validator"),
        "{error}"
    );
    assert_eq!((came.len(), files.count()), (500_000, 1));
}

#[tokio::test]
async fn what_was_handed_on_is_never_followed_by_something_else() {
    let files = Files::start(|asked| {
        let version = if asked.number == 0 { 1 } else { 2 };
        Answer::honest(asked, version, LENGTH).cut(1_000_000)
    });
    let (came, end) = read(client().get(files.url()).send_with(POLICY).stream()).await;
    let error = end.unwrap_err();
    assert!(error.resume_error().unwrap().is_changed(), "{error}");
    assert!(came == content(1, 1_000_000));
    assert_eq!(files.count(), 2);
}

#[tokio::test]
async fn a_body_that_cannot_be_resumed_says_why_and_how_it_broke() {
    let files = Files::start(|asked| Answer::honest(asked, 1, LENGTH).without("etag").cut(1000));
    let (came, end) = read(client().get(files.url()).send_with(POLICY).stream()).await;
    let error = end.unwrap_err();
    let resume = error.resume_error().unwrap();
    assert!(resume.is_not_resumable() && came.len() == 1000, "{error}");
    let why = "byte 1000 and cannot be resumed: the server gave no strong validator";
    assert!(error.to_string().ends_with(why), "{error}");
    let below = std::error::Error::source(resume).unwrap();
    assert!(
        below.to_string().ends_with("the response body was cut off"),
        "{below}"
    );
    assert_eq!(files.count(), 1, "nothing is asked for in vain");
}

#[tokio::test]
async fn a_body_without_a_length_is_not_resumed() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH).without("content-length");
        answer.with("transfer-encoding", "chunked").cut(1000)
    });
    let (came, end) = read(client().get(files.url()).send_with(POLICY).stream()).await;
    let error = end.unwrap_err();
    assert!(
        error.to_string().ends_with("its length is not known"),
        "{error}"
    );
    assert_eq!((came.len(), files.count()), (1000, 1));
}

#[tokio::test]
async fn a_part_that_breaks_off_after_its_last_byte_is_the_rest() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        match asked.number {
            0 => answer.cut(1000),
            _ => answer
                .without("content-length")
                .with("transfer-encoding", "chunked"),
        }
    });
    let (came, end) = read(client().get(files.url()).send_with(POLICY).stream()).await;
    assert!(end.is_ok() && came == content(1, LENGTH), "{end:?}");
    assert_eq!(files.count(), 2);
}

#[tokio::test]
async fn only_a_get_of_the_whole_is_sent() {
    let files = Files::cutting(LENGTH, LENGTH);
    let client = client();
    for request in [
        client.post(files.url()),
        client.get(files.url()).header("range", "bytes=1-2"),
        client.get(files.url()).header("if-range", "\"1\""),
        client
            .get(files.url())
            .body(reqwest::Body::wrap(http_body_util::StreamBody::new(
                futures_util::stream::empty::<Result<http_body::Frame<bytes::Bytes>, Error>>(),
            ))),
    ] {
        let (came, end) = read(request.send_with(POLICY).stream()).await;
        let error = end.unwrap_err();
        assert!(error.resume_error().unwrap().is_not_resumable(), "{error}");
        assert!(came.is_empty());
    }
    assert_eq!(files.count(), 0);
}

#[tokio::test]
async fn a_status_is_an_error_with_its_headers() {
    let files = Files::start(|asked| {
        let mut answer = Answer::honest(asked, 1, 0).with("x-a", "b");
        answer.status = 404;
        answer
    });
    let (_, end) = read(client().get(files.url()).send_with(POLICY).stream()).await;
    let error = end.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(error.headers()["x-a"], "b");
    assert_eq!(files.count(), 1);
}
