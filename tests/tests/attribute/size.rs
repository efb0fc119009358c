//! What the future of a retried function holds beside that of a loop written by hand.

use retry_core::retry;
use std::mem::size_of_val;
use std::time::Duration;

/// The smallest loop by hand: it counts attempts, doubles the delay, and holds nothing else while it waits.
macro_rules! by_hand {
    ($(#[$attr:meta])* async fn $name:ident($($arg:ident: $ty:ty),*) -> $output:ty $body:block) => {
        async fn $name($($arg: $ty),*) -> $output {
            let mut attempt = 0u32;
            loop {
                if let Some(outcome) = {
                    let outcome: $output = async $body.await;
                    attempt += 1;
                    (outcome.is_ok() || attempt == 3).then_some(outcome)
                } {
                    return outcome;
                }
                tokio::time::sleep(Duration::from_millis(100) * 2u32.pow(attempt - 1)).await;
            }
        }
    };
}

/// Each body twice: retried, and in the loop above.
macro_rules! pair {
    ($retried:ident, $hand:ident, ($($arg:ident: $ty:ty),*) -> $output:ty, $body:block) => {
        #[retry(max_attempts = 3, exp_multiplier_ms = 100)]
        async fn $retried($($arg: $ty),*) -> $output $body
        by_hand! { async fn $hand($($arg: $ty),*) -> $output $body }
    };
}

async fn io(seed: &[u8]) -> Result<u32, String> {
    let buffer = [0u8; 64];
    tokio::task::yield_now().await;
    Ok(u32::from(buffer[0]) + u32::try_from(seed.len()).unwrap_or(0))
}

pair!(empty, empty_by_hand, () -> Result<u32, String>, { Ok(1) });
pair!(waits, waits_by_hand, (text: &str) -> Result<u32, String>, { io(text.as_bytes()).await });
pair!(owns, owns_by_hand, (big: [u8; 1024]) -> Result<u32, String>, { io(&big).await });
pair!(borrows, borrows_by_hand, (calls: &mut u32) -> Result<u32, String>, { *calls += 1; let n = io(b"abc").await?; Ok(n + *calls) });
pair!(large, large_by_hand, (n: usize) -> Result<[u8; 512], [u8; 512]>, { let all = [0; 512]; tokio::task::yield_now().await; if n > 1 { Err(all) } else { Ok(all) } });

struct Client {
    calls: u32,
}

impl Client {
    #[retry(max_attempts = 3, exp_multiplier_ms = 100)]
    async fn method(&mut self, url: &str) -> Result<u32, String> {
        self.calls += io(url.as_bytes()).await?;
        Ok(self.calls)
    }

    async fn method_by_hand(&mut self, url: &str) -> Result<u32, String> {
        let mut attempt = 0u32;
        loop {
            if let Some(outcome) = {
                let outcome: Result<u32, String> = async {
                    self.calls += io(url.as_bytes()).await?;
                    Ok(self.calls)
                }
                .await;
                attempt += 1;
                (outcome.is_ok() || attempt == 3).then_some(outcome)
            } {
                return outcome;
            }
            tokio::time::sleep(Duration::from_millis(100) * 2u32.pow(attempt - 1)).await;
        }
    }
}

#[test]
fn a_retried_future_is_at_most_eight_bytes_larger_than_a_loop_by_hand() {
    let (mut calls, mut client, mut other) = (0, Client { calls: 0 }, Client { calls: 0 });
    let sizes = [
        (
            "empty",
            size_of_val(&empty()),
            size_of_val(&empty_by_hand()),
        ),
        (
            "waits",
            size_of_val(&waits("a")),
            size_of_val(&waits_by_hand("a")),
        ),
        (
            "owns",
            size_of_val(&owns([0; 1024])),
            size_of_val(&owns_by_hand([0; 1024])),
        ),
        ("borrows", size_of_val(&borrows(&mut calls)), 0),
        (
            "large",
            size_of_val(&large(1)),
            size_of_val(&large_by_hand(1)),
        ),
        (
            "method",
            size_of_val(&client.method("a")),
            size_of_val(&other.method_by_hand("a")),
        ),
    ];
    let mut sizes = sizes.map(|(name, retried, by_hand)| (name, retried, by_hand));
    sizes[3].2 = size_of_val(&borrows_by_hand(&mut calls));
    for (name, retried, by_hand) in sizes {
        println!("{name}: {retried} bytes, by hand {by_hand}");
    }
    for (name, retried, by_hand) in sizes {
        assert!(
            retried <= by_hand + 8,
            "{name}: {retried} bytes, by hand {by_hand}"
        );
    }
}
