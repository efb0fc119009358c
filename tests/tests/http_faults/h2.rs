//! What HTTP/2 says of a stream that it does not answer: the frames that a server needs for that, by the byte.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::Method;
use retry_http::{Classifier, reqwest};

use crate::http_wire::h2::{answering, frame, goaway};
use crate::{Repeat, assert_repeat, get};

fn rst_stream(code: u32) -> Vec<u8> {
    frame(3, 0, 1, &code.to_be_bytes())
}

/// Status 200, and a body to follow.
fn headers() -> Vec<u8> {
    frame(1, 4, 1, &[0x88])
}

async fn error_after(frames: Vec<u8>) -> reqwest::Error {
    let (url, _) = answering(frames).await;
    let builder = retry_http::client_builder().no_proxy();
    let client = builder.http2_prior_knowledge().build().unwrap();
    get(&client, &url).await.unwrap_err()
}

#[tokio::test]
async fn the_clients_own_retries_are_off_or_for_what_was_not_processed() {
    let sent = async |builder: reqwest::ClientBuilder, code| {
        let (url, requests) = answering(rst_stream(code)).await;
        let client = builder.no_proxy().http2_prior_knowledge().build().unwrap();
        get(&client, &url).await.unwrap_err();
        requests.load(Ordering::Relaxed)
    };
    let (refused, internal) = (7, 2);
    assert_eq!(sent(retry_http::client_builder(), refused).await, 1);
    let builtin = || reqwest::Client::builder().retry(retry_http::builtin("127.0.0.1"));
    assert_eq!(sent(builtin(), refused).await, 3);
    assert_eq!(sent(builtin(), internal).await, 1);
}

/// Codes of RFC 9113 (7) that say that the client's own way of speaking is not welcome.
const HOPELESS: [u32; 6] = [1, 3, 6, 9, 12, 13];

#[tokio::test]
async fn a_stream_that_was_reset_may_have_been_acted_upon_unless_it_was_refused() {
    for code in (0..=13).chain([0x77]) {
        let expected = match code {
            7 => Repeat::Any,
            code if HOPELESS.contains(&code) => Repeat::Nothing,
            _ => Repeat::Repeatable,
        };
        let error = error_after(rst_stream(code)).await;
        assert_repeat(&error, expected, &format!("RST_STREAM {code}"));
    }
}

#[tokio::test]
async fn a_stream_above_the_last_of_a_goaway_was_never_processed() {
    for code in (0..=13).chain([0x77]) {
        let hopeless = HOPELESS.contains(&code);
        let expected = if hopeless {
            Repeat::Nothing
        } else {
            Repeat::Any
        };
        let error = error_after(goaway(0, code)).await;
        assert_repeat(&error, expected, &format!("GOAWAY {code}"));
    }
}

/// tonic has a code of its own for it, `RESOURCE_EXHAUSTED`, which is permanent where an application answers it.
#[tokio::test]
async fn a_server_that_asks_for_calm_is_judged_alike_through_tonic() {
    use retry_http::grpc;
    let calm = 11;
    for frames in [rst_stream(calm), goaway(0, calm)] {
        let error = Arc::new(error_after(frames).await);
        let verdict = |classifier: Classifier| classifier.error(&Method::POST, &*error);
        let direct = [
            verdict(Classifier::transient()),
            verdict(Classifier::unprocessed()),
        ];
        for code in [tonic::Code::ResourceExhausted, tonic::Code::Unknown] {
            let mut status = tonic::Status::new(code, "h2 protocol error");
            status.set_source(Arc::clone(&error) as _);
            let outcome: Result<(), _> = Err(status);
            let through = [grpc::transient(&outcome), grpc::unprocessed(&outcome)];
            assert_eq!(through, direct, "{code:?}");
        }
    }
}

#[tokio::test]
async fn a_stream_below_the_last_of_a_goaway_may_have_been_processed() {
    let error = error_after(goaway(1, 0)).await;
    assert_repeat(&error, Repeat::Repeatable, "GOAWAY that covers the stream");
    let error = error_after(vec![]).await;
    assert_repeat(&error, Repeat::Repeatable, "FIN");
}

#[tokio::test]
async fn a_body_that_http2_cuts_off_may_be_asked_for_again() {
    for code in [2, 8] {
        let error = error_after([headers(), rst_stream(code)].concat()).await;
        assert_repeat(
            &error,
            Repeat::Repeatable,
            &format!("RST_STREAM {code} in the body"),
        );
    }
    let part = frame(0, 0, 1, b"part");
    let error = error_after([headers(), part].concat()).await;
    assert_repeat(&error, Repeat::Repeatable, "FIN in the body");
}

#[tokio::test]
async fn a_server_that_breaks_the_rules_of_http2_is_not_asked_again() {
    let error = error_after(frame(1, 4, 0, &[0x88])).await;
    assert_repeat(&error, Repeat::Nothing, "HEADERS on stream 0");
}
