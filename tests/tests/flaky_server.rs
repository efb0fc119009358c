//! The flaky server does what its paths say, as seen by a client that does not retry.

use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use flaky::Flaky;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response};
use serde_json::{Value, json};

async fn get(server: &Flaky, path: &str) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    client.get(server.url(path)).send().await.unwrap()
}

async fn statuses(server: &Flaky, path: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(get(server, path).await.status().as_u16());
    }
    statuses
}

/// Everything the server sends until it closes the connection.
fn raw(server: &Flaky, path: &str) -> (String, io::Result<()>) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: flaky\r\n\r\n").unwrap();
    let mut received = Vec::new();
    let end = stream.read_to_end(&mut received).map(drop);
    (String::from_utf8(received).unwrap(), end)
}

#[tokio::test]
async fn a_seed_repeats_the_random_answers() {
    let path = "/status/200,404,503";
    let mut runs = Vec::new();
    for _ in 0..2 {
        let server = Flaky::builder().seed(7).start().unwrap();
        runs.push(statuses(&server, path, 30).await);
    }
    assert_eq!(runs[0], runs[1]);
    for code in [200, 404, 503] {
        assert!(runs[0].contains(&code), "{code} never came: {:?}", runs[0]);
    }
}

#[tokio::test]
async fn weights_shift_the_odds() {
    let server = Flaky::builder().seed(7).start().unwrap();
    let statuses = statuses(&server, "/status/200:0.95,503:0.05", 40).await;
    let good = statuses.iter().filter(|status| **status == 200).count();
    assert!(good > 30, "{statuses:?}");
}

#[tokio::test]
async fn a_sequence_is_answered_in_turn_for_each_key_and_sticks_at_its_last() {
    let server = Flaky::start().unwrap();
    let path = "/sequence/503,429,200?key=a";
    assert_eq!(statuses(&server, path, 5).await, [503, 429, 200, 200, 200]);
    assert_eq!(
        statuses(&server, "/sequence/503,429,200?key=b", 2).await,
        [503, 429]
    );
    assert_eq!(statuses(&server, "/sequence/503,429,200", 1).await, [503]);
}

#[tokio::test]
async fn an_error_has_the_shape_that_google_clients_read() {
    let server = Flaky::start().unwrap();
    let body: Value = get(&server, "/status/503").await.json().await.unwrap();
    let expected = json!({
        "error": {
            "code": 503,
            "message": "Service Unavailable",
            "errors": [
                { "domain": "global", "reason": "backendError", "message": "Service Unavailable" }
            ],
        }
    });
    assert_eq!(body, expected);

    let chosen = get(&server, "/status/403?reason=rateLimitExceeded").await;
    let body: Value = chosen.json().await.unwrap();
    assert_eq!(body["error"]["errors"][0]["reason"], "rateLimitExceeded");
}

#[tokio::test]
async fn errors_carry_the_hint_that_was_asked_for() {
    let server = Flaky::start().unwrap();
    let seconds = get(&server, "/status/503?retry_after=2").await;
    assert_eq!(seconds.headers()[RETRY_AFTER], "2");

    let milliseconds = get(&server, "/sequence/429,200?retry_after_ms=150").await;
    assert_eq!(milliseconds.headers()["retry-after-ms"], "150");
    assert!(!milliseconds.headers().contains_key(RETRY_AFTER));

    let date = get(&server, "/status/503?retry_after_date=60").await;
    let date = date.headers()[RETRY_AFTER].to_str().unwrap();
    let ahead = httpdate::parse_http_date(date)
        .unwrap()
        .duration_since(SystemTime::now());
    assert!((1..=60).contains(&ahead.unwrap().as_secs()), "{date}");

    let fine = get(&server, "/status/200?retry_after=2").await;
    assert!(!fine.headers().contains_key(RETRY_AFTER));
}

