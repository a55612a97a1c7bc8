//! `ingest` and `run`: addresses, lists and files, fetched from a real server on the loopback.

use gleaner::commands::clean;
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::{RunReport, Silent};

use crate::server::{Page, Server};
use crate::support::{Corpus, Heard, SETTINGS, counts, page, story};

fn take(corpus: &Corpus, inputs: &[IngestInput]) -> RunReport {
    ingest(&corpus.setup(), inputs, IngestOptions::default(), &Silent).unwrap()
}

fn url(server: &Server, path: &str) -> IngestInput {
    IngestInput::Url(server.url(path))
}

#[test]
fn pages_lists_and_files_come_in_their_order_and_a_second_run_transfers_nothing() {
    let (corpus, server) = (Corpus::new(), Server::start());
    for number in 1..=4 {
        server.put(&format!("/story-{number}"), Page::Html(page(number, &format!("Story {number}"))));
    }
    corpus.write("raw/own.txt", story(7));
    corpus
        .write("lists/list.txt", format!("# a list\n{}\n\n../raw/own.txt\n{}\n", server.url("/story-3"), server.url("/story-4")));
    let inputs = [
        url(&server, "/story-2"),
        IngestInput::List(corpus.path("lists/list.txt")),
        url(&server, "/story-1"),
        url(&server, "/story-2?utm_source=again"),
    ];
    let heard = Heard::default();
    let report = ingest(&corpus.setup(), &inputs, IngestOptions::default(), &heard).unwrap();
    assert_eq!(counts(&report), [5, 0, 0, 0, 0, 0], "{report:?}");
    let events = heard.events.lock().unwrap();
    let ends: Vec<&str> = events.iter().map(|(source, _)| source.rsplit('/').next().unwrap()).collect();
    assert_eq!(ends, ["story-2", "story-3", "own.txt", "story-4", "story-1"]);
    assert_eq!(server.asked().len(), 4, "an address named twice is fetched once");

    let tree = corpus.tree();
    assert_eq!(tree.keys().filter(|path| path.ends_with(".html.zst")).count(), 4);
    let report = take(&corpus, &inputs);
    assert_eq!(counts(&report), [0, 0, 5, 0, 0, 0]);
    assert!(server.asked().iter().all(|(_, status)| *status == 304));
    assert_eq!(corpus.tree(), tree);
    // What was fetched is cleaned like any other file, and known by its address.
    assert_eq!(counts(&corpus.clean()), [0, 0, 5, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
}

#[test]
fn a_changed_page_is_a_new_version_and_older_bodies_do_not_come_back() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/a", Page::Html(page(1, "First")));
    let inputs = [url(&server, "/a")];
    assert_eq!(take(&corpus, &inputs).new, 1);
    server.put("/a", Page::Html(page(2, "Second")));
    let setup = |now: &str| {
        let mut setup = corpus.setup();
        setup.clock = std::sync::Arc::new(gleaner::clock::FixedClock(now.parse().unwrap()));
        setup
    };
    assert_eq!(ingest(&setup("2024-05-02T00:00:00Z"), &inputs, IngestOptions::default(), &Silent).unwrap().updated, 1);
    let tree = corpus.tree();
    assert_eq!(tree.keys().filter(|path| path.ends_with(".html.zst")).count(), 2, "both bodies are kept");
    assert_eq!(counts(&corpus.clean()), [0, 0, 2, 0, 0, 0], "the older body is not the page any more");
    assert_eq!(corpus.tree(), tree);
    assert!(corpus.texts()[0].contains("district 2 "));

    // From the raw pages alone, in a corpus of its own, the newest version comes out.
    let out = corpus.path("again");
    let options = clean::CleanOptions { paths: vec![corpus.path("raw")], ..Default::default() };
    clean::clean(&corpus.setup().with_output(&out), &options, &Silent).unwrap();
    let again = crate::support::files_below(&out);
    let texts: Vec<_> = again.iter().filter(|(path, _)| path.ends_with(".txt") && !path.starts_with(".versions")).collect();
    assert_eq!(texts.len(), 1, "{:?}", again.keys());
    assert!(String::from_utf8_lossy(texts[0].1).contains("district 2 "));
}

#[test]
fn redirects_and_declared_addresses_lead_to_one_document() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let canonical = server.url("/2024/story");
    let html = page(1, "Story").replace("<head>", &format!("<head><link rel=\"canonical\" href=\"{canonical}\">"));
    server.put("/short", Page::To("/2024/story?from=short".into()));
    server.put("/2024/story?from=short", Page::Html(html.clone()));
    server.put("/2024/story", Page::Html(html));
    assert_eq!(counts(&take(&corpus, &[url(&server, "/short")])), [1, 0, 0, 0, 0, 0]);
    let sidecar = &corpus.sidecars()[0];
    assert_eq!(sidecar["urls"]["requested"], server.url("/short"));
    assert_eq!(sidecar["urls"]["final"], server.url("/2024/story?from=short"));
    server.asked();
    let tree = corpus.tree();

    let report = take(&corpus, &[url(&server, "/short")]);
    assert_eq!(counts(&report), [0, 0, 1, 0, 0, 0], "{report:?}");
    assert_eq!(server.asked().last().map(|(_, status)| *status), Some(302), "the address asked for is known");
    assert_eq!(corpus.tree(), tree);
    take(&corpus, &[url(&server, "/2024/story"), url(&server, "/short")]);
    assert_eq!(corpus.sidecars().len(), 1, "{:#?}", corpus.sidecars());
}

