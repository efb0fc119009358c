//! What a request may ask for in its query.

use std::time::{Duration, SystemTime};

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use crate::answer;

const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// The parameters of `/status` and `/sequence`. Others are let pass, as most servers do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    /// Which sequence this is, among those with the same codes.
    pub(crate) key: String,
    /// The machine-readable reason of an error.
    reason: Option<String>,
    /// Seconds.
    retry_after: Option<u32>,
    /// Milliseconds.
    retry_after_ms: Option<u32>,
    /// Seconds from now, sent as a date. `u32` keeps the year within four digits.
    retry_after_date: Option<u32>,
}

impl Wishes {
    /// The answer of this status; errors carry the hints.
    pub(crate) fn answer(&self, status: StatusCode, now: SystemTime) -> Response {
        let mut response = answer::of(status, self.reason.as_deref());
        if status.is_client_error() || status.is_server_error() {
            self.add_hints(response.headers_mut(), now);
        }
        response
    }

    fn add_hints(&self, headers: &mut HeaderMap, now: SystemTime) {
        let date = self.retry_after_date.map(|seconds| {
            let date = now + Duration::from_secs(seconds.into());
            httpdate::fmt_http_date(date)
        });
        if let Some(seconds) = self.retry_after {
            headers.append(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
            headers.append(RETRY_AFTER, date);
        }
        if let Some(milliseconds) = self.retry_after_ms {
            headers.append(RETRY_AFTER_MS, HeaderValue::from(milliseconds));
        }
    }
}
