//! What one source brings into a run is bounded: listings that lead to listings, and URLs without end. What is left over is done by later runs.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use gleaner::clock::FixedClock;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::{RunReport, Setup, Silent};
use gleaner::queue::{FILE_NAME, Queue, UrlState};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, page};

fn setup(corpus: &Corpus, server: &Server, limits: &str, minute: u32) -> Setup {
    let source = format!("[[source]]\nkind = \"sitemap\"\nname = \"S\"\nurl = \"{}\"\n", server.url("/map.xml"));
    let mut setup = corpus.setup_with(&format!("{SETTINGS}robots = \"ignore\"\n{limits}\n{source}"));
    setup.clock = Arc::new(FixedClock(format!("2024-05-01T12:{minute:02}:00Z").parse().unwrap()));
    setup
}

fn run_at(corpus: &Corpus, server: &Server, limits: &str, minute: u32) -> RunReport {
    run(&setup(corpus, server, limits, minute), &RunOptions::default(), &Silent).unwrap()
}

fn ingest_map(corpus: &Corpus, server: &Server, limits: &str) -> RunReport {
    let inputs = [IngestInput::Url(server.url("/map.xml"))];
    ingest(&setup(corpus, server, limits, 0), &inputs, IngestOptions::default(), &Silent).unwrap()
}

fn index(listed: impl Iterator<Item = String>) -> Page {
    Page::Html(format!(
        "<sitemapindex>{}</sitemapindex>",
        listed.map(|path| format!("<sitemap><loc>{path}</loc></sitemap>")).collect::<String>()
    ))
}

fn map(urls: impl Iterator<Item = String>) -> String {
    format!("<urlset>{}</urlset>", urls.map(|url| format!("<url><loc>{url}</loc></url>")).collect::<String>())
}

/// The listings that were requested.
fn listings(server: &Server) -> Vec<String> {
    let asked = server.asked().into_iter().map(|(path, _)| path);
    asked.filter(|path| path.ends_with(".xml")).collect()
}

#[test]
fn indexes_that_lead_to_themselves_are_read_once() {
    let server = Server::start();
    server.put("/1", Page::Html(page(1, "One")));
    server.put("/map.xml", index(["/map.xml", "/a.xml", "/b.xml", "/a.xml", "/a.xml#again"].map(str::to_owned).into_iter()));
    server.put("/a.xml", index(["/b.xml", "/map.xml"].map(str::to_owned).into_iter()));
    server.put("/b.xml", index(["/a.xml", "/c.xml"].map(str::to_owned).into_iter()));
    server.put("/c.xml", Page::Html(map([server.url("/1")].into_iter())));
    let runs: [fn(&Corpus, &Server) -> RunReport; 2] =
        [|corpus, server| run_at(corpus, server, "", 0), |corpus, server| ingest_map(corpus, server, "")];
    for run in runs {
        let read = run(&Corpus::new(), &server);
        assert_eq!((read.new, read.read, read.failed), (1, 4, 0), "{read:?}");
        assert!(read.partial.is_empty(), "{read:?}");
        assert_eq!(listings(&server), ["/a.xml", "/b.xml", "/c.xml", "/map.xml"]);
    }
}

#[test]
fn indexes_of_indexes_are_read_over_several_runs() {
    let server = Server::start();
    // Every index lists six more, to a depth that nobody needs: 1,555 listings.
    let mut level = vec!["/map".to_owned()];
    for depth in 0..5 {
        let next: Vec<String> = level.iter().flat_map(|path| (0..6).map(move |n| format!("{path}-{n}"))).collect();
        for path in &level {
            let listed = (0..6).map(|n| format!("{path}-{n}.xml"));
            server.put(&format!("{path}.xml"), if depth < 4 { index(listed) } else { Page::Html(map(std::iter::empty())) });
        }
        level = next;
    }
    let corpus = Corpus::new();
    let limits = "[queue]\nmax_listings = 20\n[ingest]\nmax_listings = 30\n";
    let first = run_at(&corpus, &server, limits, 0);
    assert_eq!((first.read, first.failed), (21, 0), "{first:?}");
    assert_eq!(first.partial.get("S").map(String::as_str), Some("queue.max_listings"));
    // The next run does not wait until the source is due, and reads others, but for the indexes that lead to them.
    let mut known: BTreeSet<String> = listings(&server).into_iter().collect();
    for minute in 1..5 {
        let report = run_at(&corpus, &server, limits, minute);
        assert!(report.read <= 21 && !report.partial.is_empty(), "{report:?}");
        let new = listings(&server).into_iter().filter(|path| known.insert(path.clone())).count();
        assert!(new >= 8, "{new} in run {minute}");
    }

    let report = ingest_map(&Corpus::new(), &server, limits);
    assert_eq!(
        (report.read, report.partial.values().next().map(String::as_str)),
        (31, Some("ingest.max_listings")),
        "{report:?}"
    );
}

