//! The page of a problem.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::super::app::App;
use super::super::problem::Problem;
use super::layout::{Section, plain_frame, respond};
use super::login::login_form;

/// What is wrong, what the user can do, and where else to go. Who lacks the token can give it.
pub fn problem_page(app: &App, problem: &Problem) -> Response {
    let reason = problem.status.canonical_reason().unwrap_or("Error");
    let asks = problem.status == StatusCode::UNAUTHORIZED && app.access.token().is_some();
    let content = html! {
        div.error {
            h1 { (problem.status.as_u16()) " " (reason) }
            p { (problem.message) }
            @if let Some(hint) = &problem.hint { p.soft { (hint) } }
            @if asks { (login_form()) } @else { p { a href="/" { "To the start page" } } }
        }
    };
    respond(problem.status, &plain_frame(reason, Section::None, &content))
}
