//! One `Retry-After` at a real server, heard by all calls or by one.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use retry_core::{Cooldown, Policy};
use retry_http::RequestBuilderExt;

use crate::http_wire::{Reply, Server, client};

const PAUSE: Duration = Duration::from_secs(2);
const TASKS: usize = 100;

/// When requests came, since the first one was told to wait.
#[derive(Clone, Default)]
struct Arrivals(Arc<Mutex<(Option<Instant>, Vec<Duration>)>>);

impl Arrivals {
    fn note(&self) {
        let mut arrivals = self.0.lock().unwrap();
        let start = *arrivals.0.get_or_insert_with(Instant::now);
        arrivals.1.push(start.elapsed());
    }

    /// Requests after the first one, in tenths of a second.
    fn tenths(&self) -> Vec<usize> {
        let mut tenths = vec![0; 50];
        for at in &self.0.lock().unwrap().1[1..] {
            tenths[(at.as_millis() / 100) as usize] += 1;
        }
        tenths
    }
}

/// A hundred tasks, one of which is told to wait for 2 s before the others begin, spread over the first second.
async fn arrivals(cooldown: Option<&'static Cooldown>) -> Vec<usize> {
    let arrivals = Arrivals::default();
    let seen = arrivals.clone();
    let server = Server::start(move |number| {
        seen.note();
        match number {
            0 => Reply::status(429, "retry-after: 2\r\n", "slow down"),
            _ => Reply::status(200, "", "served"),
        }
    })
    .await;
    let client = client();
    let call = |seed: usize| {
        let request = client.get(server.url("/"));
        let retry = Policy::new().cooldown(cooldown).seed(seed as u64);
        request.send_with(retry).text()
    };
    let (told, mut others) = (call(0), tokio::task::JoinSet::new());
    let told = tokio::spawn(told);
    while server.count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for task in 1..TASKS {
        let call = call(task);
        others.spawn(async move {
            tokio::time::sleep(Duration::from_millis(50 + 9 * task as u64)).await;
            call.await
        });
    }
    assert_eq!(told.await.unwrap().unwrap(), "served");
    for outcome in others.join_all().await {
        assert_eq!(outcome.unwrap(), "served");
    }
    assert_eq!(server.count(), TASKS + 1);
    arrivals.tenths()
}

#[tokio::test]
async fn a_hint_to_one_of_a_hundred_tasks_is_heard_by_all() {
    static COOLDOWN: Cooldown = Cooldown::new();
    let (with, without) = tokio::join!(arrivals(Some(&COOLDOWN)), arrivals(None));
    println!("requests in each tenth of a second after `Retry-After: 2`");
    println!("without a cooldown: {without:?}");
    println!("with a cooldown:    {with:?}");
    let within = (PAUSE.as_millis() / 100) as usize;
    assert_eq!(
        with[..within].iter().sum::<usize>(),
        0,
        "a request within the pause"
    );
    assert_eq!(with.iter().sum::<usize>(), TASKS);
    let most = with.iter().max().copied().unwrap();
    assert!(most <= TASKS / 3, "{most} within a tenth of a second");
    assert_eq!(
        without[..within].iter().sum::<usize>(),
        TASKS - 1,
        "nobody told them"
    );
}
