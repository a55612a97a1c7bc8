//! The fetcher against real sockets: a loopback server that behaves well, badly and maliciously.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail and speak as tests do")]

mod address;
mod bodies;
mod bombs;
mod browser;
mod charsets;
mod deadlines;
mod hostile;
mod politeness;
mod privacy;
mod rebinding;
mod redirects;
mod retries;
mod robots;
mod server;
mod sessions;
#[path = "../shared/mod.rs"]
mod shared;
#[path = "../shared/archive.rs"]
mod shared_archive;
mod tls;
mod vectors;

use std::sync::Arc;
use std::time::Duration;

use gleaner::clock::SystemClock;
use gleaner::fetch::{AllowPrivate, Config, Error, Fetched, Fetcher, Reason, Request};
use gleaner_extract::document::{HttpFacts, RawDocument};

/// Allows the loopback and removes all pauses; otherwise the defaults.
fn quick() -> Config {
    Config {
        allow_private: AllowPrivate::All,
        delay_s: Duration::ZERO.into(),
        backoff_s: millis(10).into(),
        connect_timeout_s: millis(2000).into(),
        read_timeout_s: millis(2000).into(),
        total_timeout_s: millis(5000).into(),
        attempts: 1,
        ..Config::default()
    }
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn fetcher(config: &Config) -> Fetcher {
    Fetcher::new(config, Arc::new(SystemClock)).unwrap()
}

fn request(url: &str) -> Request {
    Request { url: url.parse().unwrap(), etag: None, last_modified: None }
}

/// Fetches with a fetcher of its own.
async fn fetch(config: &Config, url: &str) -> Result<Fetched, Error> {
    fetcher(config).fetch(request(url)).await
}

/// Fetches a page that must succeed.
async fn page(config: &Config, url: &str) -> RawDocument {
    match fetch(config, url).await.unwrap() {
        Fetched::Document(document) => *document,
        Fetched::NotModified => panic!("not modified"),
    }
}

/// Fetches a page that must fail, and checks the form of its message.
async fn failure(config: &Config, url: &str) -> Error {
    let error = fetch(config, url).await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("fetch ") && shown.contains(": ") && shown.lines().count() == 1 && shown.len() < 700, "{shown}");
    error
}

/// Fetches a page that must fail, and returns why.
async fn reason(config: &Config, url: &str) -> Reason {
    failure(config, url).await.reason().unwrap().clone()
}

fn facts(document: &RawDocument) -> &HttpFacts {
    document.http.as_ref().unwrap()
}
