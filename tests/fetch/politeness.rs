//! One request at a time per host, with a pause in between; other hosts do not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gleaner::fetch::{Config, Fetcher, Reason};

use crate::server::{Reply, Seen, Server};
use crate::{fetcher, millis, quick, request};

async fn fetch_all(fetcher: &Fetcher, urls: impl IntoIterator<Item = String>) -> Vec<bool> {
    let tasks: Vec<_> = urls
        .into_iter()
        .map(|url| {
            let fetcher = fetcher.clone();
            tokio::spawn(async move { fetcher.fetch(request(&url)).await.is_ok() })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

/// The pauses between the end of an answer and the next request.
fn pauses(seen: &[Seen]) -> Vec<Duration> {
    seen.windows(2).map(|pair| pair[1].at.saturating_duration_since(pair[0].answered.unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_sees_one_request_at_a_time_with_a_pause_between() {
    let server = Server::pages(|_, _| Reply::status(200).header("Content-Length", "2").pause(millis(30)).then("ok")).await;
    let fetcher = fetcher(&Config { delay_s: millis(80).into(), ..quick() });
    let urls = (0..5).map(|n| if n % 2 == 0 { server.url(&format!("/{n}")) } else { server.url(&format!("/{n}?x")) });
    assert_eq!(fetch_all(&fetcher, urls).await, [true; 5]);
    assert_eq!(server.most_at_once(), 1);
    assert_eq!(server.paths().iter().filter(|path| *path == "/robots.txt").count(), 1, "one robots.txt for all");
    assert!(pauses(&server.seen()).iter().all(|pause| *pause >= millis(80)), "{:?}", pauses(&server.seen()));
}

#[tokio::test]
async fn redirects_within_a_host_wait_as_well() {
    let server = Server::pages(|seen, _| match seen.path.as_str() {
        "/a" => Reply::redirect("/b"),
        _ => Reply::html("ok"),
    })
    .await;
    let fetcher = fetcher(&Config { delay_s: millis(80).into(), ..quick() });
    fetcher.fetch(request(&server.url("/a"))).await.unwrap();
    assert!(pauses(&server.seen()).iter().all(|pause| *pause >= millis(80)));
}

#[tokio::test]
async fn crawl_delay_raises_the_pause_up_to_the_maximum() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/robots.txt" => Reply::ok("User-agent: *\nCrawl-delay: 3600\n"),
        _ => Reply::html("ok"),
    })
    .await;
    let fetcher = fetcher(&Config { max_delay_s: millis(150).into(), ..quick() });
    let start = Instant::now();
    assert_eq!(fetch_all(&fetcher, [server.url("/1"), server.url("/2")]).await, [true; 2]);
    assert!((millis(280)..millis(2000)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_host_does_not_delay_other_hosts() {
    let stalled = Server::pages(|_, _| Reply::raw("").pause(Duration::from_secs(60))).await;
    let server = Server::pages(|_, _| Reply::html("ok")).await;
    let fetcher = fetcher(&Config { concurrency: 2, ..quick() });
    let waiting: Vec<_> = (0..20)
        .map(|n| {
            let (fetcher, url) = (fetcher.clone(), stalled.url(&format!("/{n}")));
            tokio::spawn(async move { fetcher.fetch(request(&url)).await.is_ok() })
        })
        .collect();
    while stalled.seen().len() < 2 {
        tokio::time::sleep(millis(5)).await;
    }
    let start = Instant::now();
    assert_eq!(fetch_all(&fetcher, (0..10).map(|n| server.named_url(&format!("/{n}")))).await, [true; 10]);
    assert!(start.elapsed() < millis(1500), "{:?}", start.elapsed());
    assert_eq!(stalled.most_at_once(), 1);
    for task in waiting {
        task.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_stalled_hosts_do_not_delay_other_hosts() {
    // Accepts connections on all loopback addresses, and never responds.
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&accepted);
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            open.push(socket);
        }
    });
    let server = Server::pages(|_, _| Reply::html("ok")).await;
    let fetcher = fetcher(&Config { concurrency: 8, read_timeout_s: millis(60_000).into(), ..quick() });
    let waiting: Vec<_> = (1..=40)
        .map(|n| {
            let (fetcher, url) = (fetcher.clone(), format!("http://127.7.0.{n}:{port}/"));
            tokio::spawn(async move { fetcher.fetch(request(&url)).await.is_ok() })
        })
        .collect();
    let start = Instant::now();
    while accepted.load(Ordering::SeqCst) < 40 {
        assert!(start.elapsed() < millis(4000), "{accepted:?} of 40 stalled hosts had a connection");
        tokio::time::sleep(millis(5)).await;
    }
    let start = Instant::now();
    assert_eq!(fetch_all(&fetcher, (0..10).map(|n| server.url(&format!("/{n}")))).await, [true; 10]);
    assert!(start.elapsed() < millis(1500), "{:?}", start.elapsed());
    for task in waiting {
        task.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_concurrency_limit_covers_all_hosts() {
    let mut most = Vec::new();
    // On a busy machine a request may take the 250 ms after which its slot is released: one of five attempts will do, as without a limit
    // none would.
    while most.len() < 5 && !most.contains(&1) {
        let pause = |_: &_, _| Reply::status(200).header("Content-Length", "2").pause(millis(30)).then("ok");
        let server = Server::pages(pause).await;
        let fetcher = fetcher(&Config { concurrency: 1, ..quick() });
        // Two names of one server are two hosts, so only the limit of one keeps their requests apart.
        let urls = (0..4).flat_map(|n| [server.url(&format!("/{n}")), server.named_url(&format!("/{n}"))]);
        assert_eq!(fetch_all(&fetcher, urls).await, [true; 8]);
        most.push(server.most_at_once());
    }
    assert!(most.contains(&1), "{most:?}");
}

#[tokio::test]
async fn retry_after_blocks_the_whole_host() {
    let server = Server::pages(|seen, nth| match (seen.path.as_str(), nth) {
        ("/limited", 0) => Reply::status(429).header("Retry-After", "1").body("slow down"),
        _ => Reply::html("ok"),
    })
    .await;
    let fetcher = fetcher(&Config { attempts: 2, ..quick() });
    let limited = fetcher.clone();
    let url = server.url("/limited");
    let first = tokio::spawn(async move { limited.fetch(request(&url)).await.is_ok() });
    while server.seen().len() < 2 {
        tokio::time::sleep(millis(5)).await;
    }
    fetcher.fetch(request(&server.url("/other"))).await.unwrap();
    assert!(first.await.unwrap());
    let seen = server.seen();
    assert!(seen[2].at - seen[1].at >= millis(1000), "no request while the host is blocked");
}

#[tokio::test]
async fn a_host_that_asks_for_too_long_a_pause_is_left_alone() {
    let server = Server::pages(|_, _| Reply::status(503).header("Retry-After", "3600").body("later")).await;
    let fetcher = fetcher(&Config { attempts: 3, ..quick() });
    let error = fetcher.fetch(request(&server.url("/1"))).await.unwrap_err();
    let Some(Reason::Status { status: 503, retry_after, .. }) = error.reason() else { panic!("{error}") };
    assert_eq!(*retry_after, Some(Duration::from_secs(3600)));
    let error = fetcher.fetch(request(&server.url("/2"))).await.unwrap_err();
    assert!(matches!(error.reason(), Some(Reason::Busy(3500..=3600))) && !error.is_refusal(), "{error}");
    assert_eq!(server.paths(), ["/robots.txt", "/1"]);
}
