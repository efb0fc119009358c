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

/// The call is over.
#[cfg_attr(
    not(any(feature = "tracing", feature = "metrics")),
    expect(unused_variables, reason = "no feature")
)]
pub(crate) fn ended(operation: &'static str, attempts: u32, reason: StopReason) {
    #[cfg(feature = "tracing")]
    if !matches!(reason, StopReason::Done | StopReason::Permanent) {
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
