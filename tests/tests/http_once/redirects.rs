//! A redirect that was followed: the outcome is that of a second request, and the first may have been acted upon.

use retry_core::{Policy, retry};
use retry_http::{RequestBuilderExt, ResponseExt, reqwest};

use crate::http_wire::{Reply, Server, client};

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(std::time::Duration::ZERO);

/// Takes an order, and answers with a redirect to where it can be looked at.
async fn shop(code: u16, location: &'static str) -> Server {
    Server::start_by_request(move |request| {
        if request.contains(" /order") {
            Reply::status(code, &format!("location: {location}\r\n"), "")
        } else {
            Reply::status(429, "", "later")
        }
    })
    .await
}

fn orders(server: &Server) -> usize {
    let requests = server.requests();
    requests
        .iter()
        .filter(|request| request.contains(" /order"))
        .count()
}

#[retry(policy = POLICY, when = retry_http::unprocessed)]
async fn order(
    client: &reqwest::Client,
    url: &str,
) -> Result<reqwest::Response, retry_http::Error> {
    client
        .post(url)
        .body("one of these")
        .send()
        .await?
        .check()
        .await
}

#[retry(policy = POLICY, when = retry_http::unprocessed)]
async fn bare(client: &reqwest::Client, url: &str) -> Result<reqwest::Response, reqwest::Error> {
    client.post(url).body("one of these").send().await
}

#[retry(policy = POLICY, when = retry_http::unprocessed)]
async fn status(client: &reqwest::Client, url: &str) -> anyhow::Result<reqwest::Response> {
    Ok(client
        .post(url)
        .body("one of these")
        .send()
        .await?
        .error_for_status()?)
}

#[retry(policy = POLICY, when = retry_http::unprocessed)]
async fn status_alone(client: &reqwest::Client, url: &str) -> Result<(), retry_http::Error> {
    let sent = client.post(url).body("one of these").send().await?;
    sent.error_for_status()?;
    Ok(())
}

const REFUSED: &str = "http://127.0.0.1:1/done";

#[tokio::test]
async fn what_follows_a_redirect_is_not_the_outcome_of_the_order() {
    for code in [301, 302, 303, 307, 308] {
        for location in [
            "/done",
            "/done?id=7",
            REFUSED,
            "http://nowhere.invalid/done",
        ] {
            let server = shop(code, location).await;
            let (client, url) = (client(), server.url("/order?id=1"));
            let what = format!("{code} to {location}");
            order(&client, &url).await.unwrap_err();
            assert_eq!(orders(&server), 1, "{what}");
            drop(bare(&client, &url).await);
            assert_eq!(orders(&server), 2, "{what}");
            status(&client, &url).await.unwrap_err();
            assert_eq!(orders(&server), 3, "{what}");
            status_alone(&client, &url).await.unwrap_err();
            assert_eq!(orders(&server), 4, "{what}");
        }
    }
}

/// The URL tells, whoever made the client; of a connection, the address does.
#[tokio::test]
async fn a_request_with_a_policy_sees_where_any_client_ended_up() {
    for location in ["/done", REFUSED] {
        let server = shop(303, location).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.post(server.url("/order")).body("one of these");
        let outcome = request.send_with(POLICY).check().await;
        assert!(outcome.is_err());
        assert_eq!(orders(&server), 1, "{location}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_the_urls_is_seen_in_any_clients_error() {
    let server = shop(303, REFUSED).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    order(&client, &server.url("/order")).await.unwrap_err();
    assert_eq!(orders(&server), 1);
}

#[tokio::test]
async fn another_host_at_the_same_port_is_seen_in_any_clients_error() {
    let server = Server::start_by_request(|request| {
        // The whole of 127.0.0.0/8 is this machine, and nobody listens there.
        let port = request.split("127.0.0.1:").nth(1).unwrap_or_default();
        let port = port.lines().next().unwrap_or_default();
        Reply::status(
            303,
            &format!("location: http://127.0.0.2:{port}/done\r\n"),
            "",
        )
    })
    .await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    order(&client, &server.url("/order")).await.unwrap_err();
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn without_a_redirect_a_refusal_is_one() {
    let server = shop(303, "/done").await;
    let error = order(&client(), &server.url("/busy")).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.count()), (429, 3));
    let mut events = 0;
    let outcome = POLICY
        .when(retry_http::unprocessed)
        .on_retry(|_| events += 1)
        .retry(async || client().post("http://127.0.0.1:1/").send().await)
        .await;
    assert!(outcome.unwrap_err().is_connect());
    assert_eq!(events, 2);
}

#[tokio::test]
async fn a_wrapper_that_hides_the_error_does_not_hide_the_redirect() {
    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Mine(#[from] retry_http::Error);

    #[retry(policy = POLICY, when = retry_http::unprocessed)]
    async fn order(client: &reqwest::Client, url: &str) -> anyhow::Result<()> {
        async fn once(client: &reqwest::Client, url: &str) -> Result<(), Mine> {
            let sent = client
                .post(url)
                .send()
                .await
                .map_err(retry_http::Error::from)?;
            sent.check().await?;
            Ok(())
        }
        Ok(once(client, url).await?)
    }
    for location in ["/done", REFUSED] {
        let server = shop(303, location).await;
        order(&client(), &server.url("/order")).await.unwrap_err();
        assert_eq!(orders(&server), 1, "{location}");
    }
}

#[tokio::test]
async fn what_may_run_twice_is_repeated_after_a_redirect_too() {
    let server = shop(303, "/done").await;
    let sent = client().get(server.url("/order")).send_with(POLICY).await;
    assert_eq!((sent.unwrap().status().as_u16(), orders(&server)), (429, 3));
}

/// A refusal that comes while hundreds of other redirects are under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_orders_at_once_are_each_sent_once() {
    const CALLS: usize = 400;
    let server = Server::start_by_request(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        if path.starts_with("/order") {
            let done = path.replace("order", "done");
            Reply::status(303, &format!("location: {done}\r\n"), "")
        } else {
            Reply::Late(
                std::time::Duration::from_secs(1),
                b"HTTP/1.1 429 X\r\ncontent-length: 0\r\n\r\n".to_vec(),
            )
        }
    })
    .await;
    let client = client();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..CALLS {
        let (client, url) = (client.clone(), server.url(&format!("/order/{number}")));
        calls.spawn(async move { order(&client, &url).await.map(drop) });
    }
    let outcomes = calls.join_all().await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(orders(&server), CALLS);
}

