//! The receivers of the demonstration: one is well, one flaky, one busy, one gone.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;

use crate::signature::verify;

/// Their names, and what each of them is like.
pub(crate) const ALL: [&str; 4] = ["steady", "flaky", "busy", "gone"];

#[derive(Clone)]
struct Desk {
    secret: Arc<str>,
    seen: Arc<Mutex<HashSet<String>>>,
}

pub(crate) async fn serve(listener: TcpListener, secret: String) {
    let desk = Desk {
        secret: secret.into(),
        seen: Arc::default(),
    };
    let routes = Router::new()
        .route("/{name}", post(receive))
        .with_state(desk);
    if let Err(error) = axum::serve(listener, routes).await {
        eprintln!("receivers: {error}");
    }
}

async fn receive(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let (id, timestamp) = (
        text("webhook-id"),
        text("webhook-timestamp").parse().unwrap_or(0),
    );
    if !verify(
        &desk.secret,
        id,
        timestamp,
        &body,
        text("webhook-signature"),
    ) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let fails = match name.as_str() {
        "flaky" => fastrand::f32() < 0.6,
        "busy" => fastrand::f32() < 0.5,
        _ => false,
    };
    match name.as_str() {
        "gone" => StatusCode::GONE.into_response(),
        "busy" if fails => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3")]).into_response(),
        _ if fails => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        // The key is what makes "at least once" once.
        _ if !desk
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned()) =>
        {
            StatusCode::OK.into_response()
        }
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}
