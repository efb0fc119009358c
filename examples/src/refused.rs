//! A request that the server cannot make sense of: a 400 that says what is wrong.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::answer;
use crate::codes::InvalidCodes;

pub(crate) struct Refused(String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::BAD_REQUEST;
        answer::error(status, answer::reason_of(status), &self.0)
    }
}

impl From<InvalidCodes> for Refused {
    fn from(error: InvalidCodes) -> Self {
        Self(error.to_string())
    }
}

impl From<PathRejection> for Refused {
    fn from(rejection: PathRejection) -> Self {
        Self(rejection.body_text())
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.body_text())
    }
}

/// [`Path`], refusing in JSON.
#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(Refused))]
pub(crate) struct InPath<T>(pub(crate) T);

/// [`Query`], refusing in JSON.
#[derive(FromRequestParts)]
#[from_request(via(Query), rejection(Refused))]
pub(crate) struct InQuery<T>(pub(crate) T);
