//! The load on a server, where one budget pays for retries and hedges together.

use std::sync::Arc;
use std::time::Duration;

use retry_core::{Budget, Hedge, Policy};
use retry_http::RequestBuilderExt;

use crate::http_wire::{Reply, Server, client};

const CALLS: u32 = 500;
const RESERVE: u32 = 5;

/// Half of the requests fail, and half of the others are slow enough to be hedged.
async fn requests(ratio: f64) -> u32 {
    let server = Server::start(|number| match number % 4 {
        0 | 1 => Reply::status(503, "", ""),
        2 => Reply::Late(
            Duration::from_millis(20),
            b"HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n".into(),
        ),
        _ => Reply::status(200, "", ""),
    })
    .await;
    let budget = Arc::new(Budget::new(ratio).reserve(RESERVE).capacity(1_000_000));
    let policy = Policy::new()
        .max_attempts(4)
        .fixed(Duration::from_millis(1));
    let client = client();
    for batch in 0..CALLS / 50 {
        let mut calls = tokio::task::JoinSet::new();
        for call in 0..50 {
            let hedge = Hedge::after(Duration::from_millis(5)).max_hedges(2);
            let retry = policy
                .budget(Arc::clone(&budget))
                .seed(u64::from(batch * 50 + call))
                .hedge(hedge);
            calls.spawn(client.get(server.url("/")).send_with(retry).into_future());
        }
        for outcome in calls.join_all().await {
            outcome.unwrap();
        }
    }
    let requests = u32::try_from(server.count()).unwrap();
    let paid = f64::from(RESERVE) + ratio * f64::from(CALLS);
    let left = f64::from(budget.balance());
    // Each request beyond a call's first took one token. A hedge that was dropped before it was sent took one, too.
    let (extra, spent) = (f64::from(requests - CALLS), paid - left);
    assert!(
        extra < spent + 1.0,
        "{ratio}: {extra} requests for {spent} tokens"
    );
    requests
}

#[tokio::test]
async fn retries_and_hedges_together_stay_within_the_budget() {
    for ratio in [0.01, 0.1, 0.3, 1.0] {
        let requests = requests(ratio).await;
        let load = f64::from(requests) / f64::from(CALLS);
        let bound = 1.0 + ratio + f64::from(RESERVE) / f64::from(CALLS);
        println!(
            "ratio {ratio}: {requests} requests for {CALLS} calls, load {load:.3}, bound {bound:.3}"
        );
        assert!(load <= bound + 1e-9, "{ratio}: {load} above {bound}");
    }
}
