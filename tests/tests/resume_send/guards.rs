//! The policy and its guards decide on each attempt, and nothing goes around them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_core::{BreakerState, Budget, CircuitBreaker, Hedge, Policy, Verdict};
use retry_http::{Error, HostGuards, PerHost, RequestBuilderExt};

use crate::resume_files::{Answer, Files, Folder, client, holds};

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::ZERO);
const LENGTH: u64 = 3_000_000;
const KIB: u64 = 1024;

/// How many requests a call makes of a server that cuts every answer after so many bytes, twenty times.
async fn requests(policy: Policy, each: u64) -> usize {
    let folder = Folder::new(&format!("progress-{each}-{}", policy == POLICY));
    let files = Files::start(move |asked| Answer::honest(asked, 1, 20 * each + 1).cut(each));
    let request = client().get(files.url()).send_with(policy);
    let _ = request.save(folder.join("a")).await;
    files.count()
}

#[tokio::test]
async fn attempts_count_without_progress_and_64_kib_are_progress() {
    assert_eq!(requests(POLICY, 64 * KIB).await, 21);
    // Two attempts make it together.
    assert_eq!(requests(POLICY, 64 * KIB / 2).await, 21);
    assert_eq!(requests(POLICY, 64 * KIB / 3).await, 3);
    // An attempt that made progress counts as the first.
    assert_eq!(requests(POLICY.max_attempts(1), 64 * KIB).await, 1);
    assert_eq!(requests(POLICY.max_attempts(2), 64 * KIB).await, 21);
    assert_eq!(requests(POLICY.max_attempts(2), 64 * KIB - 1).await, 3);
}

#[tokio::test]
async fn the_time_limit_bounds_all() {
    let files = Files::cutting(LENGTH, 100 * KIB);
    let policy = Policy::new()
        .fixed(Duration::from_millis(40))
        .max_elapsed(Duration::from_millis(200));
    let folder = Folder::new("elapsed");
    let request = client().get(files.url()).send_with(policy);
    let error = request.save(folder.join("a")).await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    assert!((2..=5).contains(&files.count()), "{}", files.count());
}

#[tokio::test]
async fn a_budget_pays_for_every_request_after_the_first() {
    let files = Files::cutting(LENGTH, 100 * KIB);
    let budget = Budget::new(0.0).reserve(4);
    let folder = Folder::new("budget");
    let request = client().get(files.url()).send_with(POLICY.budget(&budget));
    assert!(request.save(folder.join("a")).await.is_err());
    assert_eq!(files.count(), 5);
}

/// Two bodies at once would be one too many.
#[tokio::test]
async fn a_hedge_is_not_made() {
    let files = Files::start(|asked| {
        let answer = Answer::honest(asked, 1, LENGTH);
        if asked.number == 0 {
            answer.stall(1000)
        } else {
            answer
        }
    });
    let folder = Folder::new("hedge");
    let budget = Budget::new(0.0).reserve(10);
    let hedge = Hedge::after(Duration::from_millis(1)).max_hedges(3);
    let hedged = POLICY.budget(&budget).hedge(hedge);
    let request = client().get(files.url()).send_with(hedged);
    request.save(folder.join("a")).await.unwrap();
    assert!(holds(&folder.join("a"), 1, LENGTH));
    assert_eq!(files.count(), 2);
    let left = (0..10).filter(|_| budget.withdraw()).count();
    assert_eq!(left, 9, "the retry was paid for, and nothing else");
}

#[tokio::test]
async fn the_guards_of_the_host_are_in_force() {
    let files = Files::cutting(LENGTH, 100 * KIB);
    let host = format!("127.0.0.1:{}", files.port());
    let hosts = PerHost::new(move |authority| {
        assert_eq!(authority, host);
        HostGuards::new().budget(Budget::new(0.0).reserve(4))
    });
    let folder = Folder::new("host");
    let request = client().get(files.url()).send_with(hosts.over(POLICY));
    assert!(request.save(folder.join("a")).await.is_err());
    assert_eq!(files.count(), 5);
}

#[tokio::test]
async fn a_breaker_is_asked_and_told() {
    let files = Files::cutting(LENGTH, 100 * KIB);
    let breaker = CircuitBreaker::new()
        .min_calls(3)
        .break_time(Duration::from_hours(1));
    let folder = Folder::new("breaker");
    let save = || {
        let request = client()
            .get(files.url())
            .send_with(POLICY.breaker(&breaker));
        request.save(folder.join("a")).into_future()
    };
    assert!(save().await.unwrap_err().is_transport());
    assert_eq!((files.count(), breaker.state()), (3, BreakerState::Open));
    let error = save().await.unwrap_err();
    assert_eq!(error.to_string(), "not attempted");
    assert_eq!(files.count(), 3);
}

#[tokio::test]
async fn who_listens_hears_of_every_retry_and_its_delay() {
    let files = Files::cutting(1_000_000, 300_000);
    let folder = Folder::new("notify");
    let (told, waits) = (
        AtomicU32::new(0),
        Policy::new().fixed(Duration::from_millis(1)),
    );
    let retry = waits.on_retry_err(|error: &Error, delay| {
        assert!(
            error.is_transport() && delay == Duration::from_millis(1),
            "{error}"
        );
        told.fetch_add(1, Ordering::Relaxed);
    });
    client()
        .get(files.url())
        .send_with(retry)
        .save(folder.join("a"))
        .await
        .unwrap();
    assert_eq!((told.load(Ordering::Relaxed), files.count()), (3, 4));
}

#[tokio::test]
async fn the_users_own_classifier_decides() {
    let files = Files::cutting(1_000_000, 300_000);
    let folder = Folder::new("classifier");
    let never = POLICY.when_err(|_: &Error| Verdict::Permanent);
    let error = client()
        .get(files.url())
        .send_with(never)
        .save(folder.join("a"))
        .await;
    assert!(error.unwrap_err().is_transport());
    assert_eq!(files.count(), 1);
    // The attribute's classifier, and progress counts all the same.
    let transient = POLICY.max_attempts(2).when(retry_http::transient);
    client()
        .get(files.url())
        .send_with(transient)
        .save(folder.join("a"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_hint_is_waited_for() {
    let files = Files::start(|asked| {
        let mut answer = Answer::honest(asked, 1, 1000);
        if asked.number == 0 {
            answer.status = 503;
            return answer.with("retry-after-ms", "30");
        }
        answer
    });
    let folder = Folder::new("hint");
    let begun = std::time::Instant::now();
    let request = client().get(files.url()).send_with(POLICY);
    request.save(folder.join("a")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(30));
}
