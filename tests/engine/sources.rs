//! `run` with feeds, sitemaps and front pages: what they lead to is fetched once, politely, and none of it is lost.

use std::io::Write;

use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::options::PollScope;
use gleaner::engine::{RunReport, Silent};
use gleaner::queue::{Queue, QueueFilter, UrlState};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, page};

fn feed(server: &Server, numbers: &[usize]) -> Page {
    let item = |n: &usize| {
        format!(
            "<item><title>Story {n}</title><link>{}</link><pubDate>Wed, 01 May 2024 0{}:00:00 GMT</pubDate>\
             <dc:creator>Mara Quill</dc:creator><description>Short.</description></item>",
            server.url(&format!("/story-{n}?utm_source=rss")),
            n % 9
        )
    };
    let items: String = numbers.iter().map(item).collect();
    Page::Html(format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title>{items}</channel></rss>"
    ))
}

fn stories(server: &Server, numbers: std::ops::RangeInclusive<usize>) {
    for n in numbers {
        // A server answers with tracking parameters as without.
        for path in [format!("/story-{n}"), format!("/story-{n}?utm_source=rss")] {
            server.put(&path, Page::Html(page(n, &format!("Story {n}"))));
        }
    }
}

fn settings(sources: &str) -> String {
    format!("{SETTINGS}[queue]\nmin_interval_s = 600\nretry_s = 60\nattempts = 2\n{sources}")
}

fn source(kind: &str, place: &str) -> String {
    format!("[[source]]\nkind = \"{kind}\"\nname = \"{kind}\"\n{place}\n")
}

fn all() -> RunOptions {
    RunOptions { poll: PollScope::All, ..RunOptions::default() }
}

fn states(corpus: &Corpus) -> Vec<(UrlState, u64)> {
    Queue::open_to_read(&corpus.path(".gleaner/queue.db")).unwrap().unwrap().counts().unwrap()
}

fn paths(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|(path, status)| format!("{path} {status}")).collect()
}

fn told(report: &RunReport) -> ([u64; 6], u64, u64) {
    (counts(report), report.read, report.found)
}

