//! Feeds that go on on further pages (RFC 5005), and lists of feeds at an address.

use std::sync::Arc;

use gleaner::clock::FixedClock;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::{RunReport, Silent};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, page};

/// A page of a feed, with a link to the next one.
fn feed(server: &Server, path: &str, numbers: &[usize], next: Option<(&str, &str)>) {
    let item = |n: &usize| format!("<item><link>{}</link></item>", server.url(&format!("/story-{n}")));
    let link = next.map_or(String::new(), |(rel, next)| format!("<atom:link rel=\"{rel}\" href=\"{next}\"/>"));
    let items: String = numbers.iter().map(item).collect();
    server.put(
        path,
        Page::Html(format!(
            "<rss xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>{link}<title>T</title>{items}</channel></rss>"
        )),
    );
    for n in numbers {
        server.put(&format!("/story-{n}"), Page::Html(page(*n, &format!("Story {n}"))));
    }
}

fn at(corpus: &Corpus, server: &Server, queue: &str, day: u32) -> RunReport {
    let source = format!("[[source]]\nkind = \"feed\"\nname = \"f\"\nurl = \"{}\"\n", server.url("/feed"));
    let mut setup = corpus.setup_with(&format!("{SETTINGS}robots = \"ignore\"\n[queue]\nmin_interval_s = 1\n{queue}{source}"));
    setup.clock = Arc::new(FixedClock(format!("2024-05-{day:02}T12:00:00Z").parse().unwrap()));
    run(&setup, &RunOptions::default(), &Silent).unwrap()
}

/// The pages of the feed that were asked for.
fn feeds(server: &Server) -> Vec<String> {
    let asked = server.asked().into_iter();
    asked.filter(|(path, _)| path.starts_with("/feed") || path.starts_with("/old")).map(|(path, _)| path).collect()
}

#[test]
fn older_pages_are_read_at_first_and_where_there_is_a_gap() {
    let (corpus, server) = (Corpus::new(), Server::start());
    feed(&server, "/feed", &[5, 6], Some(("prev-archive", "/old/2")));
    feed(&server, "/old/2", &[3, 4], Some(("next", "/old/3")));
    feed(&server, "/old/3", &[1, 2], Some(("next", "/feed")));
    let report = at(&corpus, &server, "", 1);
    assert_eq!((report.new, report.read), (6, 3), "{report:?}");
    assert_eq!(feeds(&server), ["/feed", "/old/2", "/old/3"]);

    feed(&server, "/feed", &[6, 7], Some(("next", "/old/2")));
    assert_eq!(at(&corpus, &server, "", 3).new, 1);
    assert_eq!(feeds(&server), ["/feed"], "the newest that was known is there");

    feed(&server, "/feed", &[10, 11], Some(("next", "/feed?page=2")));
    feed(&server, "/feed?page=2", &[8, 9], Some(("next", "/feed?page=3")));
    feed(&server, "/feed?page=3", &[7, 6], Some(("next", "/feed?page=4")));
    assert_eq!(at(&corpus, &server, "", 5).new, 4);
    assert_eq!(feeds(&server), ["/feed", "/feed?page=2", "/feed?page=3"]);
}

#[test]
fn the_cap_holds_and_what_a_run_could_not_read_the_next_one_does() {
    let server = Server::start();
    for n in 1..=9 {
        let path = |n: usize| if n == 1 { "/feed".to_owned() } else { format!("/old/{n}") };
        feed(&server, &path(n), &[n], Some(("next", &path(n + 1))));
    }
    assert_eq!(at(&Corpus::new(), &server, "", 1).read, 5);
    assert_eq!(at(&Corpus::new(), &server, "feed_pages = 1\n", 1).read, 1);

    // One request a run: the feed, then each of its older pages behind another look at it.
    server.asked();
    let corpus = Corpus::new();
    for day in 1..=9 {
        at(&corpus, &server, "feed_pages = 3\nmax_requests = 2\n", day * 2);
    }
    let asked = server.asked();
    let times = |wanted: &str| asked.iter().filter(|(path, _)| path == wanted).count();
    assert_eq!((times("/old/2"), times("/old/3"), times("/old/4")), (1, 1, 0), "{asked:?}");
    assert_eq!(corpus.texts().len(), 3);

    // A page that is gone is given up.
    let corpus = Corpus::new();
    server.put("/old/2", Page::Status(404));
    for day in 1..=5 {
        at(&corpus, &server, "", day * 2);
    }
    assert_eq!(feeds(&server).iter().filter(|path| *path == "/old/2").count(), 3);
}

#[test]
fn a_list_of_feeds_may_lie_at_an_address() {
    let (corpus, server) = (Corpus::new(), Server::start());
    feed(&server, "/feed", &[1, 2], None);
    let list = format!("<opml version=\"2.0\"><body><outline text=\"T\" xmlUrl=\"{}\"/></body></opml>", server.url("/feed"));
    server.put("/list.opml", Page::Bytes("text/x-opml", list.into_bytes()));
    let source = format!("[[source]]\nkind = \"opml\"\nname = \"o\"\nurl = \"{}\"\n", server.url("/list.opml"));
    let setup = corpus.setup_with(&format!("{SETTINGS}{source}"));
    let report = run(&setup, &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.read, report.failed), (2, 2, 0), "{report:?}");
    server.asked();
    let report = run(&setup, &RunOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.failed), (0, 0), "{report:?}");
    assert_eq!(server.asked(), [("/list.opml".to_owned(), 200)], "the feed is not due, the list is looked at");
    let corpus = Corpus::new();
    let report =
        ingest(&corpus.setup(), &[IngestInput::Url(server.url("/list.opml"))], IngestOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.failed), (2, 0), "{report:?}");
    server.put("/list.opml", Page::Html("<!doctype html><p>Gone".to_owned()));
    assert_eq!(run(&setup, &RunOptions::default(), &Silent).unwrap().failed, 1);
}
