//! Runs that tell the truth: URLs that were given up stay so, sources that cannot be read are named until they can be, and errors say what was
//! expected.

use std::sync::Arc;

use gleaner::clock::FixedClock;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::commands::sources::{SourceReport, reports};
use gleaner::engine::options::PollScope;
use gleaner::engine::{RunReport, Setup, Silent};
use gleaner::queue::{FILE_NAME, Queue, QueueFilter, UrlState};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, page};

fn at(corpus: &Corpus, settings: &str, time: &str) -> Setup {
    let mut setup = corpus.setup_with(&format!("{SETTINGS}robots = \"ignore\"\n[queue]\nattempts = 2\nretry_s = 60\n{settings}"));
    setup.clock = Arc::new(FixedClock(format!("2024-05-{time}:00Z").parse().unwrap()));
    setup
}

fn run_at(corpus: &Corpus, settings: &str, time: &str) -> RunReport {
    run(&at(corpus, settings, time), &RunOptions::default(), &Silent).unwrap()
}

fn source(kind: &str, name: &str, place: &str) -> String {
    format!("[[source]]\nkind = \"{kind}\"\nname = \"{name}\"\n{place}\n")
}

fn states(corpus: &Corpus) -> Vec<(UrlState, u64)> {
    Queue::open_to_read(&corpus.path(".gleaner").join(FILE_NAME)).unwrap().unwrap().counts().unwrap()
}

fn of(setup: &Setup, name: &str) -> SourceReport {
    let found = reports(&setup.config.source, &setup.layout, setup.clock.now()).unwrap();
    found.into_iter().find(|report| report.name == name).unwrap()
}

fn asked(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|(path, status)| format!("{path} {status}")).collect()
}

#[test]
fn a_url_that_was_given_up_is_not_requested_again_whatever_lists_it() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/2024/05/story-number-1", Page::Html(page(1, "One")));
    server.put("/2024/05/story-number-3", Page::Status(500));
    let (good, gone, broken) =
        (server.url("/2024/05/story-number-1"), server.url("/2024/05/story-number-2"), server.url("/2024/05/story-number-3"));
    let item = |url: &str| format!("<item><link>{url}</link></item>");
    server.put("/feed", Page::Html(format!("<rss><channel>{}{}</channel></rss>", item(&good), item(&gone))));
    server.put("/map.xml", Page::Html(format!("<urlset><url><loc>{gone}</loc></url></urlset>")));
    let link =
        |url: &str| format!("<div class=\"card\"><h3><a href=\"{url}\">The district has a plan for this now</a></h3></div>");
    let front: String = [&good, &gone, &broken].map(|url| link(url)).concat();
    server.put("/news", Page::Html(format!("<html><body>{front}</body></html>")));
    corpus.write("list.txt", format!("{good}\n{gone}\n{broken}\n"));
    corpus.write("table.csv", format!("url\n{gone}\n"));
    let settings = source("urls", "urls", &format!("urls = [\"{good}\", \"{gone}?utm_source=x\"]"))
        + &source("list", "list", "file = \"list.txt\"")
        + &source("csv", "csv", "file = \"table.csv\"")
        + &source("feed", "feed", &format!("url = \"{}\"", server.url("/feed")))
        + &source("sitemap", "map", &format!("url = \"{}\"", server.url("/map.xml")))
        + &source("page", "page", &format!("url = \"{}\"", server.url("/news")));
    let report = run_at(&corpus, &settings, "01T12:00");
    assert_eq!(
        (report.new, report.failed, states(&corpus)),
        (1, 2, [UrlState::Done, UrlState::Retry, UrlState::Dead].map(|state| (state, 1)).to_vec())
    );
    server.asked();

    // A failed one waits for its next attempt; being listed again neither hastens that nor resets the number of attempts.
    let report = run_at(&corpus, &settings, "01T12:00");
    assert_eq!((report.failed, report.dead, report.exit_status()), (0, 3, 0), "{report:?}");
    assert_eq!(asked(&server), ["/2024/05/story-number-1 304"]);
    let report = run_at(&corpus, &settings, "01T12:02");
    assert_eq!((report.failed, states(&corpus)), (1, vec![(UrlState::Done, 1), (UrlState::Dead, 2)]), "{report:?}");
    server.asked();
    let all = RunOptions { poll: PollScope::All, ..RunOptions::default() };
    run(&at(&corpus, &settings, "02T12:00"), &all, &Silent).unwrap();
    let pages: Vec<String> = asked(&server).into_iter().filter(|asked| asked.starts_with("/2024")).collect();
    assert_eq!(pages, ["/2024/05/story-number-1 304"]);

    // Somebody who names it wants it to be tried.
    let inputs = [IngestInput::Url(gone.clone())];
    let try_it = || ingest(&at(&corpus, &settings, "02T13:00"), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!((counts(&try_it()), states(&corpus)), ([0, 0, 0, 0, 0, 1], vec![(UrlState::Done, 1), (UrlState::Dead, 2)]));
    assert_eq!(asked(&server), ["/2024/05/story-number-2 404"]);
    server.put("/2024/05/story-number-2", Page::Html(page(2, "Two")));
    let report = try_it();
    assert_eq!((counts(&report), states(&corpus)), ([1, 0, 0, 0, 0, 0], vec![(UrlState::Done, 2), (UrlState::Dead, 1)]));
    assert_eq!((report.documents[0].title.as_deref(), report.documents[0].outcome), (Some("Two"), "new"));
}