#[test]
fn pages_that_all_declare_one_address_stay_apart() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let inputs: Vec<IngestInput> = (1..=3)
        .map(|number| {
            let html =
                page(number, &format!("Story {number}")).replace("<head>", "<head><link rel=\"canonical\" href=\"/news\">");
            server.put(&format!("/{number}"), Page::Html(html));
            url(&server, &format!("/{number}"))
        })
        .collect();
    assert_eq!(counts(&take(&corpus, &inputs)), [3, 0, 0, 0, 0, 0]);
    let tree = corpus.tree();
    assert_eq!(counts(&take(&corpus, &inputs)), [0, 0, 3, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
}

fn declaring(html: &str, canonical: &str) -> Page {
    Page::Html(html.replace("<head>", &format!("<head><link rel=\"canonical\" href=\"{canonical}\">")))
}

/// Runs until nothing changes any more: the second time at the latest but one. Gives the texts.
fn settle(corpus: &Corpus, inputs: &[IngestInput]) -> Vec<String> {
    take(corpus, inputs);
    take(corpus, inputs);
    let tree = corpus.tree();
    let report = take(corpus, inputs);
    assert_eq!((report.new, report.updated, report.failed), (0, 0, 0), "{report:?}");
    assert_eq!(corpus.tree(), tree);
    corpus.texts()
}

#[test]
fn a_page_and_its_mobile_form_do_not_rewrite_each_other() {
    for order in [["/story", "/amp"], ["/amp", "/story"]] {
        let (corpus, server) = (Corpus::new(), Server::start());
        server.put("/story", declaring(&page(1, "Story"), "/story"));
        server.put("/amp", declaring(&page(1, "Story").replace("Tuesday", "Tuesday evening"), "/story"));
        let inputs = order.map(|path| url(&server, path));
        assert_eq!(settle(&corpus, &inputs).len(), 2, "{order:?}");
        // The same text at both is one document, and its copy or alias.
        server.put("/amp", declaring(&page(1, "Story"), "/story"));
        assert_eq!(settle(&corpus, &inputs).len(), 1, "{order:?}");
    }
}

#[test]
fn an_address_that_always_leads_to_the_newest_story_collects_them_all() {
    for redirects in [true, false] {
        let (corpus, server) = (Corpus::new(), Server::start());
        let inputs = [url(&server, "/latest")];
        for number in [3, 1, 2] {
            let path = format!("/story-{number}");
            let story = declaring(&page(number, "Story"), &path);
            server.put(&path, story.clone());
            server.put("/latest", if redirects { Page::To(path) } else { story });
            settle(&corpus, &inputs);
        }
        assert_eq!(corpus.texts().len(), 3);
        let tree = corpus.tree();
        assert_eq!(corpus.clean().failed, 0);
        assert_eq!(corpus.tree(), tree);
    }
}

#[test]
fn a_story_that_moves_stays_the_document_that_it_was() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let inputs = [url(&server, "/old")];
    server.put("/old", Page::Html(page(1, "Story")));
    take(&corpus, &inputs);
    let id = corpus.sidecars()[0]["id"].clone();
    server.put("/new", Page::Html(page(1, "Story").replace("<nav>", "<nav><a href=\"/moved\">We have moved</a>")));
    server.put("/old", Page::To("/new".into()));
    settle(&corpus, &inputs);
    assert_eq!(corpus.sidecars().len(), 1);
    assert_eq!(corpus.sidecars()[0]["id"], id);
    settle(&corpus, &[url(&server, "/new"), url(&server, "/old")]);
    assert_eq!(corpus.sidecars().len(), 1);
}

