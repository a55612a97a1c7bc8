//! What is retried and how often, and conditional requests.

use gleaner::fetch::{Config, Fetched, Phase, Reason, Request};

use crate::server::{Reply, Server};
use crate::{failure, fetch, fetcher, millis, page, quick, reason};

fn thrice() -> Config {
    Config { attempts: 3, ..quick() }
}

#[tokio::test]
async fn temporary_failures_are_retried() {
    for status in [429, 500, 502, 503, 504] {
        let server =
            Server::pages(move |_, nth| if nth < 2 { Reply::status(status).body("no") } else { Reply::html("yes") }).await;
        assert_eq!(page(&thrice(), &server.url("/")).await.bytes, b"yes", "{status}");
        assert_eq!(server.seen().len(), 4);
    }
}

#[tokio::test]
async fn lost_connections_and_silence_are_retried() {
    let server = Server::pages(|seen, nth| match (seen.path.as_str(), nth) {
        ("/closed", 0) => Reply::raw(""),
        ("/cut", 0) => Reply::status(200).header("Content-Length", "100").then("half"),
        ("/silent", 0) => Reply::raw("").pause(millis(60_000)),
        _ => Reply::html("yes"),
    })
    .await;
    let config = Config { read_timeout_s: millis(150).into(), connect_timeout_s: millis(150).into(), ..thrice() };
    for path in ["/closed", "/cut", "/silent"] {
        assert_eq!(page(&config, &server.url(path)).await.bytes, b"yes", "{path}");
    }
}

#[tokio::test]
async fn the_response_to_the_last_attempt_counts() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/silent" => Reply::raw("").pause(millis(60_000)),
        _ => Reply::status(503).body("no"),
    })
    .await;
    let error = failure(&thrice(), &server.url("/x")).await;
    assert_eq!(error.status(), Some(503));
    assert!(!error.is_refusal() && error.hint().is_some());
    assert_eq!(server.paths(), ["/robots.txt", "/x", "/x", "/x"]);
    let config = Config { total_timeout_s: millis(100).into(), ..thrice() };
    assert!(matches!(reason(&config, &server.url("/silent")).await, Reason::Timeout { phase: Phase::Total, .. }));
    assert_eq!(server.paths().iter().filter(|path| *path == "/silent").count(), 3);
}

#[tokio::test]
async fn other_statuses_are_not_retried() {
    let server = Server::pages(|seen, _| Reply::status(seen.path[1..].parse().unwrap()).body("no")).await;
    for (status, hint) in [
        (400, None),
        (401, Some("login")),
        (402, Some("paid")),
        (403, Some("fetch.contact")),
        (404, Some("URL")),
        (410, Some("list")),
        (451, Some("legal")),
    ] {
        let error = failure(&thrice(), &server.url(&format!("/{status}"))).await;
        assert_eq!(error.status(), Some(status));
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!(error.hint().is_some(), hint.is_some());
        assert!(hint.is_none_or(|hint| error.hint().unwrap().contains(hint)), "{error}");
        assert_eq!(server.paths().iter().filter(|path| **path == format!("/{status}")).count(), 1);
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = Server::pages(|_, nth| match nth {
        0 => Reply::status(503).header("Retry-After", "1").body("later"),
        _ => Reply::html("yes"),
    })
    .await;
    page(&thrice(), &server.url("/")).await;
    let seen = server.seen();
    assert!(seen[2].at - seen[1].at >= millis(1000));
}

#[tokio::test]
async fn an_unchanged_copy_is_not_transferred_again() {
    let server =
        Server::pages(|seen, _| match (seen.path.as_str(), seen.header("if-none-match"), seen.header("if-modified-since")) {
            ("/moved", ..) => Reply::redirect("/page"),
            (_, Some("W/\"v1\""), _) | (_, None, Some("Mon, 02 Jan 2023 00:00:00 GMT")) => {
                Reply::status(304).header("ETag", "W/\"v1\"")
            }
            _ => Reply::html("new").header("ETag", "\"v2\"").header("Last-Modified", "Tue, 03 Jan 2023 00:00:00 GMT"),
        })
        .await;
    let fetcher = fetcher(&quick());
    let conditional = |path: &str, etag: Option<&str>, date: Option<&str>| Request {
        url: server.url(path).parse().unwrap(),
        etag: etag.map(str::to_owned),
        last_modified: date.map(str::to_owned),
    };
    let date = Some("Mon, 02 Jan 2023 00:00:00 GMT");
    for (path, etag, date) in [("/page", Some("W/\"v1\""), None), ("/page", None, date), ("/moved", Some("W/\"v1\""), date)] {
        let fetched = fetcher.fetch(conditional(path, etag, date)).await.unwrap();
        assert!(matches!(fetched, Fetched::NotModified), "{path}");
    }
    let Fetched::Document(new) = fetcher.fetch(conditional("/page", Some("\"v0\""), None)).await.unwrap() else { panic!() };
    assert_eq!(new.http.as_ref().unwrap().header("etag"), Some("\"v2\""));
    assert_eq!(new.bytes, b"new");
    // Values that are not valid in a header are left out.
    fetcher.fetch(conditional("/page", Some("\"a\r\nX-Evil: 1\""), None)).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.header("x-evil").is_none()));
}

#[tokio::test]
async fn an_unrequested_304_is_an_error() {
    let server = Server::pages(|_, _| Reply::status(304)).await;
    assert_eq!(fetch(&quick(), &server.url("/")).await.unwrap_err().status(), Some(304));
}
