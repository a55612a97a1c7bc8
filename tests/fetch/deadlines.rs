//! Timeouts: connect, read, total; and hosts that do not exist.

use std::time::{Duration, Instant};

use gleaner::fetch::{Config, Phase, Reason};

use crate::server::{Reply, Server};
use crate::{failure, millis, quick, reason};

#[tokio::test]
async fn a_slow_body_hits_the_total_timeout() {
    let server = Server::pages(|_, _| Reply::status(200).header("Content-Length", "10000").forever("x", millis(50))).await;
    let config = Config { total_timeout_s: millis(400).into(), ..quick() };
    let start = Instant::now();
    let error = failure(&config, &server.url("/")).await;
    assert!(matches!(error.reason(), Some(Reason::Timeout { phase: Phase::Total, .. })) && !error.is_refusal(), "{error}");
    assert!(error.to_string().ends_with("the page was not complete within 0.4 s"), "{error}");
    assert!((millis(400)..millis(1500)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn slow_headers_hit_the_total_timeout() {
    let server = Server::pages(|_, _| Reply::raw("HTTP/1.1 200 OK\r\nX-Slow: ").forever("x", millis(50))).await;
    let config = Config { total_timeout_s: millis(400).into(), ..quick() };
    assert!(matches!(reason(&config, &server.url("/")).await, Reason::Timeout { phase: Phase::Total, .. }));
}

#[tokio::test]
async fn silence_hits_the_read_timeout() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/head" => Reply::raw("").pause(Duration::from_secs(60)),
        _ => Reply::status(200).header("Content-Length", "100").then("some").pause(Duration::from_secs(60)),
    })
    .await;
    let config = Config { read_timeout_s: millis(200).into(), connect_timeout_s: millis(200).into(), ..quick() };
    for path in ["/head", "/body"] {
        let error = failure(&config, &server.url(path)).await;
        assert!(matches!(error.reason(), Some(Reason::Timeout { phase: Phase::Read, .. })), "{path}: {error}");
        assert!(error.hint().unwrap().contains("fetch.read_timeout_s"));
    }
}

#[tokio::test]
async fn a_host_that_accepts_no_connection_hits_the_connect_timeout() {
    // A listener with a full backlog does not respond: nothing accepts, and one connection fills it.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(millis(100), tokio::net::TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let config = Config { connect_timeout_s: millis(200).into(), ..quick() };
    let error = failure(&config, &format!("http://{address}/")).await;
    assert!(matches!(error.reason(), Some(Reason::Timeout { phase: Phase::Connect, .. })), "{error}");
    assert!(error.hint().unwrap().contains("fetch.connect_timeout_s"));
}

#[tokio::test]
async fn missing_hosts_are_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = failure(&quick(), &format!("http://{address}/")).await;
    assert!(matches!(refused.reason(), Some(Reason::ConnectionRefused)), "{refused}");
    // RFC 6761: never resolves.
    let unknown = failure(&quick(), "http://nowhere.invalid/").await;
    assert!(matches!(unknown.reason(), Some(Reason::Lookup(_))), "{unknown}");
    assert!(unknown.hint().is_some() && !unknown.is_refusal());
}
