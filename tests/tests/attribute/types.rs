//! Return types.

use super::shapes::third;
use retry_core::{Outcome, Verdict, retry};
use std::error::Error;
use std::fmt::Display;
use std::io;

#[retry(fixed_ms = 1)]
async fn boxed_error(calls: &mut u32) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let calls = third(calls)?;
    if calls == 0 {
        return Err(Box::new(io::Error::other("coerced")));
    }
    Ok(calls)
}

#[retry(fixed_ms = 1)]
fn boxed_error_blocking(calls: &mut u32) -> Result<u32, Box<dyn Error>> {
    if *calls > 9 {
        return Err(Box::new(io::Error::other("coerced")));
    }
    Ok(third(calls)?)
}

#[retry(fixed_ms = 1)]
async fn boxed_closure(calls: &mut u32) -> Result<Box<dyn Fn(u32) -> u32>, String> {
    third(calls)?;
    Ok(Box::new(|n| n + 1))
}

#[retry(fixed_ms = 1)]
async fn alias(calls: &mut u32) -> io::Result<u32> {
    third(calls).map_err(io::Error::other)
}

#[retry(fixed_ms = 1)]
async fn option(calls: &mut u32) -> Option<u32> {
    third(calls).ok()
}

#[retry(fixed_ms = 1)]
async fn opaque(calls: &mut u32) -> Result<impl Iterator<Item = u32> + use<>, String> {
    third(calls).map(|calls| 0..calls)
}

#[retry(fixed_ms = 1)]
fn opaque_blocking(calls: &mut u32) -> Option<impl Fn(u32) -> u32 + use<>> {
    third(calls).ok().map(|calls| move |n| n + calls)
}

#[retry(fixed_ms = 1)]
async fn opaque_items(
    calls: &mut u32,
) -> Result<Box<dyn Iterator<Item = impl Display + use<>>>, String> {
    third(calls).map(|calls| Box::new(0..calls) as Box<dyn Iterator<Item = _>>)
}

#[retry(fixed_ms = 1)]
fn opaque_items_blocking(
    calls: &mut u32,
) -> Result<Box<dyn Iterator<Item = impl Display + use<>>>, String> {
    third(calls).map(|calls| Box::new(0..calls) as Box<dyn Iterator<Item = _>>)
}

struct Status(u16);

impl Outcome for Status {
    fn verdict(&self) -> Verdict {
        (self.0 >= 500).into()
    }
}

#[retry(fixed_ms = 1)]
async fn own_type(calls: &mut u32) -> Status {
    Status(if third(calls).is_ok() { 200 } else { 503 })
}

#[retry(fixed_ms = 1, when = |code: &u16| *code >= 500)]
fn any_type_with_a_classifier(calls: &mut u32) -> u16 {
    if third(calls).is_ok() { 200 } else { 503 }
}

#[retry(fixed_ms = 1, when = |()| waiting())]
fn unit_with_a_classifier() {
    CALLS.with(|calls| calls.set(calls.get() + 1));
}

thread_local! {
    static CALLS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

fn waiting() -> bool {
    CALLS.with(|calls| calls.get() < 3)
}

/// <https://github.com/tokio-rs/tracing/issues/3306>: a `use` in the body hides a name of the return type.
mod shadowing {
    use super::{retry, third};

    pub(super) struct Foo(pub(super) u32);
    mod other {
        pub(crate) struct Foo;
        pub(crate) type Result = Foo;
    }

    #[retry(fixed_ms = 1)]
    pub(super) async fn shadowed(calls: &mut u32) -> Result<Foo, String> {
        let calls = third(calls)?;
        let found = super::shadowing::Foo(calls);
        use other::*;
        let _: Result = Foo;
        Ok(found)
    }
}

#[retry(fixed_ms = 1)]
async fn unfinished(stop: bool) -> Result<u32, String> {
    if stop {
        return Err("stopped".into());
    }
    todo!()
}

#[tokio::test(start_paused = true)]
async fn every_return_type_is_retried_until_it_succeeds() {
    assert_eq!(boxed_error(&mut 0).await.ok(), Some(3));
    assert_eq!(boxed_error_blocking(&mut 0).ok(), Some(3));
    assert_eq!(boxed_closure(&mut 0).await.ok().map(|f| f(1)), Some(2));
    assert_eq!(alias(&mut 0).await.ok(), Some(3));
    assert_eq!(option(&mut 0).await, Some(3));
    assert_eq!(opaque(&mut 0).await.ok().map(Iterator::count), Some(3));
    assert_eq!(opaque_blocking(&mut 0).map(|f| f(1)), Some(4));
    let items = opaque_items(&mut 0).await.ok();
    assert_eq!(
        items.map(|items| items.map(|item| item.to_string()).collect()),
        Some("012".to_owned())
    );
    assert_eq!(
        opaque_items_blocking(&mut 0).ok().map(Iterator::count),
        Some(3)
    );
    assert_eq!(own_type(&mut 0).await.0, 200);
    assert_eq!(any_type_with_a_classifier(&mut 0), 200);
    assert_eq!(
        shadowing::shadowed(&mut 0).await.ok().map(|foo| foo.0),
        Some(3)
    );
    assert_eq!(unfinished(true).await, Err("stopped".into()));
    unit_with_a_classifier();
    assert_eq!(CALLS.with(std::cell::Cell::get), 3);
}
