//! Other attributes, above and below.

use super::shapes::third;
use retry_core::retry;
use std::sync::atomic::{AtomicU32, Ordering};
use tracing::instrument;

static SPANS: AtomicU32 = AtomicU32::new(0);

fn span_made() -> u32 {
    SPANS.fetch_add(1, Ordering::Relaxed)
}

#[retry(fixed_ms = 1)]
#[instrument(skip(calls), fields(made = span_made()))]
async fn instrumented(calls: &mut u32, body: String) -> Result<usize, String> {
    third(calls)?;
    Ok(body.len())
}

struct EnabledSpans;

impl tracing::Subscriber for EnabledSpans {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn instrument_below_makes_one_span_over_all_attempts() {
    let _subscriber = tracing::subscriber::set_default(EnabledSpans);
    assert_eq!(instrumented(&mut 0, "abc".into()).await, Ok(3));
    assert_eq!(SPANS.load(Ordering::Relaxed), 1);
}

/// Documented.
#[retry(fixed_ms = 1)]
#[must_use]
#[inline]
#[cold]
#[cfg(not(any()))]
#[cfg_attr(all(), doc = "And again.")]
fn decorated(calls: &mut u32) -> Option<u32> {
    #![allow(non_snake_case)]
    let Calls = third(calls);
    Calls.ok()
}

#[cfg(any())]
#[retry(this is not read)]
fn switched_off() -> Result<(), ()> {
    missing
}

#[cfg_attr(all(), retry(fixed_ms = 1))]
fn conditional(calls: &mut u32) -> Option<u32> {
    third(calls).ok()
}

#[deprecated = "use `decorated`"]
#[retry(fixed_ms = 1)]
fn old(calls: &mut u32) -> Option<u32> {
    third(calls).ok()
}

#[test]
fn other_attributes_stay() {
    assert_eq!(decorated(&mut 0), Some(3));
    assert_eq!(conditional(&mut 0), Some(3));
    #[expect(deprecated, reason = "the attribute has to survive")]
    let found = old(&mut 0);
    assert_eq!(found, Some(3));
}