#[test]
fn a_done_url_that_is_named_is_fetched_again() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/1", Page::Html(page(1, "One")));
    server.put("/feed", Page::Html(format!("<rss><channel><item><link>{}</link></item></channel></rss>", server.url("/1"))));
    let settings = source("feed", "feed", &format!("url = \"{}\"", server.url("/feed")));
    run_at(&corpus, &settings, "01T12:00");
    server.put("/1", Page::Html(page(11, "One, corrected")));
    assert_eq!(run_at(&corpus, &settings, "01T12:01").inputs, 0);
    let mut queue = Queue::open(&corpus.path(".gleaner").join(FILE_NAME), "2024-05-01T12:02:00Z".parse().unwrap()).unwrap();
    let unnamed = QueueFilter { source: Some("feed".into()), ..QueueFilter::default() };
    let now = "2024-05-01T12:02:00Z".parse().unwrap();
    assert_eq!(queue.retry(&unnamed, now).unwrap(), 0, "what is done stays so unless it is named");
    assert_eq!(queue.retry(&QueueFilter { names: vec![server.url("/1")], ..unnamed }, now).unwrap(), 1);
    drop(queue);
    assert_eq!(counts(&run_at(&corpus, &settings, "01T12:03")), [0, 1, 0, 0, 0, 0]);
}

