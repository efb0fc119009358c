//! Keys under other names, and what a provider's word is worth without one.

use http::HeaderName;
use retry_core::{Policy, retry};
use retry_http::{
    Classifier, KeyStyle, RequestBuilderExt, ResponseExt, RetryLayer, RetryMiddleware, reqwest,
};
use tower_layer::Layer;
use tower_service::Service;

use crate::http_wire::{Reply, Server, client};

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(std::time::Duration::ZERO);
const PAYPAL: HeaderName = HeaderName::from_static("paypal-request-id");

fn keys(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let lines = requests.iter().flat_map(|request| request.lines());
    let keys = lines.filter_map(|line| line.strip_prefix("paypal-request-id: "));
    keys.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_key_under_the_name_that_was_chosen_is_a_key() {
    let style = KeyStyle::new().name(PAYPAL);
    let server = Server::start(|_| Reply::status(500, "", "broken")).await;
    let request = || client().post(server.url("/")).body("x");

    let key = style.key();
    let sent = request().send_with(POLICY).idempotency_key(&key).await;
    assert_eq!(sent.unwrap().status(), 500);

    let middleware = RetryMiddleware::new(POLICY).idempotency_keys(style.clone());
    let with = reqwest_middleware::ClientBuilder::new(client())
        .with(middleware)
        .build();
    with.execute(request().build().unwrap()).await.unwrap();

    let layer = RetryLayer::new(POLICY).idempotency_keys(style);
    let mut service = layer.layer(client());
    service.call(request().build().unwrap()).await.unwrap();

    let keys = keys(&server);
    assert_eq!((server.count(), keys.len()), (9, 9));
    for call in keys.chunks(3) {
        assert!(call.iter().all(|key| *key == call[0]));
    }
    assert!(keys[0] != keys[3] && keys[3] != keys[6]);
}

#[tokio::test]
async fn stripes_wish_repeats_no_call_without_a_key() {
    const STRIPE: Classifier = Classifier::unprocessed().stripe();
    #[retry(policy = POLICY, when = STRIPE)]
    async fn pay(url: &str) -> Result<reqwest::Response, retry_http::Error> {
        client().post(url).send().await?.check().await
    }
    for code in [409, 500] {
        let server =
            Server::start(move |_| Reply::status(code, "stripe-should-retry: true\r\n", "")).await;
        pay(&server.url("/")).await.unwrap_err();
        assert_eq!(server.count(), 1, "{code}");
        let sent = client().post(server.url("/")).send_with(POLICY);
        sent.classifier(Classifier::by_method().stripe())
            .await
            .unwrap();
        assert_eq!(server.count(), 2, "{code}");
        let keyed = client()
            .post(server.url("/"))
            .header("idempotency-key", "1");
        let sent = keyed
            .send_with(POLICY)
            .classifier(Classifier::by_method().stripe());
        sent.await.unwrap();
        assert_eq!(server.count(), 5, "{code}");
    }
}

/// Two keys would tell a server two things; an empty one tells it nothing.
#[tokio::test]
async fn a_request_has_one_key_and_an_empty_one_is_none() {
    let server = Server::start(|_| Reply::status(500, "", "broken")).await;
    let sent = |value: &'static str| {
        let request = client()
            .post(server.url("/"))
            .header("x-idempotency-key", value);
        let key = KeyStyle::new().key();
        async move {
            request
                .send_with(POLICY)
                .idempotency_key(&key)
                .await
                .unwrap()
        }
    };
    sent("own").await;
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|request| request.matches("idempotency-key: ").count() == 1)
    );
    for empty in ["", "  ", "\"\""] {
        let before = server.count();
        let request = client()
            .post(server.url("/"))
            .header("idempotency-key", empty);
        request.send_with(POLICY).await.unwrap();
        assert_eq!(server.count() - before, 1, "{empty:?}");
    }
    let before = server.count();
    let (request, key) = (client().post(server.url("/")), KeyStyle::new().key());
    let request = request.header("idempotency-key", "");
    request
        .send_with(POLICY)
        .idempotency_key(&key)
        .await
        .unwrap();
    let requests = &server.requests()[before..];
    let sent = format!("idempotency-key: \"{key}\"");
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.contains(&sent)));
}

#[tokio::test]
async fn a_request_that_may_run_twice_gets_no_key() {
    let server = Server::start(|_| Reply::status(500, "", "broken")).await;
    let key = KeyStyle::new().key();
    let sent = client().put(server.url("/")).send_with(POLICY);
    sent.idempotency_key(&key).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|request| !request.contains("idempotency-key"))
    );
}
