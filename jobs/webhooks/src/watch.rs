//! Counters and times for Prometheus.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use retry_jobs::{Event, What};

/// Installs the recorder; the handle writes its text.
pub(crate) fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Suffix("_seconds".to_owned()),
            &[0.01, 0.1, 1.0, 10.0, 60.0, 3600.0, 21600.0],
        )?
        .install_recorder()
}

/// Hears of everything that happens to a delivery.
pub(crate) fn observe(event: &Event<'_>) {
    match event.what() {
        What::Attempt { took, failed } => {
            let outcome = if failed { "failed" } else { "delivered" };
            metrics::counter!("webhook_attempts_total", "outcome" => outcome).increment(1);
            metrics::histogram!("webhook_attempt_seconds").record(took.as_secs_f64());
        }
        What::Retry(delay) => {
            metrics::histogram!("webhook_delay_seconds").record(delay.as_secs_f64());
        }
        What::Refused(reason, _) => {
            metrics::counter!("webhook_refused_total", "reason" => reason.as_str()).increment(1);
        }
        What::Done => {
            metrics::counter!("webhook_deliveries_total", "end" => "delivered").increment(1);
        }
        What::Dead(_) => {
            metrics::counter!("webhook_deliveries_total", "end" => "dead").increment(1);
        }
        What::Lost => {
            metrics::counter!("webhook_lost_total").increment(1);
        }
        _ => {}
    }
}
