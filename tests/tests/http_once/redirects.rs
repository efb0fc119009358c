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

const REFUSED: &str = "http://127.0.0.1:1/done";

#[tokio::test]
async fn what_follows_a_redirect_is_not_the_outcome_of_the_order() {
    for code in [301, 302, 303, 307, 308] {
        for location in ["/done", "/done?id=7", REFUSED] {
            let server = shop(code, location).await;
            let (client, url) = (client(), server.url("/order?id=1"));
            let what = format!("{code} to {location}");
            order(&client, &url).await.unwrap_err();
            assert_eq!(orders(&server), 1, "{what}");
            drop(bare(&client, &url).await);
            assert_eq!(orders(&server), 2, "{what}");
            status(&client, &url).await.unwrap_err();
            assert_eq!(orders(&server), 3, "{what}");
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