#[test]
fn a_feed_is_read_when_it_is_due_and_gives_each_story_once() {
    let (corpus, server) = (Corpus::new(), Server::start());
    stories(&server, 1..=4);
    server.put("/feed", feed(&server, &[1, 2, 3]));
    let settings = settings(&source("feed", &format!("url = \"{}\"", server.url("/feed"))));
    let setup = || corpus.setup_with(&settings);
    let report = run(&setup(), &RunOptions::default(), &Silent).unwrap();
    assert_eq!(told(&report), ([3, 0, 0, 0, 0, 0], 1, 3), "{report:?}");
    assert_eq!(states(&corpus), [(UrlState::Done, 3)]);
    let sidecars = corpus.sidecars();
    assert!(sidecars.iter().all(|sidecar| sidecar["urls"]["requested"].as_str().unwrap().ends_with("?utm_source=rss")));
    assert!(sidecars.iter().all(|sidecar| !sidecar["source"].as_str().unwrap().contains("utm")));
    // What the feed says is kept with the body.
    let kept = corpus.tree().into_iter().filter(|(path, _)| path.starts_with("raw/") && path.ends_with(".json"));
    for (path, json) in kept {
        let facts: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert!(facts["feed"]["title"].as_str().unwrap().starts_with("Story "), "{path}");
        assert_eq!((&facts["feed"]["authors"][0], &facts["feed"]["feed"]), (&"Mara Quill".into(), &server.url("/feed").into()));
    }
    server.asked();

    let report = run(&setup(), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((told(&report), paths(&server)), (([0; 6], 0, 0), Vec::new()), "it is not due");
    let report = run(&setup(), &all(), &Silent).unwrap();
    assert_eq!((told(&report), paths(&server)), (([0; 6], 1, 0), vec!["/feed 304".to_owned()]));
    server.put("/feed", feed(&server, &[4, 3, 2]));
    let report = run(&setup(), &all(), &Silent).unwrap();
    assert_eq!(told(&report), ([1, 0, 0, 0, 0, 0], 1, 1));
    assert_eq!(paths(&server), ["/feed 200", "/story-4?utm_source=rss 200"]);
}

#[test]
fn sitemaps_of_robots_txt_through_an_index_with_gzip() {
    let (corpus, server) = (Corpus::new(), Server::start());
    stories(&server, 1..=5);
    let list = |numbers: &[usize], day: &str| {
        let url = |n: &usize| format!("<url><loc>{}</loc><lastmod>{day}</lastmod></url>", server.url(&format!("/story-{n}")));
        format!("<urlset>{}</urlset>", numbers.iter().map(url).collect::<String>())
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(list(&[1, 2], "2024-04-30").as_bytes()).unwrap();
    server.put("/1.xml.gz", Page::Bytes("application/gzip", packed.finish().unwrap()));
    server.put("/2.xml", Page::Html(list(&[3, 4], "2024-04-30")));
    server.put("/old.xml", Page::Html(list(&[5], "2020-01-01")));
    server.put(
        "/index.xml",
        Page::Html("<sitemapindex><sitemap><loc>/1.xml.gz</loc></sitemap><sitemap><loc>/2.xml</loc><lastmod>2024-04-30</lastmod></sitemap>\
            <sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap><sitemap><loc>/gone.xml</loc></sitemap></sitemapindex>".into()),
    );
    server.put("/robots.txt", Page::Bytes("text/plain", b"User-agent: *\nDisallow: /none\nSitemap: /index.xml\n".to_vec()));
    let settings = settings(&source("sitemap", &format!("url = \"{}\"\nmax_age_days = 30", server.url("/"))));
    let report = run(&corpus.setup_with(&settings), &RunOptions::default(), &Silent).unwrap();
    assert_eq!(told(&report), ([4, 0, 0, 0, 0, 1], 4, 4), "{report:?}");
    assert!(report.failures[0].source.ends_with("/gone.xml"), "{report:?}");
    assert!(!paths(&server).iter().any(|path| path.contains("old.xml")), "it last changed long ago");
    let report = run(&corpus.setup_with(&settings), &all(), &Silent).unwrap();
    assert_eq!((report.new, report.found, report.failed), (0, 0, 1));
}

#[test]
fn front_pages_lead_to_their_new_stories() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let link = |n: usize| {
        format!(
            "<div class=\"card\"><h3><a href=\"/2024/05/story-number-{n}\">The district has plan number {n} now</a></h3></div>"
        )
    };
    for n in 1..=4 {
        server.put(&format!("/2024/05/story-number-{n}"), Page::Html(page(n, &format!("Story {n}"))));
    }
    let front = |numbers: &[usize]| {
        let links: String = numbers.iter().map(|n| link(*n)).collect();
        Page::Html(format!("<html><body><nav><a href=\"/about-us\">About</a></nav>{links}</body></html>"))
    };
    server.put("/news", front(&[1, 2, 3]));
    let settings = settings(&source("page", &format!("url = \"{}\"", server.url("/news"))));
    assert_eq!(told(&run(&corpus.setup_with(&settings), &RunOptions::default(), &Silent).unwrap()), ([3, 0, 0, 0, 0, 0], 1, 3));
    server.put("/news", front(&[4, 1, 2]));
    assert_eq!(told(&run(&corpus.setup_with(&settings), &all(), &Silent).unwrap()), ([1, 0, 0, 0, 0, 0], 1, 1));
}

#[test]
fn opml_and_tables_and_the_budget() {
    let (corpus, server) = (Corpus::new(), Server::start());
    stories(&server, 1..=6);
    server.put("/feed", feed(&server, &[1, 2]));
    corpus.write("feeds.opml", format!("<opml><body><outline text=\"T\" xmlUrl=\"{}\"/></body></opml>", server.url("/feed")));
    corpus.write("table.csv", format!("n;link\n3;{}\n4;{}\n", server.url("/story-3"), server.url("/story-4")));
    let sources =
        source("opml", "file = \"feeds.opml\"") + &source("csv", "file = \"table.csv\"") + &source("list", "file = \"no.txt\"");
    let settings_with = |budget: &str| settings(&sources).replace("attempts = 2\n[[", &format!("attempts = 2\n{budget}\n[["));
    // robots.txt, the feed and one page, one of them too many: what is under way comes to its end.
    let report = run(&corpus.setup_with(&settings_with("max_requests = 3")), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.budget.as_deref(), report.new, report.waiting), (Some("queue.max_requests"), 1, 3), "{report:?}");
    assert_eq!(report.failed, 1, "the list that is not there");
    let report = run(&corpus.setup_with(&settings_with("max_minutes = 60")), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.budget, report.new + report.unchanged, report.waiting), (None, 4, 0));
    // Each page of the table is asked for again in every run, each entry of the feed once.
    server.asked();
    let report = run(&corpus.setup_with(&settings_with("")), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.unchanged, paths(&server)), (2, vec!["/story-3 304".to_owned(), "/story-4 304".to_owned()]));
    let error =
        run(&corpus.setup_with(&settings(&sources)), &RunOptions { only: vec!["x".into()], ..all() }, &Silent).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains('x'));
}

