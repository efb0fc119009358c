//! Bodies: `{"status": 200}` where it went well, the error shape of Google's APIs where it did not.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer of this status, with its usual message and reason.
pub(crate) fn of(status: StatusCode, reason: Option<&str>) -> Response {
    if status.is_client_error() || status.is_server_error() {
        let message = status
            .canonical_reason()
            .unwrap_or("an unregistered status");
        return error(status, reason.unwrap_or_else(|| reason_of(status)), message);
    }
    // These three end with their head.
    if let StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED = status {
        return status.into_response();
    }
    (status, Json(json!({ "status": status.as_u16() }))).into_response()
}

/// An error that a machine can read by its reason and a person by its message.
pub(crate) fn error(status: StatusCode, reason: &str, message: &str) -> Response {
    let body = json!({
        "error": {
            "code": status.as_u16(),
            "message": message,
            "errors": [{ "domain": "global", "reason": reason, "message": message }],
        }
    });
    (status, Json(body)).into_response()
}

pub(crate) fn reason_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "badRequest",
        401 => "authError",
        403 => "forbidden",
        404 => "notFound",
        405 => "methodNotAllowed",
        408 => "requestTimeout",
        409 => "conflict",
        410 => "gone",
        412 => "conditionNotMet",
        413 => "uploadTooLarge",
        425 => "tooEarly",
        429 => "rateLimitExceeded",
        500 => "internalError",
        501 => "notImplemented",
        502 => "badGateway",
        503 => "backendError",
        504 => "gatewayTimeout",
        _ if status.is_client_error() => "clientError",
        _ => "serverError",
    }
}
