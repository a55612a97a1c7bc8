//! Forms that change something. Each POST to a page passes [`check`]: the guard has refused what a browser says another site sent, and here the hidden field
//! shows that the form is the server's own. A handler gets a form that was checked, or none: [`Form`] is made nowhere else.

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::app::{App, SharedApp};
use super::params::Params;
use super::problem::Problem;

/// Most bytes of a form.
pub const MAX_FORM: usize = 256 << 10;

/// Most bytes of a page in a form, in which most of its characters may be escaped.
pub const MAX_PAGE_FORM: usize = 48 << 20;

/// Where the form with a page is sent.
pub const KEEP_PAGE: &str = "/pages";

/// The hidden field.
const TOKEN_FIELD: &str = "form_token";

/// The fields of a form that was checked. Handlers take it as `Extension<Form>`.
#[derive(Clone, Debug)]
pub struct Form(Params);

impl Form {
    /// Its fields.
    pub fn fields(&self) -> &Params {
        &self.0
    }
}

/// Reads the form of a request that changes something, and passes it on if one of this server's pages has sent it.
pub async fn check(State(app): State<SharedApp>, request: Request, next: Next) -> Result<Response, Problem> {
    if request.method().is_safe() {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let is_large = parts.uri.path() == KEEP_PAGE;
    let max = if is_large { MAX_PAGE_FORM } else { MAX_FORM };
    // The semaphore is never closed.
    let _permit = if is_large { app.large.acquire().await.ok() } else { None };
    let fields = fields_of(&parts, body, max).await?;
    if !fields.get(TOKEN_FIELD).is_some_and(|token| app.access.is_form_token(token)) {
        let hint = "Go back, load the page again, and send the form once more: the server may have been started again since.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "This form is not from a page of this server.").with_hint(hint));
    }
    parts.extensions.insert(Form(fields));
    Ok(next.run(Request::from_parts(parts, Body::empty())).await)
}

/// The fields of a form of at most so many bytes.
pub async fn fields_of(parts: &Parts, body: Body, max: usize) -> Result<Params, Problem> {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "This address takes a form as browsers send it."));
    }
    Ok(Params::of_form(&whole(body, max).await?))
}

/// A body of at most so many bytes.
pub async fn whole(body: Body, max: usize) -> Result<Bytes, Problem> {
    let refused = || {
        let message = format!("The request has more than {} kB, or was cut off.", max / 1024);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    // What is announced need not be waited for.
    if body.size_hint().lower() > max as u64 {
        return Err(refused());
    }
    to_bytes(body, max).await.map_err(|_| refused())
}

/// A form with this content that is sent to this address.
pub fn form(app: &App, action: &str, content: &Markup) -> Markup {
    form_with_id(app, None, action, content)
}

/// A form whose buttons are anywhere on the page: they name it.
pub fn form_for_buttons(app: &App, id: &str, action: &str, content: &Markup) -> Markup {
    form_with_id(app, Some(id), action, content)
}

fn form_with_id(app: &App, id: Option<&str>, action: &str, content: &Markup) -> Markup {
    html! {
        form action=(action) method="post" id=[id] {
            input type="hidden" name=(TOKEN_FIELD) value=(app.access.form_token());
            (content)
        }
    }
}

/// Goes to a page that shows what has been done, so that loading it again does not do it again.
pub fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}
