//! Google: the reason is in the JSON body, and the same 403 may pass in a second or never.

use core::time::Duration;

use serde_json::Value;

use crate::facts::answer::Answer;
use crate::facts::hint::number::seconds;

use super::opinion::{Opinion, Word};

/// `{"error": {"status", "errors": [{"reason"}], "details": [{"@type", ..}]}}`, or an array that begins with it.
///
/// Some services leave out what others send, or send `null`, so nothing but what is needed must be there.
pub(super) fn opinion(answer: Answer<'_>) -> Option<Opinion> {
    let body: Value = serde_json::from_slice(answer.body).ok()?;
    let error = body.get("error").or_else(|| body.pointer("/0/error"))?;
    let opinion = Opinion {
        word: word(error),
        delay: retry_delay(error),
    };
    (opinion != Opinion::NONE).then_some(opinion)
}

/// The first known reason decides, and `status` where there is none.
fn word(error: &Value) -> Option<Word> {
    let items = items(error, "errors").chain(details(error, "ErrorInfo"));
    items
        .filter_map(|item| item.get("reason")?.as_str())
        .find_map(by_reason)
        .or_else(|| by_status(error.get("status")?.as_str()?))
}

/// `"1.5s"`, as protobuf writes durations in JSON.
fn retry_delay(error: &Value) -> Option<Duration> {
    details(error, "RetryInfo").find_map(|info| {
        let delay = info.get("retryDelay")?.as_str()?;
        seconds(delay.strip_suffix('s')?.as_bytes())
    })
}

fn items<'a>(error: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    error
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The details that are `google.rpc.NAME`.
fn details<'a>(error: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    items(error, "details").filter(move |detail| {
        let kind = detail.get("@type").and_then(Value::as_str);
        kind.and_then(|kind| kind.strip_prefix("type.googleapis.com/google.rpc.")) == Some(name)
    })
}

fn by_reason(reason: &str) -> Option<Word> {
    match reason {
        "rateLimitExceeded" | "userRateLimitExceeded" | "RATE_LIMIT_EXCEEDED" => {
            Some(Word::Refused)
        }
        "backendError" | "internalError" | "badGateway" => Some(Word::Transient),
        // These pass at midnight, if at all.
        "dailyLimitExceeded" | "quotaExceeded" | "RESOURCE_QUOTA_EXCEEDED" => Some(Word::Permanent),
        _ => None,
    }
}

/// Names of `google.rpc.Code` that decide where the status does not.
fn by_status(status: &str) -> Option<Word> {
    match status {
        "RESOURCE_EXHAUSTED" => Some(Word::Refused),
        "UNAVAILABLE" => Some(Word::Transient),
        _ => None,
    }
}
