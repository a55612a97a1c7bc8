//! Stories that are split over several pages: fetched page by page, one document, the same again from what is kept.

use std::sync::Arc;

use gleaner::clock::FixedClock;
use gleaner::commands::clean::{self, CleanOptions};
use gleaner::commands::explain::{ExplainTarget, explain};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::options::Again;
use gleaner::engine::{RunReport, Setup, Silent};

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, files_below, page, story};

const FIRST: &str = "/2024/05/the-mill-that-burnt-twice";
const STANDFIRST: &str =
    "Twice in one year the old mill of the valley has burnt to the ground, and nobody has been able to say why.";

/// Page `number` of a story of `all` pages; `way` gives the addresses.
fn part(number: usize, all: usize, way: &dyn Fn(usize) -> String) -> String {
    let title = "The mill that burnt twice";
    let link = |n: usize| if n == number { format!("<b>{n}</b> ") } else { format!("<a href=\"{}\">{n}</a> ", way(n)) };
    let links: String = (1..=all).map(link).collect();
    page(number, title)
        .replace("</h1>", &format!("</h1><p class=\"standfirst\">{STANDFIRST}</p>"))
        .replace("</article>", &format!("</article><div class=\"pages\">{links}</div>"))
}

fn by_query(n: usize) -> String {
    if n == 1 { FIRST.to_owned() } else { format!("{FIRST}?page={n}") }
}

fn publish(server: &Server, all: usize, way: &dyn Fn(usize) -> String) {
    for n in 1..=all {
        server.put(&way(n), Page::Html(part(n, all, way)));
    }
}

fn take(setup: &Setup, server: &Server, path: &str) -> RunReport {
    ingest(setup, &[IngestInput::Url(server.url(path))], IngestOptions::default(), &Silent).unwrap()
}

/// A setup for a later day.
fn later(corpus: &Corpus, settings: &str, day: u32) -> Setup {
    let mut setup = corpus.setup_with(settings);
    setup.clock = Arc::new(FixedClock(format!("2024-05-{day:02}T12:00:00Z").parse().unwrap()));
    setup
}

fn asked(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|(path, status)| format!("{} {status}", path.replace(FIRST, ""))).collect()
}

/// The one text, checked to hold the pages 1 to `pages` in order, each once.
fn whole(corpus: &Corpus, pages: usize) -> String {
    let texts = corpus.texts();
    assert_eq!(texts.len(), 1, "{texts:#?}");
    let places: Vec<Option<usize>> = (1..=9).map(|n| texts[0].find(&story(n)[..60])).collect();
    assert!(places[..pages].iter().all(Option::is_some) && places[..pages].is_sorted(), "{places:?} {}", texts[0]);
    assert!(places[pages..].iter().all(Option::is_none), "{places:?}");
    for n in 1..=pages {
        assert_eq!(texts[0].matches(&story(n)[..60]).count(), 1);
    }
    assert!(texts[0].matches(STANDFIRST).count() <= 1, "{}", texts[0]);
    texts[0].clone()
}