#[tokio::test]
async fn a_slow_head_or_a_slow_body_outlasts_the_client() {
    let server = Flaky::start().unwrap();
    // Long enough for the head to arrive on a busy machine, and nothing to the server's minute.
    let client = Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let head = client.get(server.url("/delay/60000")).send();
    let body = async {
        let answered = client
            .get(server.url("/delay/60000?before=body"))
            .send()
            .await
            .unwrap();
        answered.text().await
    };
    let (head, body) = tokio::join!(head, body);
    assert!(head.is_err_and(|error| error.is_timeout()));
    assert!(body.is_err_and(|error| error.is_timeout()));
}

#[tokio::test]
async fn a_short_delay_ends_in_a_whole_answer() {
    let server = Flaky::start().unwrap();
    for path in ["/delay/1", "/delay/1?before=body"] {
        let body: Value = get(&server, path).await.json().await.unwrap();
        assert_eq!(body, json!({ "status": 200 }), "{path}");
    }
}

#[test]
fn a_truncated_answer_promises_more_than_it_sends() {
    let server = Flaky::start().unwrap();
    let (answer, end) = raw(&server, "/truncated");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("content-length: 28"), "{head}");
    assert_eq!(body, "half of a body");
    end.unwrap();
}

#[test]
fn a_reset_sends_rst_and_not_a_byte() {
    let server = Flaky::start().unwrap();
    let (answer, end) = raw(&server, "/reset");
    assert_eq!(answer, "");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_told_why() {
    let server = Flaky::start().unwrap();
    for (path, part) in [
        ("/status/abc", "`abc` is not a status from 200 to 599"),
        ("/status/200:0", "`0` is not a weight"),
        ("/status/503?retry_after=soon", "retry_after"),
        ("/sequence/503:2,200", "`503:2` has a weight"),
        ("/delay/long", "long"),
        ("/delay/1?before=noon", "noon"),
    ] {
        let refusal = get(&server, path).await;
        assert_eq!(refusal.status(), 400, "{path}");
        let body: Value = refusal.json().await.unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains(part), "{path}: {message}");
        assert_eq!(body["error"]["errors"][0]["reason"], "badRequest", "{path}");
    }
    let nowhere: Value = get(&server, "/nowhere").await.json().await.unwrap();
    assert_eq!(nowhere["error"]["code"], 404);
}

#[tokio::test]
async fn requests_are_counted_by_path_and_idempotency_keys_kept() {
    let server = Flaky::start().unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let url = server.url("/status/200?some=query");
    client
        .post(&url)
        .header("Idempotency-Key", "\"k1\"")
        .send()
        .await
        .unwrap();
    client.post(&url).send().await.unwrap();

    assert_eq!(server.requests("/status/200"), 2);
    assert_eq!(server.requests("/status/503"), 0);
    assert_eq!(
        server.idempotency_keys("/status/200"),
        [Some("\"k1\"".to_owned()), None]
    );
}

#[test]
fn a_dropped_server_ends_its_connections_and_listens_no_more() {
    let server = Flaky::start().unwrap();
    let address = server.address();
    let mut waiting = TcpStream::connect(address).unwrap();
    write!(
        waiting,
        "GET /delay/600000?before=body HTTP/1.1\r\nhost: flaky\r\n\r\n"
    )
    .unwrap();
    // The first byte shows that the answer is under way.
    waiting.read_exact(&mut [0]).unwrap();

    drop(server);
    // Either end will do, as long as it comes.
    let _ = waiting.read_to_end(&mut Vec::new());
    assert_eq!(
        TcpStream::connect(address).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
}

#[tokio::test]
async fn a_reset_reaches_a_client_as_a_connection_error() {
    let server = Flaky::start().unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let error = client.get(server.url("/reset")).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    let mut cause: Option<&dyn Error> = Some(&error);
    let reset = std::iter::from_fn(|| {
        let current = cause?;
        cause = current.source();
        Some(current)
    })
    .filter_map(|error| error.downcast_ref::<io::Error>())
    .any(|error| error.kind() == ErrorKind::ConnectionReset);
    assert!(reset, "{error:?}");
}
