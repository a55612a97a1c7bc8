//! Pages that are no whole story: what stands in a story's place is never stored, and a preview never replaces the story.

use gleaner::commands::clean;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::{RunReport, Silent};

use crate::server::{Page, Server};
use crate::support::{Corpus, counts, files_below, page, story};

/// A robot check as services send it with status 200.
const CHECK: &str = "<!doctype html><html lang=\"en\"><head><title>Just a moment...</title></head><body>\
    <div class=\"challenge-container\"><h1>courier.example</h1><p>Verifying you are human. This may take a few seconds.</p>\
    <p>courier.example needs to review the security of your connection before proceeding.</p></div>\
    <footer>Ray ID: 7f3b2a</footer></body></html>";

/// A consent wall.
const CONSENT: &str = "<!doctype html><html lang=\"de\"><head><title>Kurier</title></head><body><main><h2>Weiter mit Werbung</h2>\
    <p>Wir und unsere Partner verarbeiten Daten: Speichern von oder Zugriff auf Informationen auf einem Endgerät, personalisierte \
    Werbung und Inhalte, Messung von Werbeleistung.</p><button>Zustimmen und weiter</button><a href=\"/pur\">Pur-Abo abschließen</a>\
    </main></body></html>";

/// The first part of the story of [`page`], and a wall behind it.
fn preview(number: usize, title: &str, paragraphs: usize) -> String {
    let whole = page(number, title);
    let story = story(number);
    let shown: String = story.split("\n\n").take(paragraphs).map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    let (head, rest) = whole.split_once("</h1>").unwrap();
    let (_, foot) = rest.split_once("</article>").unwrap();
    let wall = "<div class=\"gate\"><p>This article is for subscribers only.</p><a href=\"/offers\">Subscribe</a></div>";
    format!("{head}</h1>\n{shown}{wall}</article>{foot}")
}

fn take_at(corpus: &Corpus, server: &Server, now: &str) -> RunReport {
    let mut setup = corpus.setup();
    setup.clock = std::sync::Arc::new(gleaner::clock::FixedClock(now.parse().unwrap()));
    ingest(&setup, &[IngestInput::Url(server.url("/story").parse().unwrap())], IngestOptions::default(), &Silent).unwrap()
}

#[test]
fn what_stands_in_a_storys_place_is_not_stored_but_tried_again() {
    let (corpus, server) = (Corpus::new(), Server::start());
    for (day, (body, reason)) in
        [(CHECK, "a block page was served instead of the story"), (CONSENT, "a consent wall was served instead of the story")]
            .into_iter()
            .enumerate()
    {
        server.put("/story", Page::Html(body.to_owned()));
        for hour in [8, 9] {
            let report = take_at(&corpus, &server, &format!("2024-05-0{}T0{hour}:00:00Z", day + 1));
            assert_eq!((counts(&report), report.refusals.get(reason)), ([0, 0, 0, 0, 1, 0], Some(&1)), "{report:?}");
        }
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "each run asks again");
        assert!(asked.iter().all(|(_, status)| *status == 200), "{asked:?}");
    }
    assert!(corpus.texts().is_empty());
    let log: String = files_below(&corpus.path("log")).into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    assert_eq!(log.matches("a block page was served instead of the story").count(), 2, "{log}");

    server.put("/story", Page::Html(page(1, "The mill")));
    assert_eq!(take_at(&corpus, &server, "2024-05-03T08:00:00Z").new, 1);
    let tree = files_below(&corpus.path("clean"));
    server.put("/story", Page::Html(CHECK.to_owned()));
    assert_eq!(counts(&take_at(&corpus, &server, "2024-05-04T08:00:00Z")), [0, 0, 0, 0, 1, 0]);
    assert_eq!(files_below(&corpus.path("clean")), tree, "the story stays as it was");
}

#[test]
fn a_preview_is_replaced_by_the_story_and_never_the_other_way_round() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let (short, longer, whole) = (preview(2, "The market", 1), preview(2, "The market", 2), page(2, "The market"));
    let steps = [
        // The body that the site sends, what becomes of it, the paragraphs of the text, and the verdict.
        (&longer, [1, 0, 0, 0, 0, 0], 2, "truncated"),
        (&short, [0, 0, 0, 0, 1, 0], 2, "truncated"),
        (&whole, [0, 1, 0, 0, 0, 0], 4, "complete"),
        (&short, [0, 0, 0, 0, 1, 0], 4, "complete"),
    ];
    for (day, (body, outcome, paragraphs, verdict)) in steps.into_iter().enumerate() {
        server.put("/story", Page::Html(body.clone()));
        let report = take_at(&corpus, &server, &format!("2024-05-0{}T08:00:00Z", day + 1));
        assert_eq!(counts(&report), outcome, "step {day}: {report:?}");
        let texts = corpus.texts();
        assert_eq!((texts.len(), texts[0].trim().split("\n\n").count()), (1, paragraphs), "step {day}");
        let sidecar = &corpus.sidecars()[0];
        assert_eq!(sidecar["completeness"], verdict, "step {day}: {sidecar}");
        assert_eq!(sidecar["completeness_evidence"].as_array().unwrap().is_empty(), verdict == "complete");
    }
    let clean_tree = || files_below(&corpus.path("clean"));
    let tree = clean_tree();
    assert_eq!(counts(&corpus.clean())[..2], [0, 0], "the bodies that are kept bring no preview back");
    assert_eq!(clean_tree(), tree);

    // From the kept bodies alone the whole story comes out too, though a preview is the newest of them.
    let out = corpus.path("again");
    let options = clean::CleanOptions { paths: vec![corpus.path("raw")], ..Default::default() };
    clean::clean(&corpus.setup().with_output(&out), &options, &Silent).unwrap();
    let texts: Vec<_> =
        files_below(&out).into_iter().filter(|(path, _)| path.ends_with(".txt") && !path.starts_with(".versions")).collect();
    assert_eq!(texts.len(), 1);
    assert_eq!(String::from_utf8_lossy(&texts[0].1).trim().split("\n\n").count(), 4);
}

/// A front page: headlines that are links, and nothing to read.
fn front_page() -> String {
    let teasers: String = (1..=24)
        .map(|n| {
            format!("<article><h3><a href=\"/2024/05/{n}-long-story\">The council votes on the bridge number {n} again</a></h3></article>\n")
        })
        .collect();
    format!("<!doctype html><html lang=\"en\"><head><title>The Courier</title></head><body><main>{teasers}</main></body></html>")
}

#[test]
fn a_front_page_that_was_fetched_is_not_stored_as_an_article() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let reason =
        "it is a front page, not an article: use --follow, or a source with kind = \"page\", to get the articles it links to";
    for path in ["/", "/politics/"] {
        server.put(path, Page::Html(front_page()));
        let inputs = [IngestInput::Url(server.url(path))];
        let report = ingest(&corpus.setup(), &inputs, IngestOptions::default(), &Silent).unwrap();
        assert_eq!((counts(&report), report.refusals.get(reason)), ([0, 0, 0, 0, 1, 0], Some(&1)), "{path}: {report:?}");
    }
    assert!(corpus.texts().is_empty());
    // A file of the user's has no address that says so, and old stories can look like this.
    corpus.write("raw/front.html", front_page());
    assert_eq!(counts(&corpus.clean()), [1, 0, 0, 0, 0, 0]);
    assert_eq!(corpus.sidecars()[0]["completeness"], "index-page");
}
