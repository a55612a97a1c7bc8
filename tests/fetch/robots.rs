//! robots.txt over real sockets: what its status, redirects and age mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gleaner::clock::Clock;
use gleaner::fetch::{Config, Fetcher, Reason, RobotsPolicy};
use gleaner_extract::base::time::Timestamp;

use crate::server::{Reply, Server};
use crate::{failure, fetch, fetcher, page, quick, request};

async fn with_robots(robots: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |seen, nth| match seen.path.as_str() {
        "/robots.txt" => robots(nth),
        _ => Reply::html("page"),
    })
    .await
}

#[tokio::test]
async fn disallowed_pages_are_never_requested() {
    let server = with_robots(|_| Reply::ok("User-agent: *\nDisallow: /private\nAllow: /private/open\n")).await;
    let error = failure(&quick(), &server.url("/private/page?x")).await;
    assert!(matches!(error.reason(), Some(Reason::Robots { line: 2, pattern }) if pattern == "/private"), "{error}");
    assert!(error.is_refusal() && error.hint().is_some());
    assert_eq!(server.paths(), ["/robots.txt"]);
    page(&quick(), &server.url("/private/open/page")).await;
    page(&quick(), &server.url("/")).await;
    page(&quick(), &server.url("/robots.txt")).await;
}

#[tokio::test]
async fn a_group_for_gleaner_takes_precedence() {
    let server = with_robots(|_| Reply::ok("User-agent: Gleaner/9\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n")).await;
    assert!(fetch(&quick(), &server.url("/a")).await.is_err());
    page(&quick(), &server.url("/b")).await;
}

#[tokio::test]
async fn a_missing_file_allows_everything() {
    for status in [400, 401, 403, 404, 410, 451] {
        let server = with_robots(move |_| Reply::status(status).body("User-agent: *\nDisallow: /\n")).await;
        page(&quick(), &server.url("/")).await;
    }
}

#[tokio::test]
async fn an_unreachable_file_fails_all_pages_of_the_host() {
    for status in [429, 500, 503] {
        let server = with_robots(move |_| Reply::status(status).body("")).await;
        let fetcher = fetcher(&quick());
        let error = fetcher.fetch(request(&server.url("/1"))).await.unwrap_err();
        assert!(matches!(error.reason(), Some(Reason::RobotsUnreachable(_))) && !error.is_refusal(), "{error}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert!(fetcher.fetch(request(&server.url("/2"))).await.is_err());
        assert_eq!(server.paths(), ["/robots.txt"], "the failure is cached for a while");
    }
    let broken = with_robots(|_| Reply::raw("")).await;
    let error = failure(&quick(), &broken.url("/")).await;
    assert!(matches!(error.reason(), Some(Reason::RobotsUnreachable(_))) && !error.is_refusal(), "{error}");
}

#[tokio::test]
async fn temporary_failures_are_retried() {
    let server =
        with_robots(|nth| if nth == 0 { Reply::status(503).body("") } else { Reply::ok("User-agent: *\nDisallow: /x\n") }).await;
    page(&Config { attempts: 2, ..quick() }, &server.url("/")).await;
    assert_eq!(server.paths(), ["/robots.txt", "/robots.txt", "/"]);
}

#[tokio::test]
async fn up_to_five_redirects_are_followed() {
    for (hops, allowed) in [(5, false), (6, true)] {
        let server = Server::start(move |seen, _| match seen.path.as_str() {
            "/robots.txt" => Reply::redirect(format!("/{hops}?robots")),
            "/page" => Reply::html("page"),
            path => match path[1..2].parse::<u32>().unwrap() {
                1 => Reply::ok("User-agent: *\nDisallow: /\n"),
                n => Reply::redirect(format!("/{}?robots", n - 1)),
            },
        })
        .await;
        assert_eq!(fetch(&quick(), &server.url("/page")).await.is_ok(), allowed, "{hops} hops");
    }
}

#[tokio::test]
async fn redirects_to_internal_addresses_are_refused() {
    let inside = Server::pages(|_, _| Reply::ok("secret")).await;
    let target = format!("http://127.0.0.2:{}/", inside.port());
    let server = with_robots(move |_| Reply::redirect(&target)).await;
    let listed = Config { allow_private: ["127.0.0.1".to_owned()].into_iter().collect(), ..quick() };
    let error = failure(&listed, &server.url("/")).await;
    assert!(matches!(error.reason(), Some(Reason::RobotsUnreachable(_))), "{error}");
}

#[tokio::test]
async fn a_huge_file_is_read_up_to_the_limit() {
    let server = with_robots(|_| {
        let rules = format!("User-agent: *\nDisallow: /early\n{}Disallow: /late\n", "# padding\n".repeat(60_000));
        Reply::ok(rules)
    })
    .await;
    assert!(fetch(&quick(), &server.url("/early")).await.is_err());
    page(&quick(), &server.url("/late")).await;
    let endless = with_robots(|_| {
        Reply::status(200).then("User-agent: *\nDisallow: /x\n").forever("# more\n".repeat(1000), crate::millis(0))
    })
    .await;
    page(&quick(), &endless.url("/")).await;
}

#[tokio::test]
async fn a_compressed_file_is_read() {
    let rules = zstd::encode_all(&b"User-agent: *\nDisallow: /\n"[..], 3).unwrap();
    let server = with_robots(move |_| Reply::ok(&rules).header("Content-Encoding", "zstd")).await;
    assert!(failure(&quick(), &server.url("/")).await.is_refusal());
}

#[tokio::test]
async fn each_origin_has_its_own_file() {
    let closed = with_robots(|_| Reply::ok("User-agent: *\nDisallow: /\n")).await;
    let open = with_robots(|_| Reply::status(404)).await;
    let fetcher = fetcher(&quick());
    assert!(fetcher.fetch(request(&closed.url("/"))).await.is_err());
    assert!(fetcher.fetch(request(&open.url("/"))).await.is_ok());
}

#[tokio::test]
async fn the_file_can_be_ignored() {
    let server = with_robots(|_| Reply::ok("User-agent: *\nDisallow: /\n")).await;
    page(&Config { robots: RobotsPolicy::Ignore, ..quick() }, &server.url("/")).await;
    assert_eq!(server.paths(), ["/"]);
}

/// A clock that the test sets.
struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn the_file_is_fetched_again_after_a_day_and_a_failure_after_minutes() {
    let server = with_robots(|nth| match nth {
        0 => Reply::status(500).body(""),
        1 => Reply::ok("User-agent: *\nDisallow: /x\n"),
        _ => Reply::ok("User-agent: *\nDisallow: /\n"),
    })
    .await;
    let clock = Arc::new(ManualClock(AtomicI64::new(1_000_000_000)));
    let fetcher = Fetcher::new(&quick(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    for (seconds_later, works, robots_read) in [(0, false, 1), (299, false, 1), (1, true, 2), (86_399, true, 2), (1, false, 3)] {
        clock.0.fetch_add(seconds_later, Ordering::SeqCst);
        assert_eq!(fetcher.fetch(request(&server.url("/"))).await.is_ok(), works, "after {seconds_later} s more");
        assert_eq!(server.paths().iter().filter(|path| *path == "/robots.txt").count(), robots_read);
    }
}
