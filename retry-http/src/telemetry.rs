//! A span for each attempt, by the conventions of OpenTelemetry for HTTP clients.
//!
//! Without the feature `tracing` all of this is nothing. URLs go without query and credentials; headers and bodies
//! are never shown.

#[cfg(not(feature = "tracing"))]
pub(crate) use silent::Span;
#[cfg(feature = "tracing")]
pub(crate) use told::Span;

#[cfg(feature = "tracing")]
mod told {
    use core::error::Error;

    use http::StatusCode;
    use retry_core::Attempt;
    use tracing::Instrument;
    use tracing::field::{Empty, debug};
    use tracing::instrument::Instrumented;

    use crate::fault::FaultKind;
    use crate::replay::Replay;

    /// The span of one attempt.
    #[derive(Clone, Debug)]
    pub(crate) struct Span(tracing::Span);

    impl Span {
        /// The first attempt has no `http.request.resend_count`, the second has 1.
        pub(crate) fn of(request: &impl Replay, attempt: Attempt) -> Self {
            let span = tracing::info_span!(
                "http.attempt",
                otel.name = request.method().as_str(),
                otel.kind = "client",
                http.request.method = request.method().as_str(),
                http.request.resend_count = Empty,
                http.response.status_code = Empty,
                server.address = Empty,
                server.port = Empty,
                url.full = Empty,
                error.type = Empty,
            );
            if !span.is_disabled() {
                let address = request.address();
                span.record("url.full", address.url);
                span.record("server.address", address.host);
                if let Some(port) = address.port {
                    span.record("server.port", port);
                }
                if attempt.number() > 1 {
                    span.record("http.request.resend_count", attempt.number() - 1);
                }
            }
            Self(span)
        }

        pub(crate) fn around<F: Future>(self, attempt: F) -> Instrumented<F> {
            attempt.instrument(self.0)
        }

        pub(crate) fn answered(&self, status: StatusCode) {
            self.0.record("http.response.status_code", status.as_u16());
            if status.as_u16() >= 400 {
                self.0.record("error.type", status.as_str());
            }
        }

        pub(crate) fn failed(&self, error: &(dyn Error + 'static)) {
            if !self.0.is_disabled() {
                self.0.record("error.type", debug(FaultKind::of(error)));
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod silent {
    use core::error::Error;

    use http::StatusCode;
    use retry_core::Attempt;

    use crate::replay::Replay;

    #[derive(Clone, Debug)]
    pub(crate) struct Span;

    #[allow(
        clippy::unused_self,
        reason = "the same methods as a span that is told"
    )]
    impl Span {
        pub(crate) fn of(_: &impl Replay, _: Attempt) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(self, attempt: F) -> F {
            attempt
        }

        pub(crate) fn answered(&self, _: StatusCode) {}

        pub(crate) fn failed(&self, _: &(dyn Error + 'static)) {}
    }
}
