//! Events and metrics, where the features are on. Nothing of an outcome is ever recorded.

use core::time::Duration;

use crate::decide::stop::StopReason;

/// Another attempt will follow.
#[cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "metrics do not count by attempt")
)]
pub(crate) fn retry_scheduled(operation: &'static str, attempt: u32, delay: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "retry", operation, attempt, ?delay, "retrying");
    #[cfg(feature = "metrics")]
    {
        metrics::counter!("retry_retries_total", "operation" => operation).increment(1);
        metrics::histogram!("retry_delay_seconds", "operation" => operation).record(delay);
    }
}

/// A cooldown holds the attempt.
#[cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "metrics count what was retried")
)]
pub(crate) fn cooling_down(operation: &'static str, attempt: u32, delay: Duration) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "retry", operation, attempt, ?delay, "cooling down");
}

/// A call inside an attempt of another one leaves the retrying to that.
#[cfg(feature = "nested")]
#[cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "the stop reason tells metrics")
)]
pub(crate) fn nested(operation: &'static str, outer: &'static str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "retry", operation, outer, "left to the call around it");
}

/// The call is over.
#[cfg_attr(
    not(any(feature = "tracing", feature = "metrics")),
    expect(unused_variables, reason = "no feature")
)]
pub(crate) fn ended(operation: &'static str, attempts: u32, reason: StopReason) {
    #[cfg(feature = "tracing")]
    if !matches!(
        reason,
        StopReason::Done | StopReason::Permanent | StopReason::Nested
    ) {
        let reason = reason.as_str();
        tracing::warn!(target: "retry", operation, attempts, reason, "gave up");
    }
    #[cfg(feature = "metrics")]
    {
        let labels = [("operation", operation), ("stop_reason", reason.as_str())];
        metrics::counter!("retry_calls_total", &labels).increment(1);
        metrics::histogram!("retry_attempts", &labels).record(f64::from(attempts));
    }
}
