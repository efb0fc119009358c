use retry_core::retry;
use std::pin::Pin;

type Answer = Pin<Box<dyn Future<Output = Result<u32, String>>>>;

#[retry(when = |_| true)]
fn under_an_alias() -> Answer {
    Box::pin(async { Ok(1) })
}

fn busy<O>(_: &O) -> bool {
    true
}

#[retry(when = busy)]
fn judged_by_a_function() -> std::future::Ready<u32> {
    std::future::ready(1)
}

#[retry]
fn judged_by_itself() -> Answer {
    Box::pin(async { Ok(1) })
}

fn main() {}