/// A shop that has answered by redirects may refuse the next order, and that is no redirect.
#[tokio::test]
async fn after_a_redirect_that_succeeded_a_refusal_is_one() {
    let server = Server::start(|number| match number {
        0 => Reply::status(303, "location: /done\r\n", ""),
        1 => Reply::status(200, "", "done"),
        _ => Reply::status(429, "", "later"),
    })
    .await;
    let client = client();
    order(&client, &server.url("/order")).await.unwrap();
    order(&client, &server.url("/order")).await.unwrap_err();
    assert_eq!((server.count(), orders(&server)), (5, 4));
}

/// Somebody else looks at the same page while an order is led there.
#[tokio::test]
async fn a_success_of_others_does_not_hide_a_redirect() {
    let server = Server::start_by_request(|request| {
        if request.contains(" /order") {
            Reply::status(303, "location: /done\r\n", "")
        } else if request.contains("x-visitor") {
            Reply::status(200, "", "done")
        } else {
            let answer = b"HTTP/1.1 429 X\r\ncontent-length: 0\r\n\r\n";
            Reply::Late(std::time::Duration::from_millis(300), answer.to_vec())
        }
    })
    .await;
    let client = client();
    let visit = async {
        while server.count() < 2 {
            tokio::task::yield_now().await;
        }
        let visitor = client.get(server.url("/done")).header("x-visitor", "1");
        visitor.send().await.unwrap().check().await.unwrap();
    };
    let url = server.url("/order");
    let (outcome, ()) = tokio::join!(order(&client, &url), visit);
    outcome.unwrap_err();
    assert_eq!(orders(&server), 1);
}

#[tokio::test]
async fn a_redirect_around_to_the_same_url_is_seen() {
    let around = || {
        Server::start(|number| match number % 3 {
            0 => Reply::status(303, "location: /login\r\n", ""),
            1 => Reply::status(303, "location: /order\r\n", ""),
            _ => Reply::status(429, "", "later"),
        })
    };
    let server = around().await;
    order(&client(), &server.url("/order")).await.unwrap_err();
    assert_eq!(server.count(), 3);
    let server = around().await;
    let request = client().post(server.url("/order")).body("one of these");
    request.send_with(POLICY).await.unwrap();
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn an_error_without_its_url_does_not_prove_that_nothing_was_sent() {
    #[retry(policy = POLICY, when = retry_http::unprocessed)]
    async fn order(client: &reqwest::Client, url: &str) -> Result<(), retry_http::Error> {
        let sent = client.post(url).body("one of these").send().await;
        sent.map_err(reqwest::Error::without_url)?.check().await?;
        Ok(())
    }
    let server = shop(303, REFUSED).await;
    order(&client(), &server.url("/order")).await.unwrap_err();
    assert_eq!(orders(&server), 1);
}

#[tokio::test]
async fn a_response_that_does_not_show_its_url_is_not_trusted() {
    #[retry(policy = POLICY, when = retry_http::unprocessed)]
    async fn order(
        client: &reqwest::Client,
        url: &str,
    ) -> Result<http::Response<reqwest::Body>, reqwest::Error> {
        Ok(client.post(url).body("one of these").send().await?.into())
    }
    let server = shop(303, "/done").await;
    drop(order(&client(), &server.url("/order")).await);
    assert_eq!(orders(&server), 1);
}

/// A cache or a limiter answers in the server's place, and its response has no URL.
#[tokio::test]
async fn a_response_that_was_not_received_was_not_redirected() {
    struct Limiter(std::sync::atomic::AtomicU32);
    #[async_trait::async_trait]
    impl reqwest_middleware::Middleware for Limiter {
        async fn handle(
            &self,
            _: reqwest::Request,
            _: &mut http::Extensions,
            _: reqwest_middleware::Next<'_>,
        ) -> reqwest_middleware::Result<reqwest::Response> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(http::Response::builder()
                .status(429)
                .body("")
                .unwrap()
                .into())
        }
    }
    let limiter = std::sync::Arc::new(Limiter(0.into()));
    let client = reqwest_middleware::ClientBuilder::new(client())
        .with(retry_http::RetryMiddleware::new(POLICY))
        .with_arc(limiter.clone())
        .build();
    let response = client.post("http://127.0.0.1:1/").send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(limiter.0.load(std::sync::atomic::Ordering::Relaxed), 3);
}
