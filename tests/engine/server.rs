//! A server on the loopback whose pages a test can change while it runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// What stands at a path.
#[derive(Clone)]
pub enum Page {
    /// A page with an ETag made from its content.
    Html(String),
    /// A redirect.
    To(String),
    /// Bytes of a kind, without ETag.
    Bytes(&'static str, Vec<u8>),
    /// A status and nothing else.
    Status(u16),
}

#[derive(Clone, Default)]
struct Shelf {
    pages: Arc<Mutex<HashMap<String, Page>>>,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

/// The server; it stops when it is dropped.
pub struct Server {
    shelf: Shelf,
    port: u16,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shelf = Shelf::default();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = axum::Router::new().fallback(answer).with_state(shelf.clone());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { shelf, port, _runtime: runtime }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn put(&self, path: &str, page: Page) {
        self.shelf.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// What was asked since the last time, without robots.txt, with the status of the answer, in order of the paths.
    pub fn asked(&self) -> Vec<(String, u16)> {
        let mut asked = std::mem::take(&mut *self.shelf.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

async fn answer(State(shelf): State<Shelf>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let page = shelf.pages.lock().unwrap().get(&path).cloned().unwrap_or(Page::Status(404));
    let mut response = match page {
        Page::Html(html) => {
            let etag = format!("\"{}\"", gleaner_extract::base::hash::ContentHash::of(&html).short());
            if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::ETAG, etag)], html).into_response()
            }
        }
        Page::To(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Page::Bytes(kind, bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Page::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
    };
    // Kept with the body: two runs are only the same where the server says the same.
    response.headers_mut().insert(header::DATE, HeaderValue::from_static("Wed, 01 May 2024 12:00:00 GMT"));
    if path != "/robots.txt" {
        shelf.asked.lock().unwrap().push((path, response.status().as_u16()));
    }
    response
}
