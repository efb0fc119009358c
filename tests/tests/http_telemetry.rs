//! A span for each attempt, by the conventions of OpenTelemetry.

mod http_wire;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_wire::{Reply, Server, client};
use retry_core::Policy;
use retry_http::RequestBuilderExt;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

type Fields = BTreeMap<String, String>;

/// Keeps the fields of every span.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Fields>>>);

struct Into<'a>(&'a mut Fields);

impl Visit for Into<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").trim_matches('"').to_owned();
        self.0.insert(field.name().to_owned(), value);
    }
}

impl tracing::Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("retry_http")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::new();
        attributes.record(&mut Into(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let at = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut Into(&mut self.0.lock().unwrap()[at]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const POLICY: Policy = Policy::new().max_attempts(2).fixed(Duration::ZERO);

#[tokio::test]
async fn each_attempt_has_a_span_that_shows_nothing_secret() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let server = Server::start(|number| match number {
        0 => Reply::status(503, "", ""),
        _ => Reply::status(200, "", ""),
    })
    .await;
    let url = server
        .url("/path?token=secret")
        .replace("http://", "http://user:secret@");
    client()
        .get(url)
        .header("authorization", "secret")
        .send_with(POLICY)
        .await
        .unwrap();

    let spans = spans.0.lock().unwrap();
    assert_eq!(spans.len(), 2);
    let field = |span: usize, name: &str| spans[span].get(name).map(String::as_str);
    let url = server.url("/path");
    for span in [0, 1] {
        assert_eq!(field(span, "url.full"), Some(&*url));
        assert_eq!(field(span, "http.request.method"), Some("GET"));
        assert_eq!(field(span, "server.address"), Some("127.0.0.1"));
        assert_eq!(
            field(span, "server.port"),
            Some(&*server.port().to_string())
        );
    }
    assert_eq!(field(0, "http.request.resend_count"), None);
    assert_eq!(field(1, "http.request.resend_count"), Some("1"));
    assert_eq!(field(0, "http.response.status_code"), Some("503"));
    assert_eq!(field(0, "error.type"), Some("503"));
    assert_eq!(field(1, "http.response.status_code"), Some("200"));
    assert_eq!(field(1, "error.type"), None);
    assert!(!format!("{spans:?}").contains("secret"));
}
