//! `PerHost`: each host has guards of its own, bounded in number, shared by clones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Cooldown, Guard, Policy, Rejected};
use retry_http::{HostGuards, NoResponse, PerHost, RequestBuilderExt, RetryMiddleware};

use crate::http_wire::{Reply, Server, client};

const TWICE: Policy = Policy::new().max_attempts(2).fixed(Duration::ZERO);

async fn failing() -> Server {
    Server::start(|_| Reply::status(500, "", "broken")).await
}

async fn served() -> Server {
    Server::start(|_| Reply::status(200, "", "served")).await
}

fn breakers() -> PerHost {
    PerHost::new(|_| HostGuards::new().breaker(CircuitBreaker::new().min_calls(2)))
}

#[tokio::test]
async fn one_host_that_is_down_does_not_close_the_others() {
    let (down, up, hosts) = (failing().await, served().await, breakers());
    let call = |server: &Server| {
        client()
            .get(server.url("/"))
            .send_with(hosts.over(TWICE))
            .text()
    };
    let error = call(&down).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    let refused = call(&down).await.unwrap_err();
    let source =
        std::error::Error::source(&refused).and_then(|source| source.downcast_ref::<Rejected>());
    assert_eq!(source.map(Rejected::guard), Some(Guard::Breaker));
    assert_eq!(down.count(), 2);
    assert_eq!(call(&up).await.unwrap(), "served");
}

#[tokio::test]
async fn clones_share_the_guards_and_so_do_all_adapters() {
    let (down, hosts) = (failing().await, breakers());
    let client = || {
        reqwest_middleware::ClientBuilder::new(client())
            .with(RetryMiddleware::new(hosts.clone().over(TWICE)))
            .build()
    };
    let response = client().get(down.url("/")).send().await.unwrap();
    assert_eq!(response.status(), 500);
    let refused = client().get(down.url("/")).send().await.unwrap_err();
    let reqwest_middleware::Error::Middleware(refused) = refused else {
        panic!("{refused:?}");
    };
    let refused = refused.downcast::<NoResponse>().unwrap().into_inner();
    assert!(refused.is::<Rejected>());
    let by_method = crate::http_wire::client()
        .get(down.url("/"))
        .send_with(hosts.over(TWICE));
    assert!(by_method.text().await.is_err());
    assert_eq!(down.count(), 2);
}

#[tokio::test]
async fn guards_are_made_once_for_each_authority() {
    let made = Arc::new(std::sync::Mutex::new(Vec::new()));
    let names = Arc::clone(&made);
    let hosts = PerHost::new(move |authority| {
        names.lock().unwrap().push(authority.to_owned());
        HostGuards::new().budget(Budget::new(0.1))
    });
    let (one, other) = (served().await, served().await);
    for server in [&one, &other, &one] {
        let secret = server.url("/").replace("http://", "http://user:secret@");
        let request = client().get(secret + "?token=secret");
        request.send_with(hosts.over(TWICE)).text().await.unwrap();
    }
    let expected = [one.port(), other.port()].map(|port| format!("127.0.0.1:{port}"));
    assert_eq!(*made.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_cooldown_of_one_host_leaves_the_others_alone() {
    let hosts = PerHost::new(|_| HostGuards::new().cooldown(Cooldown::new()));
    let limited = Server::start(|_| Reply::status(429, "retry-after: 30\r\n", "")).await;
    let up = served().await;
    let call = |server: &Server| {
        let retry = hosts.over(TWICE.max_hint(Duration::from_secs(1)));
        client().get(server.url("/")).send_with(retry).text()
    };
    assert!(call(&limited).await.is_err());
    assert!(call(&limited).await.is_err());
    assert_eq!(limited.count(), 1, "the second call was held");
    assert_eq!(call(&up).await.unwrap(), "served");
}

#[tokio::test]
async fn the_least_recently_used_are_forgotten_and_guards_in_use_stay() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let hosts = PerHost::new(move |_| {
        count.fetch_add(1, Relaxed);
        HostGuards::new().budget(Budget::new(0.1))
    })
    .most_hosts(2);
    let stalled = Server::start(|_| Reply::Stall(vec![])).await;
    let call = |server: &Server| {
        client()
            .get(server.url("/"))
            .send_with(hosts.over(TWICE))
            .text()
    };
    let in_use = tokio::spawn(call(&stalled));
    while stalled.count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (one, two) = (served().await, served().await);
    call(&one).await.unwrap();
    call(&two).await.unwrap();
    assert_eq!(made.load(Relaxed), 3);
    call(&two).await.unwrap();
    assert_eq!(made.load(Relaxed), 3, "kept");
    call(&one).await.unwrap();
    assert_eq!(made.load(Relaxed), 4, "forgotten");
    let again = tokio::spawn(call(&stalled));
    while stalled.count() == 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(made.load(Relaxed), 4, "a guard in use is never forgotten");
    in_use.abort();
    again.abort();
}