#[test]
fn sources_that_fail_are_named_in_every_run_until_they_can_be_read() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/page", Page::Html("<!doctype html><p>No links here.".into()));
    server.put("/robots.txt", Page::Status(404));
    let urls = ["/feed", "/map.xml", "/page", "/list.opml"].map(|path| format!("url = \"{}\"", server.url(path)));
    let settings = source("feed", "F", &urls[0])
        + &source("sitemap", "S", &urls[1])
        + &source("page", "P", &urls[2])
        + &source("opml", "O", &urls[3])
        + &source("list", "L", "file = \"no.txt\"");
    let report = run_at(&corpus, &settings, "01T12:00");
    assert_eq!((report.failed, report.failing.len(), report.exit_status()), (5, 5, 3), "{report:?}");
    assert!(report.failing.iter().all(|source| source.polled && source.failures == 1), "{report:?}");
    for name in ["F", "S", "P", "O"] {
        assert!(
            report.failures.iter().any(|failure| failure.error.contains(&format!("poll the source `{name}`: "))),
            "{report:?}"
        );
    }
    server.asked();

    // None is due again, but the file, which every run reads: they are named all the same, and the run is no success.
    let report = run_at(&corpus, &settings, "01T12:01");
    assert_eq!((report.inputs, report.failing.len(), report.exit_status()), (1, 5, 3), "{report:?}");
    assert_eq!(asked(&server), Vec::<String>::new());
    let feed = &report.failing[0];
    assert_eq!((feed.source.as_str(), feed.polled, feed.failures, feed.last_success), ("F", false, 1, None));
    assert!(feed.error.contains("404") && feed.next_poll.unwrap() > "2024-05-01T12:01:00Z".parse().unwrap(), "{feed:?}");

    let only = RunOptions { only: vec!["S".into()], ..RunOptions::default() };
    let report = run(&at(&corpus, &settings, "01T12:01"), &only, &Silent).unwrap();
    assert_eq!(report.failing.iter().map(|source| source.source.as_str()).collect::<Vec<_>>(), ["S"]);

    server.put("/1", Page::Html(page(1, "One")));
    server.put("/feed", Page::Html(format!("<rss><channel><item><link>{}</link></item></channel></rss>", server.url("/1"))));
    corpus.write("no.txt", "");
    let report = run_at(&corpus, &settings, "03T12:00");
    assert_eq!((report.new, report.failing.len(), report.exit_status()), (1, 3, 3), "{report:?}");
    let setup = at(&corpus, &settings, "03T12:00");
    let (feed, map, list) = (of(&setup, "F"), of(&setup, "S"), of(&setup, "L"));
    assert_eq!((feed.failures, feed.error, feed.last_success, feed.new_this_week), (0, None, Some(setup.clock.now()), 1));
    assert_eq!((map.is_failing, map.failures, map.last_success), (true, 2, None));
    assert_eq!((list.is_failing, list.last_success, list.next_poll), (false, Some(setup.clock.now()), None));
    assert_eq!(of(&at(&corpus, &settings, "20T12:00"), "F").new_this_week, 0);
}

#[test]
fn a_listing_that_fails_waits_as_long_as_any_source() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/1", Page::Html(page(1, "One")));
    let map = format!("<urlset><url><loc>{}</loc></url></urlset>", server.url("/1"));
    server.put("/good.xml", Page::Html(map.clone()));
    server.put("/bad.xml", Page::Html(map));
    let index = |day: &str| {
        let entry = |name: &str| format!("<sitemap><loc>/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>");
        Page::Html(format!("<sitemapindex>{}{}</sitemapindex>", entry("good"), entry("bad")))
    };
    server.put("/map.xml", index("2024-04-30"));
    let settings = source("sitemap", "S", &format!("url = \"{}\"", server.url("/map.xml")));
    assert_eq!(run_at(&corpus, &settings, "01T12:00").exit_status(), 0);
    server.asked();
    // It is said to have changed since the last success, in every poll of the index.
    server.put("/bad.xml", Page::Status(404));
    server.put("/map.xml", index("2024-05-02"));
    let all = |time: &str| {
        run(&at(&corpus, &settings, time), &RunOptions { poll: PollScope::Due, ..RunOptions::default() }, &Silent).unwrap()
    };
    let report = all("03T12:00");
    assert_eq!(
        (report.failed, report.exit_status(), report.failing.len()),
        (1, 3, 0),
        "the source itself can be read: {report:?}"
    );
    let bad = of(&at(&corpus, &settings, "03T12:00"), "S");
    assert_eq!((bad.is_failing, bad.listings, bad.failing_listings, bad.failures), (false, 2, 1, 1));
    server.asked();
    all("03T12:20");
    assert!(!asked(&server).iter().any(|path| path.starts_with("/bad.xml")));
    // Once the index does not list it any more, it is no longer a failure of the source.
    server.put("/map.xml", Page::Html("<sitemapindex><sitemap><loc>/good.xml</loc></sitemap></sitemapindex>".into()));
    assert_eq!(all("09T12:00").exit_status(), 0);
    assert_eq!(of(&at(&corpus, &settings, "09T12:00"), "S").failing_listings, 0);
}