#[test]
fn what_fails_is_tried_again_and_becomes_a_dead_letter_with_its_reason() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/feed", feed(&server, &[1, 2, 3]));
    server.put("/story-1?utm_source=rss", Page::Status(500));
    server.put("/story-2?utm_source=rss", Page::Bytes("application/pdf", b"%PDF".to_vec()));
    let settings = settings(&source("feed", &format!("url = \"{}\"", server.url("/feed"))));
    let at = |now: &str| {
        let mut setup = corpus.setup_with(&settings);
        setup.clock = std::sync::Arc::new(gleaner::clock::FixedClock(now.parse().unwrap()));
        setup
    };
    let report = run(&at("2024-05-01T12:00:00Z"), &RunOptions::default(), &Silent).unwrap();
    assert_eq!(told(&report), ([0, 0, 0, 0, 1, 2], 1, 3), "{report:?}");
    assert_eq!(states(&corpus), [(UrlState::Retry, 1), (UrlState::Dead, 2)]);
    assert_eq!(run(&at("2024-05-01T12:00:30Z"), &RunOptions::default(), &Silent).unwrap().inputs, 0, "not due yet");
    let report = run(&at("2024-05-01T12:02:00Z"), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.failed, states(&corpus)), (1, vec![(UrlState::Dead, 3)]));
    let queue = Queue::open_to_read(&corpus.path(".gleaner/queue.db")).unwrap().unwrap();
    let mut reasons = Vec::new();
    let mut collect = |entry: gleaner::queue::QueueEntry| {
        reasons.push(entry.reason.unwrap());
        true
    };
    queue.for_each(&QueueFilter::default(), &mut collect).unwrap();
    assert!(reasons[0].contains("500") && reasons[1].contains("PDF") && reasons[2].contains("404"), "{reasons:?}");
}