#[test]
fn one_bad_address_is_an_outcome() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/good", Page::Html(page(1, "Good")));
    server.put("/empty", Page::Html("<html><body></body></html>".into()));
    server.put("/picture", Page::Bytes("image/png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()));
    server.put("/robots.txt", Page::Bytes("text/plain", b"User-agent: *\nDisallow: /private\n".to_vec()));
    server.put("/private", Page::Html(page(2, "Private")));
    let inputs = [
        url(&server, "/missing"),
        IngestInput::Url("https://".into()),
        IngestInput::Url("ftp://127.0.0.1/x".into()),
        url(&server, "/private"),
        url(&server, "/picture"),
        url(&server, "/empty"),
        IngestInput::List(corpus.path("no-list.txt")),
        IngestInput::Path(corpus.path("no-file.txt")),
        url(&server, "/good"),
    ];
    let report = take(&corpus, &inputs);
    assert_eq!((report.inputs, report.new), (9, 1), "{report:#?}");
    assert_eq!((report.refused, report.failed), (4, 4), "{report:#?}");
    assert!(report.failures.iter().all(|failure| !failure.error.is_empty()), "{report:#?}");
    assert_eq!(report.exit_status(), 3);
    assert_eq!(corpus.texts().len(), 1);
    assert_eq!(corpus.tree().keys().filter(|path| path.ends_with(".zst")).count(), 1, "only articles are kept");
}

#[test]
fn a_page_not_modified_is_cleaned_again_from_what_was_kept_when_the_cleaner_changed() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/a", Page::Html(page(1, "A")));
    let inputs = [url(&server, "/a")];
    take(&corpus, &inputs);
    server.asked();
    let setup = corpus.setup_with(&format!("{SETTINGS}[page]\nmax_depth = 100\n"));
    assert_eq!(counts(&ingest(&setup, &inputs, IngestOptions::default(), &Silent).unwrap()), [0, 0, 1, 0, 0, 0]);
    assert_eq!(server.asked(), [("/a".to_owned(), 304)]);
    assert_eq!(corpus.sidecars()[0]["cleaner"]["config"], setup.cleaner().config.to_string());
}

#[test]
fn many_pages_of_many_hosts_give_the_same_corpus_whatever_the_timing() {
    let servers: Vec<Server> = (0..3).map(|_| Server::start()).collect();
    let corpora = [1, 3].map(|jobs| {
        let corpus = Corpus::new();
        let inputs: Vec<IngestInput> = (0..60)
            .map(|number| {
                let (server, path) = (&servers[number % 3], format!("/{number}"));
                server.put(&path, Page::Html(page(number / 2, &format!("Story {}", number / 2))));
                url(server, &path)
            })
            .collect();
        let report = ingest(&corpus.setup().with_jobs(jobs), &inputs, IngestOptions::default(), &Silent).unwrap();
        assert_eq!(counts(&report), [30, 0, 0, 30, 0, 0]);
        corpus
    });
    assert_eq!(corpora[0].tree(), corpora[1].tree());
}

#[test]
fn a_run_does_all_sources_of_the_configuration() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/1", Page::Html(page(1, "One")));
    server.put("/2", Page::Html(page(2, "Two")));
    corpus.write("urls.txt", server.url("/2"));
    let sources = format!(
        "{SETTINGS}[[source]]\nkind = \"urls\"\nname = \"a\"\nurls = [\"{}\"]\n[[source]]\nkind = \"list\"\nname = \"b\"\nfile = \"urls.txt\"\n",
        server.url("/1")
    );
    let report = run(&corpus.setup_with(&sources), &RunOptions::default(), &Silent).unwrap();
    assert_eq!(counts(&report), [2, 0, 0, 0, 0, 0]);
    let error = run(&corpus.setup(), &RunOptions::default(), &Silent).unwrap_err();
    assert!(error.is_usage() && error.hint().unwrap().contains("[[source]]"));
}
