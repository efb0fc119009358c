//! A span for each attempt, by the conventions of OpenTelemetry for HTTP clients.
//!
//! Without the feature `tracing` all of this is nothing. URLs go without query and credentials; headers and bodies
//! are never shown.

use crate::replay::{Replay, Turn};

#[cfg(feature = "tracing")]
pub(crate) use tracing::Span;

/// Stands for a span where there is none.
#[cfg(not(feature = "tracing"))]
#[derive(Clone, Debug)]
pub(crate) struct Span;

/// The span of one attempt. The first has no `http.request.resend_count`, the second has 1.
#[cfg(feature = "tracing")]
pub(crate) fn span(request: &impl Replay, turn: Turn) -> Span {
    use tracing::field::Empty;
    let span = tracing::info_span!(
        "http.attempt",
        otel.name = request.method().as_str(),
        otel.kind = "client",
        http.request.method = request.method().as_str(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        url.full = Empty,
        error.type = Empty,
    );
    if !span.is_disabled() {
        span.record("url.full", request.address());
        if turn.number > 1 {
            span.record("http.request.resend_count", turn.number - 1);
        }
    }
    span
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn span(_: &impl Replay, _: Turn) -> Span {
    Span
}

/// Runs an attempt within its span.
#[cfg(feature = "tracing")]
pub(crate) fn within<F: Future>(span: Span, attempt: F) -> tracing::instrument::Instrumented<F> {
    tracing::Instrument::instrument(attempt, span)
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn within<F: Future>(_: Span, attempt: F) -> F {
    attempt
}

/// Tells the span of an answer.
#[cfg_attr(
    not(feature = "tracing"),
    allow(unused_variables, reason = "nobody listens")
)]
pub(crate) fn answered(status: http::StatusCode) {
    #[cfg(feature = "tracing")]
    {
        let span = Span::current();
        span.record("http.response.status_code", status.as_u16());
        if status.as_u16() >= 400 {
            span.record("error.type", status.as_str());
        }
    }
}

/// Tells the span of a fault.
#[cfg_attr(
    not(feature = "tracing"),
    allow(unused_variables, reason = "nobody listens")
)]
pub(crate) fn failed(error: &(dyn core::error::Error + 'static)) {
    #[cfg(feature = "tracing")]
    Span::current().record(
        "error.type",
        tracing::field::debug(crate::fault::Fault::of(error)),
    );
}