#[test]
fn errors_say_what_was_expected_and_what_is_there() {
    let server = Server::start();
    let urls = format!("{}\n{}\n", server.url("/1"), server.url("/2"));
    let bodies: [(&str, Vec<u8>); 10] = [
        ("html", b"<!doctype html><html><p>Hello".to_vec()),
        ("feed", b"<rss><channel><item><link>/1</link></item></channel></rss>".to_vec()),
        ("sitemap", b"<urlset><url><loc>/1</loc></url></urlset>".to_vec()),
        ("opml", b"<opml><body/></opml>".to_vec()),
        ("xml", b"<?xml version='1.0'?><Error><Code>1</Code></Error>".to_vec()),
        ("json", b"{\"items\": []}".to_vec()),
        ("urls", urls.into_bytes()),
        ("pdf", b"%PDF-1.7 ...".to_vec()),
        ("empty", Vec::new()),
        ("blank", b" \n".to_vec()),
    ];
    for (name, bytes) in &bodies {
        server.put(&format!("/{name}"), Page::Bytes("application/octet-stream", bytes.clone()));
    }
    let failure = |kind: &str, body: &str, is_file: bool| {
        let corpus = Corpus::new();
        let bytes = &bodies.iter().find(|(name, _)| *name == body).unwrap().1;
        corpus.write("source.txt", bytes);
        let place =
            if is_file { "file = \"source.txt\"".to_owned() } else { format!("url = \"{}\"", server.url(&format!("/{body}"))) };
        let report = run_at(&corpus, &source(kind, "S", &place), "01T12:00");
        assert_eq!((report.failed, report.failing.len()), (1, 1), "{kind} {body}: {report:?}");
        let failure = report.failures.into_iter().next().unwrap();
        assert!(failure.error.starts_with("poll the source `S`: ") && failure.hint.is_some(), "{failure:?}");
        format!("{} | {}", failure.error, failure.hint.unwrap())
    };
    let table = [
        ("feed", "html", "as a feed: it is an HTML page that declares no feed", "kind = \"page\""),
        ("feed", "sitemap", "as a feed: it is a sitemap", "kind = \"sitemap\""),
        ("feed", "xml", "as a feed: it is XML of another kind (<Error>)", "open it in a browser"),
        ("feed", "json", "as a feed: it is JSON", "open it"),
        ("feed", "urls", "as a feed: it is a list of URLs", "kind = \"list\""),
        ("feed", "pdf", "as a feed: it is binary data (PDF)", "open it"),
        ("feed", "empty", "the host responded with an empty page", "the site is at fault"),
        ("sitemap", "html", "as a sitemap: it is an HTML page", "kind = \"page\""),
        ("sitemap", "opml", "as a sitemap: it is an OPML list", "kind = \"opml\""),
        ("sitemap", "json", "as a sitemap: it is JSON", "open it"),
        ("sitemap", "urls", "as a sitemap: it is a list of URLs", "--list"),
        ("page", "html", "as a front page: no link on it looks like an article", "the feed or the sitemap"),
        ("page", "feed", "as a front page: it is a feed", "kind = \"feed\""),
        ("page", "sitemap", "as a front page: it is a sitemap", "kind = \"sitemap\""),
        ("page", "json", "as a front page: it is JSON", "open it"),
        ("page", "pdf", "as a front page: it is binary data (PDF)", "open it"),
        ("opml", "html", "as an OPML list: it is an HTML page", "kind = \"page\""),
        ("opml", "feed", "as an OPML list: it is a feed", "kind = \"feed\""),
        ("opml", "blank", "as an OPML list: it is empty", "empty only for a while"),
    ];
    for (kind, body, error, hint) in table {
        let message = failure(kind, body, false);
        assert!(message.contains(error) && message.contains(hint), "{kind} {body}: {message}");
    }
    for (kind, body, error, hint) in [
        ("list", "html", "as a list of URLs: it is an HTML page", "one URL or path per line"),
        ("list", "json", "as a list of URLs: it is JSON", "one URL"),
        ("list", "pdf", "as a list of URLs: it is binary data (PDF)", "one URL"),
        ("opml", "urls", "as an OPML list: it is a list of URLs", "kind = \"list\""),
        ("csv", "html", "as a table: it is an HTML page", "kind = \"page\""),
        ("csv", "urls", "as a table: it is a list of URLs", "kind = \"list\""),
    ] {
        let message = failure(kind, body, true);
        assert!(message.contains(error) && message.contains(hint) && message.contains("source.txt"), "{kind} {body}: {message}");
    }
}
