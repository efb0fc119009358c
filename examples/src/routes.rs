//! What each path answers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use tokio::time::sleep;

use crate::answer;
use crate::codes;
use crate::connection::Resetter;
use crate::download::download;
use crate::record::Record;
use crate::refused::{InPath, InQuery, Refused};
use crate::wishes::Wishes;

const PATHS: &str = "no such path here: try /status/200,503 or /sequence/503,200 or /delay/100 or /truncated or /reset or /download/a.bin";

type Random = Arc<Mutex<fastrand::Rng>>;
/// How often each sequence was asked, by its codes and its key.
type Turns = Arc<Mutex<HashMap<(String, String), usize>>>;

pub(crate) fn router(random: fastrand::Rng, record: Arc<Record>) -> Router {
    let random = Arc::new(Mutex::new(random));
    Router::new()
        .route(
            "/status/{codes}",
            any(status).with_state(Arc::clone(&random)),
        )
        .route("/download/{name}", any(download).with_state(random))
        .route(
            "/sequence/{codes}",
            any(sequence).with_state(Turns::default()),
        )
        .route("/delay/{ms}", any(delay))
        .route("/truncated", any(truncated))
        .route("/reset", any(reset))
        .fallback(nowhere)
        .layer(middleware::from_fn_with_state(record, note))
}

async fn note(State(record): State<Arc<Record>>, request: Request, next: Next) -> Response {
    record.add(&request);
    next.run(request).await
}

async fn status(
    State(random): State<Random>,
    InPath(codes): InPath<String>,
    InQuery(wishes): InQuery<Wishes>,
) -> Result<Response, Refused> {
    let codes = codes::weighted(&codes)?;
    let chosen = codes::choose(
        &codes,
        &mut random.lock().unwrap_or_else(PoisonError::into_inner),
    );
    Ok(wishes.answer(chosen, SystemTime::now()))
}

async fn sequence(
    State(turns): State<Turns>,
    InPath(list): InPath<String>,
    InQuery(wishes): InQuery<Wishes>,
) -> Result<Response, Refused> {
    let codes = codes::in_turn(&list)?;
    let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
    let turn = turns.entry((list, wishes.key.clone())).or_default();
    let code = codes
        .get(*turn)
        .or(codes.last())
        .copied()
        .unwrap_or(StatusCode::OK);
    *turn += 1;
    Ok(wishes.answer(code, SystemTime::now()))
}

/// Which part of a slow answer waits.
#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Before {
    #[default]
    Head,
    Body,
}

#[derive(Deserialize)]
struct Slow {
    #[serde(default)]
    before: Before,
}

async fn delay(InPath(ms): InPath<u32>, InQuery(slow): InQuery<Slow>) -> Response {
    let wait = sleep(Duration::from_millis(ms.into()));
    match slow.before {
        Before::Head => {
            wait.await;
            answer::of(StatusCode::OK, None)
        }
        Before::Body => answer::of(StatusCode::OK, None).map(|body| {
            let nothing = stream::once(wait).filter_map(|()| async { None });
            Body::from_stream(nothing.chain(body.into_data_stream()))
        }),
    }
}

async fn truncated() -> Response {
    let half = stream::once(async { Ok("half of a body") });
    // One turn of the executor writes the first half; the error then closes the connection.
    let broken = stream::once(async {
        tokio::task::yield_now().await;
        Err("cut off on purpose")
    });
    (
        [(CONTENT_LENGTH, "28")],
        Body::from_stream(half.chain(broken)),
    )
        .into_response()
}

async fn reset(ConnectInfo(connection): ConnectInfo<Resetter>) -> Result<(), Infallible> {
    connection.reset();
    // The answer is what the connection trips over.
    Ok(())
}

async fn nowhere() -> Response {
    answer::error(
        StatusCode::NOT_FOUND,
        answer::reason_of(StatusCode::NOT_FOUND),
        PATHS,
    )
}
