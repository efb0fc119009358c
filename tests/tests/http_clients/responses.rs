//! A status inside `Ok`, and inside the errors that wrap a client's.

use std::error::Error;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_core::{Policy, Verdict, retry};
use retry_http::{Fault, reqwest};

use crate::http_wire::{Reply, Server, client};

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(std::time::Duration::ZERO);

type Hyper = Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>>;

#[retry(policy = POLICY, when = retry_http::transient)]
async fn hyper(
    client: &Hyper,
    url: &str,
) -> Result<http::Response<hyper::body::Incoming>, hyper_util::client::legacy::Error> {
    client.get(url.parse().unwrap()).await
}

#[tokio::test]
async fn hyper_utils_response_is_judged_by_its_status() {
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let client = Client::builder(TokioExecutor::new()).build_http();
    assert_eq!(
        hyper(&client, &server.url("/")).await.unwrap().status(),
        503
    );
    assert_eq!(server.count(), 3);
}

#[test]
fn a_response_is_judged_whatever_is_known_of_its_body() {
    let response = |status| http::Response::builder().status(status);
    let body = |status| -> [Verdict; 5] {
        [
            retry_http::transient(&Ok::<_, retry_http::Error>(
                response(status).body(()).unwrap(),
            )),
            retry_http::transient(&anyhow::Ok(response(status).body(String::new()).unwrap())),
            retry_http::transient(&anyhow::Ok(response(status).body(vec![0_u8]).unwrap())),
            retry_http::transient(&anyhow::Ok(response(status).body(Bytes::new()).unwrap())),
            retry_http::transient(&anyhow::Ok(
                response(status).body(reqwest::Body::from("x")).unwrap(),
            )),
        ]
    };
    assert_eq!(body(503), [Verdict::Retry; 5]);
    assert_eq!(body(404), [Verdict::Permanent; 5]);
    assert_eq!(body(200), [Verdict::Done; 5]);
}

#[retry(policy = POLICY, when = retry_http::transient)]
fn blocking(
    client: &reqwest::blocking::Client,
    url: &str,
) -> Result<reqwest::blocking::Response, reqwest::Error> {
    client.get(url).send()
}

#[tokio::test]
async fn the_blocking_clients_response_is_judged_by_its_status() {
    let server = Server::start(|_| Reply::status(503, "", "busy")).await;
    let url = server.url("/");
    let call = move || {
        let client = reqwest::blocking::Client::builder().no_proxy().build();
        blocking(&client.unwrap(), &url).map(|response| response.status())
    };
    let status = tokio::task::spawn_blocking(call).await.unwrap().unwrap();
    assert_eq!((status.as_u16(), server.count()), (503, 3));
}

#[derive(Debug, thiserror::Error)]
enum ShopError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("sold out")]
    SoldOut,
}

impl Fault for ShopError {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Http(error) => Some(error),
            Self::SoldOut => None,
        }
    }
}

#[retry(policy = POLICY, when = retry_http::transient)]
async fn shop(client: &reqwest::Client, url: &str) -> Result<(), ShopError> {
    let response = client.get(url).send().await?.error_for_status()?;
    if response.status() == 204 {
        return Err(ShopError::SoldOut);
    }
    Ok(())
}

#[tokio::test]
async fn an_error_of_ones_own_is_looked_into_after_three_lines() {
    for (code, requests) in [(503, 3), (404, 1), (204, 1)] {
        let server = Server::start(move |_| Reply::status(code, "", "")).await;
        shop(&client(), &server.url("/")).await.unwrap_err();
        assert_eq!(server.count(), requests, "{code}");
    }
}

#[tokio::test]
async fn an_error_with_the_story_of_its_call_is_looked_into() {
    #[retry(max_attempts = 1, wrap_error)]
    async fn inner(url: &str) -> Result<(), retry_core::RetryError<reqwest::Error>> {
        client().get(url).send().await?.error_for_status()?;
        Ok(())
    }
    let server = Server::start(|_| Reply::status(503, "", "")).await;
    let outcome = inner(&server.url("/")).await;
    assert_eq!(retry_http::transient(&outcome), Verdict::Retry);
}