/// Cleans everything again, here and from the raw files alone: nothing may change.
fn again_the_same(corpus: &Corpus) {
    let tree = corpus.tree();
    for again in [Again::Changed, Again::All] {
        let report = corpus.clean_with(&CleanOptions { again, ..CleanOptions::default() }).0;
        assert_eq!(counts(&report), [0, 0, report.unchanged, 0, 0, 0], "{again:?} {report:?}");
        assert_eq!(corpus.tree(), tree, "{again:?}");
    }
    let out = corpus.path("elsewhere");
    let options = clean::CleanOptions { paths: vec![corpus.path("raw")], ..Default::default() };
    clean::clean(&corpus.setup().with_output(&out), &options, &Silent).unwrap();
    let texts = |root: &std::path::Path| {
        let files = files_below(root).into_iter();
        files.filter(|(path, _)| path.ends_with(".txt") && !path.starts_with(".")).map(|(_, text)| text).collect::<Vec<_>>()
    };
    assert_eq!(texts(&out), texts(&corpus.path("clean")));
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_story_on_several_pages_is_one_document() {
    type Way = fn(usize) -> String;
    let ways: [(&str, Way); 4] = [
        ("query", by_query),
        ("segment", |n| if n == 1 { format!("{FIRST}/") } else { format!("{FIRST}/{n}/") }),
        ("page", |n| if n == 1 { FIRST.to_owned() } else { format!("{FIRST}/page/{n}") }),
        ("name", |n| if n == 1 { format!("{FIRST}.html") } else { format!("{FIRST}-{n}.html") }),
    ];
    for (name, way) in ways {
        let (corpus, server) = (Corpus::new(), Server::start());
        publish(&server, 3, &way);
        let report = take(&corpus.setup(), &server, &way(1));
        assert_eq!(counts(&report), [1, 0, 0, 0, 0, 0], "{name}: {report:?}");
        assert_eq!(server.asked().len(), 3, "{name}");
        whole(&corpus, 3);
        let sidecar = &corpus.sidecars()[0];
        assert_eq!(sidecar["completeness"], "complete", "{name}: {sidecar:#}");
        let parts: Vec<&str> =
            sidecar["raw"]["parts"].as_array().unwrap().iter().map(|part| part["url"].as_str().unwrap()).collect();
        assert_eq!(parts, [server.url(&way(2)), server.url(&way(3))]);
        let aliases = sidecar["urls"]["aliases"].as_array().unwrap();
        assert!(parts.iter().all(|part| aliases.contains(&(*part).into())), "{name}: {aliases:?}");
        again_the_same(&corpus);

        let tree = corpus.tree();
        assert_eq!(counts(&take(&corpus.setup(), &server, &way(1))), [0, 0, 1, 0, 0, 0]);
        assert_eq!(server.asked().into_iter().map(|(_, status)| status).collect::<Vec<_>>(), [304], "{name}");
        assert_eq!(corpus.tree(), tree);
        let explained = explain(&corpus.setup(), &ExplainTarget::Url(server.url(&way(1)).parse().unwrap())).unwrap();
        assert_eq!(explained.words, sidecar["words"].as_u64().unwrap() as usize);
        assert!(gleaner::store::verify::run(&corpus.setup().layout, None).unwrap().is_empty());
    }
}

#[test]
fn a_later_page_leads_to_the_whole_story() {
    for known in [true, false] {
        let (corpus, server) = (Corpus::new(), Server::start());
        publish(&server, 4, &by_query);
        if known {
            take(&corpus.setup(), &server, FIRST);
            server.asked();
        }
        let report = take(&corpus.setup(), &server, &by_query(3));
        assert_eq!((report.failed, report.refused), (0, 0), "{report:?}");
        whole(&corpus, 4);
        let first = server.asked().into_iter().next().map(|(path, status)| (path == FIRST, status));
        assert_eq!(first, Some((true, if known { 304 } else { 200 })));
        assert_eq!(corpus.sidecars().len(), 1);
        assert_eq!(corpus.sidecars()[0]["source"], server.url(FIRST));
        again_the_same(&corpus);
    }
}

#[test]
fn a_missing_page_is_said_asked_for_later_and_never_lost_again() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let settings = format!(
        "{SETTINGS}[queue]\nretry_s = 60\n[[source]]\nkind = \"urls\"\nname = \"u\"\nurls = [\"{}\"]\n",
        server.url(FIRST)
    );
    publish(&server, 3, &by_query);
    server.put(&by_query(3), Page::Status(503));
    let report = run(&later(&corpus, &settings, 1), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((counts(&report), report.waiting), ([1, 0, 0, 0, 0, 0], 1), "{report:?}");
    whole(&corpus, 2);
    let sidecar = &corpus.sidecars()[0];
    assert_eq!(sidecar["completeness"], "truncated");
    let said = sidecar["completeness_evidence"][0].as_str().unwrap();
    assert_eq!(said, format!("page 3 of the story is not at hand: {}", server.url(&by_query(3))));
    again_the_same(&corpus);
    server.asked();

    server.put(&by_query(3), Page::Html(part(3, 3, &by_query)));
    let report = run(&later(&corpus, &settings, 2), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((counts(&report), report.waiting), ([0, 1, 0, 0, 0, 0], 0), "{report:?}");
    assert_eq!(asked(&server), [" 304", "?page=3 200"], "only what is missing is fetched");
    whole(&corpus, 3);
    assert_eq!(corpus.sidecars()[0]["completeness"], "complete");
    again_the_same(&corpus);

    // The page changes, and its further pages cannot be had: the whole story stays.
    let text = corpus.texts();
    server.put(FIRST, Page::Html(part(1, 3, &by_query).replace("</body>", "<!-- new --></body>")));
    server.put(&by_query(2), Page::Status(503));
    let report = run(&later(&corpus, &settings, 3), &RunOptions::default(), &Silent).unwrap();
    assert_eq!((counts(&report), report.waiting), ([0, 0, 0, 0, 1, 0], 1), "{report:?}");
    assert_eq!(corpus.texts(), text);
    corpus.clean_with(&CleanOptions { again: Again::All, ..CleanOptions::default() });
    assert_eq!(corpus.texts(), text);
}

#[test]
fn a_page_that_is_gone_or_in_which_a_wall_stands_leaves_the_rest() {
    let (corpus, server) = (Corpus::new(), Server::start());
    publish(&server, 3, &by_query);
    server.put(&by_query(2), Page::Status(404));
    assert_eq!(counts(&take(&corpus.setup(), &server, FIRST)), [1, 0, 0, 0, 0, 0]);
    whole(&corpus, 1);
    assert_eq!(corpus.sidecars()[0]["completeness"], "truncated");
    again_the_same(&corpus);
    let wall = "<!doctype html><title>Just a moment...</title><body><h1>Checking your browser before accessing the site</h1>\
                <p>Enable JavaScript and cookies to continue.</p><script src=/cdn-cgi/challenge-platform/x.js></script></body>";
    server.put(&by_query(2), Page::Html(wall.to_owned()));
    assert_eq!(counts(&take(&corpus.setup(), &server, FIRST)), [0, 0, 1, 0, 0, 0]);
    whole(&corpus, 1);
    publish(&server, 3, &by_query);
    assert_eq!(counts(&take(&corpus.setup(), &server, FIRST)), [0, 1, 0, 0, 0, 0]);
    whole(&corpus, 3);
}

#[test]
fn loops_repetitions_and_the_cap_end_a_story() {
    let (corpus, server) = (Corpus::new(), Server::start());
    // A server that does not know of pages, and links on for ever.
    for n in 1..=9 {
        let html = part(1, 9, &by_query).replace("<div", &format!("<a rel=next href='{}'>On</a><div", by_query(n % 9 + 1)));
        server.put(&by_query(n), Page::Html(html));
    }
    take(&corpus.setup(), &server, FIRST);
    assert_eq!(asked(&server), [" 200", "?page=2 200"]);
    whole(&corpus, 1);
    assert_eq!(corpus.sidecars()[0]["completeness"], "complete");
    again_the_same(&corpus);

    let (corpus, server) = (Corpus::new(), Server::start());
    publish(&server, 5, &by_query);
    let settings = SETTINGS.replace("attempts", "parts = 3\nattempts");
    take(&corpus.setup_with(&settings), &server, FIRST);
    assert_eq!(asked(&server), [" 200", "?page=2 200", "?page=3 200"]);
    whole(&corpus, 3);
    assert_eq!(corpus.sidecars()[0]["completeness"], "truncated");
    again_the_same(&corpus);
    take(&corpus.setup(), &server, FIRST);
    assert_eq!(asked(&server), [" 304", "?page=4 200", "?page=5 200"]);
    whole(&corpus, 5);
}

#[test]
fn the_page_with_all_of_it_is_taken_where_there_is_one() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let all = format!("{FIRST}?page=all");
    let first = part(1, 3, &by_query).replace("<head>", &format!("<head><link rel=canonical href='{all}'>"));
    publish(&server, 3, &by_query);
    server.put(FIRST, Page::Html(first.clone()));
    let body =
        (2..=3).map(|n| story(n).split("\n\n").map(|text| format!("<p>{text}</p>")).collect::<String>()).collect::<String>();
    server.put(&all, Page::Html(first.replace("</article>", &format!("{body}</article>"))));
    take(&corpus.setup(), &server, FIRST);
    assert_eq!(asked(&server), [" 200", "?page=all 200"]);
    whole(&corpus, 3);
    again_the_same(&corpus);

    // Where it cannot be had, the numbered pages are.
    let corpus = Corpus::new();
    server.put(&all, Page::Status(404));
    take(&corpus.setup(), &server, FIRST);
    assert_eq!(asked(&server), [" 200", "?page=2 200", "?page=3 200", "?page=all 404"]);
    whole(&corpus, 3);
    assert_eq!(corpus.sidecars()[0]["completeness"], "complete");
    again_the_same(&corpus);
}

#[test]
fn sections_next_stories_and_comments_are_no_further_pages() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let next = |html: String, body: &str| html.replace("</article>", &format!("</article>{body}"));
    let paths = ["/2024/05/another-story-of-the-mill", "/2024/05/what-readers-say-of-mills", "/forum/threads/mills-and-fires"];
    server.put(
        paths[0],
        Page::Html(next(page(1, "Another"), "<a rel=next href='/2024/05/another-story-of-the-mill-2'>The mill, once more</a>")),
    );
    let comments =
        "<section class=comments><p>Ada: I saw it.</p><a href='?page=2'>2</a> <a rel=next href='?page=2'>Older</a></section>";
    server.put(paths[1], Page::Html(next(page(2, "Readers"), comments)));
    server.put(paths[2], Page::Html(next(page(3, "Thread"), "<a rel=next href='?page=2'>2</a>")));
    let teasers: String = (1..=12)
        .map(|n| format!("<article><h2><a href='/2024/05/story-{n}-of-the-valley'>Story {n} of the valley and its people</a></h2></article>"))
        .collect();
    let section =
        format!("<!doctype html><title>Valley</title><main>{teasers}<nav><a rel=next href='?page=2'>2</a></nav></main>");
    server.put("/valley/news", Page::Html(section));
    for path in paths.iter().chain([&"/valley/news"]) {
        take(&corpus.setup(), &server, path);
        assert_eq!(server.asked().len(), 1, "{path}");
    }
    assert!(corpus.sidecars().iter().all(|sidecar| sidecar["raw"].get("parts").is_none()));
}

#[test]
fn a_small_budget_gathers_a_story_over_several_runs() {
    let (corpus, server) = (Corpus::new(), Server::start());
    publish(&server, 6, &by_query);
    let settings = format!(
        "{SETTINGS}robots = \"ignore\"\n[queue]\nmax_requests = 2\n[[source]]\nkind = \"list\"\nname = \"l\"\nfile = \"list\"\n"
    );
    corpus.write("list", server.url(FIRST));
    run(&later(&corpus, &settings, 1), &RunOptions::default(), &Silent).unwrap();
    assert_eq!(corpus.texts().len(), 0, "it is not stored while it waits");
    corpus.write("list", "");
    for day in 2..=3 {
        run(&later(&corpus, &settings, day), &RunOptions::default(), &Silent).unwrap();
    }
    assert_eq!(server.asked().len(), 6, "no page is asked for twice");
    run(&later(&corpus, &settings, 4), &RunOptions::default(), &Silent).unwrap();
    whole(&corpus, 6);
    again_the_same(&corpus);
}
