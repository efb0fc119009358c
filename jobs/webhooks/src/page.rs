//! The status page: written by the server, no script.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Form, Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use retry_jobs::{JobId, Jobs, Look, State};
use tokio::net::TcpListener;

use crate::delivery::Delivery;
use crate::style::STYLE;

const SHOWN: usize = 200;

#[derive(Clone)]
struct Desk {
    jobs: Jobs<Delivery>,
    watch: PrometheusHandle,
}

pub(crate) async fn serve(listener: TcpListener, jobs: Jobs<Delivery>, watch: PrometheusHandle) {
    let routes = Router::new()
        .route("/", get(all))
        .route("/deliveries", post(push))
        .route("/deliveries/{id}", get(one))
        .route("/deliveries/{id}/revive", post(revive))
        .route(
            "/metrics",
            get(async |Shared(desk): Shared<Desk>| desk.watch.render()),
        )
        .with_state(Desk { jobs, watch });
    if let Err(error) = axum::serve(listener, routes).await {
        eprintln!("status: {error}");
    }
}

/// Of a handler: what the queue does not answer is the server's fault, not the caller's.
struct Away(retry_jobs::Error);

impl From<retry_jobs::Error> for Away {
    fn from(error: retry_jobs::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Away {
    fn into_response(self) -> Response {
        let body = format!(
            "<h1>The queue does not answer</h1><p>{}</p>",
            escape(&self.0.to_string())
        );
        (StatusCode::SERVICE_UNAVAILABLE, page("Away", &body)).into_response()
    }
}

async fn push(Shared(desk): Shared<Desk>, Form(delivery): Form<Pushed>) -> Result<Response, Away> {
    let Ok(data) = serde_json::from_str(&delivery.data) else {
        return Ok((StatusCode::BAD_REQUEST, "data is not JSON\n").into_response());
    };
    let delivery = Delivery {
        url: delivery.url,
        event: delivery.event,
        data,
    };
    let id = desk.jobs.push(&delivery).await?;
    Ok((StatusCode::ACCEPTED, format!("{id}\n")).into_response())
}

#[derive(serde::Deserialize)]
struct Pushed {
    url: String,
    event: String,
    data: String,
}

async fn revive(Shared(desk): Shared<Desk>, Path(id): Path<JobId>) -> Result<Redirect, Away> {
    desk.jobs.revive(id).await?;
    Ok(Redirect::to(&format!("/deliveries/{id}")))
}

async fn all(Shared(desk): Shared<Desk>) -> Result<Html<String>, Away> {
    let looks = desk.jobs.list(SHOWN).await?;
    let now = SystemTime::now();
    let mut body =
        "<h1>Webhooks</h1><p>The newest deliveries, each with its next time.</p><ul class=sums>"
            .to_owned();
    for state in [State::Waiting, State::Running, State::Done, State::Dead] {
        let count = looks.iter().filter(|look| look.state == state).count();
        let _written = write!(
            body,
            "<li><b>{count}</b><span class='state {state}'>{state}</span></li>"
        );
    }
    body += "</ul><div class=wide><table><thead><tr><th>delivery</th><th>to</th><th>state</th><th>attempts</th>\
             <th>next</th><th>last said</th></tr></thead><tbody>";
    for look in &looks {
        let _written = write!(
            body,
            "<tr><td><a href='/deliveries/{id}'><code>{id}</code></a></td><td class=text>{to}</td>\
             <td class='state {state}'>{state}</td><td>{attempts}</td><td>{next}</td><td class=text>{said}</td></tr>",
            id = look.id,
            to = escape(&receiver(look)),
            state = look.state,
            attempts = look.story.attempts(),
            next = next(look, now),
            said = escape(said(look)),
        );
    }
    if looks.is_empty() {
        body += "<tr><td colspan=6>Nothing has been pushed yet.</td></tr>";
    }
    body += "</tbody></table></div>";
    Ok(page("Webhooks", &body))
}

async fn one(Shared(desk): Shared<Desk>, Path(id): Path<JobId>) -> Result<Response, Away> {
    let Some(look) = desk.jobs.look(id).await? else {
        let body = "<h1>No such delivery</h1><p><a href='/'>All deliveries</a></p>";
        return Ok((StatusCode::NOT_FOUND, page("Not found", body)).into_response());
    };
    let now = SystemTime::now();
    let mut body = format!(
        "<p><a href='/'>All deliveries</a></p><h1><code>{id}</code></h1>\
         <p>To {to}: <span class='state {state}'>{state}</span>{next}.</p>",
        to = escape(&receiver(&look)),
        state = look.state,
        next = if look.state == State::Waiting {
            format!(", next {}", next(&look, now))
        } else {
            String::new()
        },
    );
    if let Some(end) = look.story.end() {
        let _written = write!(
            body,
            "<p>Ended {}: {}</p>",
            ago(end.at(), now),
            escape(end.reason())
        );
    }
    if look.state == State::Dead {
        let _written = write!(
            body,
            "<form method=post action='/deliveries/{id}/revive'><button>Deliver again</button></form>"
        );
    }
    body += "<h2>Attempts</h2><div class=wide><table><thead><tr><th>attempt</th><th>began</th><th>took</th><th>said</th>\
             </tr></thead><tbody>";
    for chapter in look.story.chapters() {
        let took = chapter
            .ended()
            .duration_since(chapter.began())
            .unwrap_or_default();
        let _written = write!(
            body,
            "<tr><td>{}</td><td>{}</td><td>{took:?}</td><td class=text>{}</td></tr>",
            chapter.attempt(),
            ago(chapter.began(), now),
            escape(chapter.error().unwrap_or("accepted")),
        );
    }
    if look.story.chapters().is_empty() {
        body += "<tr><td colspan=4>None has ended yet.</td></tr>";
    }
    body += "</tbody></table></div><h2>Body</h2><div class=wide><pre><code>";
    body += &escape(&look.job.as_ref().map_or_else(Clone::clone, Delivery::body));
    body += "</code></pre></div>";
    Ok(page("Delivery", &body).into_response())
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <meta http-equiv=refresh content=5><title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    ))
}

/// Where it goes, without query and credentials.
fn receiver(look: &Look<Delivery>) -> String {
    let Ok(delivery) = &look.job else {
        return "a delivery that does not parse".to_owned();
    };
    match reqwest::Url::parse(&delivery.url) {
        Ok(url) => format!(
            "{}://{}{}",
            url.scheme(),
            url.host_str().unwrap_or_default(),
            url.path()
        ),
        Err(_) => "no address".to_owned(),
    }
}

fn said(look: &Look<Delivery>) -> &str {
    let end = look.story.end().filter(|_| look.story.attempts() == 0);
    look.story
        .last_error()
        .or(end.map(retry_jobs::End::reason))
        .unwrap_or_default()
}

fn next(look: &Look<Delivery>, now: SystemTime) -> String {
    match (look.state, look.due.duration_since(now)) {
        (State::Waiting | State::Running, Ok(left)) => format!("in {}", rough(left)),
        (State::Waiting, Err(_)) => "now".to_owned(),
        _ => String::new(),
    }
}

fn ago(then: SystemTime, now: SystemTime) -> String {
    format!(
        "{} ago",
        rough(now.duration_since(then).unwrap_or_default())
    )
}

/// The largest two units.
fn rough(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds @ 3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        seconds => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
