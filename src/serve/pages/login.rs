//! The token: by a form, or in the address that the program printed. It is remembered in a cookie until the browser is closed.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::app::{App, SharedApp};
use super::super::params::Params;
use super::super::problem::Problem;
use super::layout::{Section, page};

/// The form that asks for the token.
pub fn login_form() -> Markup {
    html! {
        form action="/login" method="post" {
            p {
                label for="token" { "Token " }
                input #token type="password" name="token" autocomplete="current-password" required;
                " "
                button { "Log in" }
            }
        }
    }
}

/// The page with the form.
pub async fn login() -> Response {
    page("Log in", Section::None, &html! { h1 { "Log in" } (login_form()) })
}

/// Takes the token from the form.
pub async fn log_in(State(app): State<SharedApp>, body: Bytes) -> Result<Response, Problem> {
    let form = Params::of_form(&body);
    remember(&app, form.get("token").unwrap_or_default())
}

/// Goes to the start page with the token in a cookie.
pub fn remember(app: &App, token: &str) -> Result<Response, Problem> {
    if !app.access.is_token(token) {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "That is not the token."));
    }
    Ok((StatusCode::SEE_OTHER, [(LOCATION, "/".to_owned()), (SET_COOKIE, app.access.cookie())]).into_response())
}
