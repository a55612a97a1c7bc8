//! Why a request has no answer: a status, a message, and what the user can do. How it looks is decided by [`super::guard`], which knows whether a browser
//! or a program asks.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::commands::history;
use crate::{engine, queue, store};

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status of the response.
    pub status: StatusCode,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What the user can do.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None }
    }

    /// There is nothing at this address.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The request is wrong.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The same with what the user can do.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn internal(error: &impl ToString, hint: Option<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, message: format!("Failed to {}.", error.to_string()), hint }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            store::Error::Ambiguous { .. } => Self { status: StatusCode::NOT_FOUND, ..Self::internal(&error, hint) },
            _ => Self::internal(&error, hint),
        }
    }
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Store(error) => error.into(),
            _ => {
                let (hint, is_usage) = (error.hint(), error.is_usage());
                let problem = Self::internal(&error, hint);
                if is_usage { Self { status: StatusCode::NOT_FOUND, ..problem } } else { problem }
            }
        }
    }
}

impl From<queue::Error> for Problem {
    fn from(error: queue::Error) -> Self {
        let hint = Some(error.hint().to_owned());
        Self::internal(&error, hint)
    }
}

impl From<history::Error> for Problem {
    fn from(error: history::Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            history::Error::Store(error) => error.into(),
            history::Error::Unknown { .. } => Self { status: StatusCode::NOT_FOUND, ..Self::internal(&error, hint) },
            history::Error::Damaged(_) => Self::internal(&error, hint),
        }
    }
}
