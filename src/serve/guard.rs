//! What every request passes: the host it names, the token, the limit of time, and the headers that keep what articles contain from doing anything.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, RETRY_AFTER,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::app::SharedApp;
use super::pages::problem_page;
use super::params::Params;
use super::problem::Problem;

/// Longest time for one answer, with waiting for others.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Only the server's own style sheet, scripts and answers; frames only of its own pages; no inline scripts or styles.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Security headers. A handler may set another policy for its own response.
static HEADERS: [(HeaderName, HeaderValue); 8] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Other sites get none. Without any, browsers do not say of a form where it was.
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("x-dns-prefetch-control"), HeaderValue::from_static("off")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Answers a request if it may be answered, in time.
pub async fn check(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = match refusal(&app, &request) {
        Some(problem) => problem.into_response(),
        None => match timeout(ANSWER_TIME, answer(&app, request, next)).await {
            Ok(response) => response,
            Err(_) => busy("The answer took too long.").into_response(),
        },
    };
    finish(&app, response, is_api)
}

async fn answer(app: &SharedApp, request: Request, next: Next) -> Response {
    // The semaphore is never closed.
    let _permit = app.requests.acquire().await;
    next.run(request).await
}

fn busy(message: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, message).with_hint("Try again in a moment; a run may be busy with the disk.")
}

/// Why a request is not answered.
fn refusal(app: &SharedApp, request: &Request) -> Option<Problem> {
    let (headers, path, access) = (request.headers(), request.uri().path(), &app.access);
    if !access.knows_host(headers) {
        let message = "This server does not answer to that host name.";
        let hint = "Open it by the address that `gleaner serve` printed, or name the host with `--host`.";
        return Some(Problem::new(StatusCode::MISDIRECTED_REQUEST, message).with_hint(hint));
    }
    let is_open = path == "/login"
        || is_capture(app, request)
        || path.starts_with("/assets/")
        || (path == "/" && request.uri().query().is_some_and(has_token));
    // Readers of feeds send no cookies.
    let is_feed = path.starts_with("/feeds/")
        && Params::of_query(request.uri().query()).get("token").is_some_and(|token| access.is_token(token));
    if !is_open && !is_feed && !access.is_allowed(headers) {
        let hint = "Open the address with the token that `gleaner serve` printed.";
        return Some(Problem::new(StatusCode::UNAUTHORIZED, "A token is needed.").with_hint(hint));
    }
    if is_reading(request.method()) { None } else { refusal_of_change(app, request) }
}

/// Why a request that changes something is not answered.
fn refusal_of_change(app: &SharedApp, request: &Request) -> Option<Problem> {
    let (headers, path, access) = (request.headers(), request.uri().path(), &app.access);
    let forbidden = |message: &str| Problem::new(StatusCode::FORBIDDEN, message);
    if path.starts_with("/api/") && access.is_writable() {
        let hint = "Send the token as `Authorization: Bearer TOKEN`; a cookie is not enough to change anything.";
        return (!access.has_bearer(headers))
            .then(|| Problem::new(StatusCode::UNAUTHORIZED, "A token is needed.").with_hint(hint));
    }
    if path != "/login" && !access.is_writable() {
        let hint = "Start it with `gleaner serve --writable` to add pages.";
        return Some(forbidden("This server only reads the corpus.").with_hint(hint));
    }
    let hint = "Open this server's own page, and send the form from there.";
    (!is_capture(app, request) && !access.is_own_page(headers))
        .then(|| forbidden("This request was made by the page of another site.").with_hint(hint))
}

/// Whether a page of another site sends itself, by the bookmarklet. It is only shown, with a form that keeps it.
fn is_capture(app: &SharedApp, request: &Request) -> bool {
    app.access.is_writable() && request.method() == Method::POST && request.uri().path() == "/capture"
}

fn has_token(query: &str) -> bool {
    query.starts_with("token=")
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Shows a problem as whoever asked can read it, and adds the headers.
fn finish(app: &SharedApp, mut response: Response, is_api: bool) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>().or_else(|| unexplained(&response)) {
        let allow = response.headers_mut().remove(axum::http::header::ALLOW);
        response = if is_api { problem_json(&problem) } else { problem_page(app, &problem) };
        allow.map(|allow| response.headers_mut().insert(axum::http::header::ALLOW, allow));
        match problem.status {
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
    }
    for (name, value) in &HEADERS {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

/// What the router refused by itself: a method, a body that is too large. Pages and JSON are answers of a handler, which explain themselves.
fn unexplained(response: &Response) -> Option<Problem> {
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_explained = content_type.starts_with(b"text/html") || content_type.starts_with(b"application/json");
    let is_error = !is_explained && (status.is_client_error() || status.is_server_error());
    let message = match status {
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take such requests.",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is too large.",
        _ => "The request cannot be answered.",
    };
    is_error.then(|| Problem::new(status, message))
}

fn problem_json(problem: &Problem) -> Response {
    let body = serde_json::json!({ "error": problem.message, "hint": problem.hint });
    let headers = [(CONTENT_TYPE, "application/json")];
    (problem.status, headers, Body::from(body.to_string())).into_response()
}