#[test]
fn every_listing_of_a_long_index_is_read_in_time() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/map.xml", index((0..50).map(|n| format!("/{n}.xml"))));
    for n in 0..50 {
        server.put(&format!("/{n}.xml"), Page::Html(map(std::iter::empty())));
    }
    let reports: Vec<RunReport> = (0..4).map(|minute| run_at(&corpus, &server, "[queue]\nmax_listings = 20", minute)).collect();
    let read: Vec<(u64, bool)> = reports.iter().map(|report| (report.read, report.partial.is_empty())).collect();
    assert_eq!(read, [(21, false), (21, false), (11, true), (0, true)]);
    let asked = listings(&server);
    assert_eq!(asked.iter().filter(|path| *path != "/map.xml").count(), 50, "each once: {asked:?}");
}

#[test]
fn no_more_urls_of_a_source_wait_than_allowed_and_the_newest_come_first() {
    let (corpus, server) = (Corpus::new(), Server::start());
    for n in 1..=30 {
        server.put(&format!("/story-{n}"), Page::Html(page(n, &format!("Story {n}"))));
    }
    let entry = |n: usize| format!("<url><loc>/story-{n}</loc><lastmod>2024-04-{n:02}</lastmod></url>");
    server.put("/map.xml", Page::Html(format!("<urlset>{}</urlset>", (1..=30).map(entry).collect::<String>())));
    let report = run_at(&corpus, &server, "[queue]\nmax_urls = 12\nmax_requests = 5\n", 0);
    assert_eq!((report.found, report.waiting), (12, 8), "{report:?}");
    assert_eq!(report.partial.get("S").map(String::as_str), Some("queue.max_urls"));
    let mut asked: Vec<String> =
        server.asked().into_iter().map(|(path, _)| path).filter(|path| path.starts_with("/story")).collect();
    asked.sort();
    assert_eq!(asked, ["/story-27", "/story-28", "/story-29", "/story-30"]);
    // As many are added as were fetched; a source whose URLs fill the queue is not even read.
    assert_eq!(run_at(&corpus, &server, "[queue]\nmax_urls = 12\nmax_requests = 1\n", 1).found, 4);
    let full = run_at(&corpus, &server, "[queue]\nmax_urls = 12\nmax_requests = 1\n", 2);
    assert_eq!((full.found, full.read, full.partial.len()), (0, 0, 1), "{full:?}");
    for minute in 3..6 {
        run_at(&corpus, &server, "[queue]\nmax_urls = 12\n", minute);
    }
    let queue = Queue::open_to_read(&corpus.path(".gleaner").join(FILE_NAME)).unwrap().unwrap();
    assert_eq!(queue.counts().unwrap(), [(UrlState::Done, 30)]);

    let report = ingest_map(&Corpus::new(), &server, "[ingest]\nmax_urls = 7\n");
    assert_eq!((report.new, report.found), (7, 7), "{report:?}");
    assert_eq!(report.partial.values().next().map(String::as_str), Some("ingest.max_urls"));
}

#[test]
fn more_entries_than_a_sitemap_may_have_are_bounded() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(b"<urlset>").unwrap();
    for n in 0..300_000 {
        packed.write_all(format!("<url><loc>/s{n}</loc></url>").as_bytes()).unwrap();
    }
    server.put("/map.xml", Page::Bytes("application/gzip", packed.finish().unwrap()));
    let report = run_at(&corpus, &server, "[queue]\nmax_urls = 40\nmax_requests = 3\n", 0);
    assert_eq!((report.found, report.waiting), (40, 38), "{report:?}");
}

#[test]
fn urls_that_a_limit_keeps_ingest_from_are_done_by_the_next_run() {
    let (corpus, server) = (Corpus::new(), Server::start());
    for n in 1..=6 {
        server.put(&format!("/{n}"), Page::Html(page(n, &format!("Story {n}"))));
    }
    let inputs: Vec<IngestInput> = (1..=6).map(|n| IngestInput::Url(server.url(&format!("/{n}")))).collect();
    let settings = format!("{SETTINGS}robots = \"ignore\"\n[ingest]\nmax_requests = 2\n");
    let report = ingest(&corpus.setup_with(&settings), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.waiting, report.budget.as_deref()), (2, 4, Some("ingest.max_requests")), "{report:?}");
    // There are no sources, but there is something to do.
    let report = run(&corpus.setup_with(&settings), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.waiting), (4, 0), "{report:?}");
    assert!(run(&corpus.setup_with(&settings), &RunOptions::default(), &Silent).unwrap_err().is_usage());
}

#[test]
fn sources_that_a_limit_keeps_ingest_from_are_named() {
    let server = Server::start();
    let inputs: Vec<IngestInput> = (1..=4).map(|n| IngestInput::Source(server.url(&format!("/{n}.xml")))).collect();
    for n in 1..=4 {
        server.put(&format!("/{n}.xml"), Page::Html(map([server.url(&format!("/story-{n}"))].into_iter())));
    }
    let settings = format!("{SETTINGS}robots = \"ignore\"\n[ingest]\nmax_requests = 2\n");
    let report = ingest(&Corpus::new().setup_with(&settings), &inputs, IngestOptions::default(), &Silent).unwrap();
    assert_eq!((report.read, report.partial.len(), report.waiting), (2, 2, 2), "{report:?}");
}
