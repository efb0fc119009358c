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

    use retry_core::Attempt;
    use tracing::Instrument;
    use tracing::field::{Empty, debug};

    use crate::facts::fault::kind::FaultKind;
    use crate::resend::replay::Replay;
    use crate::resend::reply::Reply;

    /// The span of one attempt.
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
                let (url, host, port) = request.address();
                span.record("url.full", url);
                span.record("server.address", host);
                if let Some(port) = port {
                    span.record("server.port", port);
                }
                if attempt.number() > 1 {
                    span.record("http.request.resend_count", attempt.number() - 1);
                }
            }
            Self(span)
        }

        /// Sends within the span, which is told what came of it.
        pub(crate) fn around<T: Reply, E: Error + 'static>(
            self,
            sent: impl Future<Output = Result<T, E>>,
        ) -> impl Future<Output = Result<T, E>> {
            let span = self.0.clone();
            let told = async move {
                let outcome = sent.await;
                match &outcome {
                    Ok(response) => self.answered(response.status().as_u16()),
                    Err(error) => self.failed(error),
                }
                outcome
            };
            told.instrument(span)
        }

        fn answered(&self, status: u16) {
            self.0.record("http.response.status_code", status);
            if status >= 400 {
                self.0.record("error.type", status.to_string());
            }
        }

        fn failed(&self, error: &(dyn Error + 'static)) {
            if !self.0.is_disabled() {
                self.0.record("error.type", debug(FaultKind::of(error)));
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod silent {
    use retry_core::Attempt;

    use crate::resend::replay::Replay;

    pub(crate) struct Span;

    #[allow(
        clippy::unused_self,
        reason = "the same methods as a span that is told"
    )]
    impl Span {
        pub(crate) fn of(_: &impl Replay, _: Attempt) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(self, sent: F) -> F {
            sent
        }
    }
}
