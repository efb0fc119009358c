use retry_core::retry;
use std::future::ready;
use std::pin::Pin;

async fn attempt() -> Result<u32, String> {
    Ok(1)
}

#[retry]
fn returns_early(fast: bool) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send>> {
    if fast {
        return Box::pin(attempt());
    }
    Box::pin(async move { attempt().await })
}

#[retry]
fn leaks(n: u32) -> impl Future<Output = Result<u32, String>> {
    let mut n = n;
    async move {
        n += 1;
        Err(n.to_string())
    }
}

#[retry]
fn chooses(fast: bool) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send>> {
    if fast { Box::pin(attempt()) } else { Box::pin(async { attempt().await }) }
}

#[retry]
fn made_elsewhere() -> impl Future<Output = Result<u32, String>> {
    ready(Ok(1))
}

fn main() {}