#[test]
fn a_feed_or_sitemap_that_a_user_names_is_followed() {
    let (corpus, server) = (Corpus::new(), Server::start());
    stories(&server, 1..=3);
    server.put("/feed", feed(&server, &[1, 2]));
    server.put("/map.xml", Page::Html(format!("<urlset><url><loc>{}</loc></url></urlset>", server.url("/story-3"))));
    let inputs = [IngestInput::Url(server.url("/feed")), IngestInput::Url(server.url("/map.xml"))];
    let report = ingest(&corpus.setup(), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!(told(&report), ([3, 0, 0, 0, 0, 0], 2, 3), "{report:?}");
}

#[test]
fn a_run_with_doors_stores_the_same_whatever_the_timing() {
    let servers: Vec<Server> = (0..3).map(|_| Server::start()).collect();
    let mut sources = String::new();
    for (index, server) in servers.iter().enumerate() {
        // Every second story is told by two papers.
        let numbers: Vec<usize> = (0..12).map(|n| n + index * 6).collect();
        for n in &numbers {
            server.put(&format!("/story-{n}?utm_source=rss"), Page::Html(page(*n, &format!("Story {n}"))));
        }
        server.put("/feed", feed(server, &numbers));
        sources += &source("feed", &format!("url = \"{}\"", server.url("/feed")))
            .replace("name = \"feed\"", &format!("name = \"{index}\""));
    }
    let trees = [1, 3].map(|jobs| {
        let corpus = Corpus::new();
        let report = run(&corpus.setup_with(&settings(&sources)).with_jobs(jobs), &RunOptions::default(), &Silent).unwrap();
        assert_eq!(told(&report), ([24, 0, 0, 12, 0, 0], 3, 36));
        corpus.tree()
    });
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn a_page_that_is_gone_comes_from_the_archive_that_the_user_named() {
    let (corpus, server, archive) = (Corpus::new(), Server::start(), Server::start());
    let url = server.url("/story-1");
    archive.put(&format!("/web/{url}"), Page::Html(page(1, "Story 1")));
    let inputs = [IngestInput::Url(url.clone()), IngestInput::Url(server.url("/story-2"))];
    assert_eq!(
        counts(&ingest(&corpus.setup(), &inputs, IngestOptions::default(), &Silent).unwrap()),
        [0, 0, 0, 0, 0, 2],
        "off, unless it is configured"
    );
    let settings = format!("{SETTINGS}fallback = \"{}\"\n", archive.url("/web/{url}"));
    let report = ingest(&corpus.setup_with(&settings), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!(counts(&report), [1, 0, 0, 0, 0, 1], "{report:?}");
    let sidecar = &corpus.sidecars()[0];
    assert_eq!((&sidecar["source"], &sidecar["urls"]["requested"]), (&url.clone().into(), &url.into()));
    assert!(sidecar["urls"]["final"].as_str().unwrap().starts_with(&archive.url("/web/")));
    // CleanedPage again from what was kept, it is the same page.
    let tree = corpus.tree();
    assert_eq!(counts(&corpus.clean()), [0, 0, 1, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
}

#[test]
fn reservations_are_recorded_or_honoured() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let reserved = page(1, "One").replace("<head>", "<head><meta name=\"tdm-reservation\" content=\"1\">");
    server.put("/1", Page::Html(reserved));
    let inputs = [IngestInput::Url(server.url("/1"))];
    let settings = format!("{SETTINGS}reservations = \"honour\"\n");
    let report = ingest(&corpus.setup_with(&settings), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!(counts(&report), [0, 0, 0, 0, 1, 0]);
    assert!(report.refusals.keys().next().unwrap().contains("tdm-reservation"), "{report:?}");
    assert_eq!(counts(&ingest(&corpus.setup(), &inputs, IngestOptions::default(), &Silent).unwrap()), [1, 0, 0, 0, 0, 0]);
    assert_eq!(corpus.sidecars()[0]["opt_out"]["value"][0], "tdm-reservation");
}

#[test]
fn the_file_of_a_host_is_asked_once_and_pages_go_before_it() {
    const FILE: &str = "/.well-known/tdmrep.json";
    let server = Server::start();
    let rules = r#"[{"location": "/free", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]"#;
    server.put(FILE, Page::Bytes("application/json", rules.as_bytes().to_vec()));
    let element = |value: u8| format!("<head><meta name=\"tdm-reservation\" content=\"{value}\">");
    server.put("/1", Page::Html(page(1, "One")));
    server.put("/2", Page::Html(page(2, "Two").replace("<head>", &element(0))));
    server.put("/free/3", Page::Html(page(3, "Three")));
    server.put("/free/4", Page::Html(page(4, "Four").replace("<head>", &element(1))));
    let inputs = ["/1", "/2", "/free/3", "/free/4"].map(|path| IngestInput::Url(server.url(path)));
    let take = |corpus: &Corpus, wish: &str| {
        let setup = corpus.setup_with(&format!("{SETTINGS}reservations = \"{wish}\"\n"));
        let report = ingest(&setup, &inputs, IngestOptions::default(), &Silent).unwrap();
        let asked = server.asked().iter().filter(|(path, _)| path == FILE).count();
        (counts(&report), asked)
    };
    assert_eq!(take(&Corpus::new(), "record"), ([4, 0, 0, 0, 0, 0], 0));
    assert_eq!(take(&Corpus::new(), "honour"), ([2, 0, 0, 0, 2, 0], 1));

    let corpus = Corpus::new();
    assert_eq!(take(&corpus, "check"), ([4, 0, 0, 0, 0, 0], 1));
    let said = |sidecar: &serde_json::Value| {
        let place = sidecar["source"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (place, sidecar["opt_out"]["witness"].as_str().map(str::to_owned))
    };
    let mut witnesses: Vec<_> = corpus.sidecars().iter().map(said).collect();
    witnesses.sort();
    let witness = |name: &str| Some(name.to_owned());
    let wanted = [("1", witness("tdmrep.json")), ("2", None), ("3", None), ("4", witness("meta:tdm-reservation"))];
    assert_eq!(witnesses, wanted.map(|(place, witness)| (place.to_owned(), witness)));
    let tree = corpus.tree();
    corpus.clean_with(&gleaner::commands::clean::CleanOptions {
        again: gleaner::engine::options::Again::All,
        ..Default::default()
    });
    assert_eq!(corpus.tree(), tree, "what the file said is kept with the page");

    for broken in [Page::Status(404), Page::Status(503), Page::Bytes("text/html", b"<html>Not here".to_vec())] {
        server.put(FILE, broken);
        assert_eq!(take(&Corpus::new(), "honour").0, [3, 0, 0, 0, 1, 0]);
    }
}
