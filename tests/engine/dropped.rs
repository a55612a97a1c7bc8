//! The drop folder: what lies in it is taken once, what is being written is left alone, and nothing is lost.

use std::fs;
use std::time::{Duration, SystemTime};

use gleaner::commands::clean::{CleanOptions, clean};
use gleaner::commands::run::{RunOptions, run};
use gleaner::engine::options::Mode;
use gleaner::engine::{RunReport, Setup, Silent};
use gleaner::queue::{FILE_NAME, IfKnown, NewUrl, Queue, UrlKind, UrlState};
use gleaner::store::Lock;
use serde_json::json;

use crate::server::{Page, Server};
use crate::support::{Corpus, SETTINGS, counts, page};

/// A corpus with a drop folder.
fn corpus() -> Corpus {
    let corpus = Corpus::new();
    fs::create_dir(corpus.path("drop")).unwrap();
    corpus
}

fn run_once(setup: &Setup) -> RunReport {
    run(setup, &RunOptions::default(), &Silent).unwrap()
}

/// The names of the files below a folder.
fn names(corpus: &Corpus, folder: &str) -> Vec<String> {
    crate::support::files_below(&corpus.path(folder)).into_keys().collect()
}

#[test]
fn both_run_and_clean_take_files_once() {
    for is_run in [true, false] {
        let corpus = corpus();
        corpus.write("drop/one.html", page(1, "One"));
        corpus.write("drop/list.jsonl", format!("{}\n", json!({ "url": "https://a.example/2", "html": page(2, "Two") })));
        let work = || if is_run { run_once(&corpus.setup()) } else { corpus.clean() };
        assert_eq!(counts(&work()), [2, 0, 0, 0, 0, 0]);
        assert!(names(&corpus, "drop").is_empty());
        assert_eq!(names(&corpus, "raw"), ["dropped/list.jsonl", "dropped/one.html"]);
        let texts = corpus.texts();
        assert_eq!(work().new, 0);
        // The same file again is known, one of the same name is not.
        corpus.write("drop/one.html", page(1, "One"));
        assert_eq!((work().new, names(&corpus, "raw/dropped").len()), (0, 2));
        assert!(names(&corpus, "drop").is_empty());
        corpus.write("drop/one.html", page(3, "Three"));
        assert_eq!((work().new, corpus.texts().len()), (1, texts.len() + 1));
        assert_eq!(names(&corpus, "raw"), ["dropped/list.jsonl", "dropped/one-2.html", "dropped/one.html"]);
        assert_eq!(counts(&corpus.clean())[..2], [0, 0], "clean knows what run has taken");
    }
}

#[test]
fn what_is_being_written_is_left_to_the_next_run() {
    let corpus = corpus();
    let now: SystemTime = SystemTime::UNIX_EPOCH + Duration::from_secs(1_714_564_800);
    let ago = |seconds| now - Duration::from_secs(seconds);
    let times = [ago(3), ago(60), now + Duration::from_secs(60)];
    for (number, (name, at)) in ["new.html", "old.html", "future.html"].into_iter().zip(times).enumerate() {
        corpus.write(&format!("drop/{name}"), page(number + 1, name));
        let file = fs::File::options().append(true).open(corpus.path(&format!("drop/{name}"))).unwrap();
        file.set_modified(at).unwrap();
    }
    for name in ["half.html.part", ".hidden.html", "x.crdownload", "y.tmp", "page_files/z.html"] {
        corpus.write(&format!("drop/{name}"), page(9, name));
    }
    corpus.clean();
    assert_eq!(names(&corpus, "raw"), ["dropped/future.html", "dropped/old.html"]);
    assert_eq!(
        names(&corpus, "drop"),
        [".hidden.html", "half.html.part", "new.html", "page_files/z.html", "x.crdownload", "y.tmp"]
    );
}

#[test]
fn nothing_is_taken_by_a_dry_run_or_while_another_runs() {
    let corpus = corpus();
    corpus.write("drop/one.html", page(1, "One"));
    let before = corpus.tree();
    corpus.clean_with(&CleanOptions { mode: Mode::DryRun, ..CleanOptions::default() });
    assert_eq!(corpus.tree(), before);
    let setup = corpus.setup();
    let lock = Lock::take(&setup.layout).unwrap();
    assert!(clean(&setup, &CleanOptions::default(), &Silent).unwrap_err().is_locked());
    assert!(run(&setup, &RunOptions::default(), &Silent).unwrap_err().is_locked());
    assert_eq!(corpus.tree(), before);
    drop(lock);
    assert_eq!(corpus.clean().new, 1);
}

#[test]
fn what_a_killed_run_has_taken_is_known_again() {
    let corpus = corpus();
    corpus.write("drop/one.html", page(1, "One"));
    // Killed after the file was linked to.
    fs::create_dir_all(corpus.path("raw/dropped")).unwrap();
    fs::hard_link(corpus.path("drop/one.html"), corpus.path("raw/dropped/one.html")).unwrap();
    assert_eq!(counts(&run_once(&corpus.setup())), [1, 0, 0, 0, 0, 0]);
    assert_eq!((names(&corpus, "raw"), names(&corpus, "drop").len()), (vec!["dropped/one.html".to_owned()], 0));
}

#[test]
fn a_run_that_is_stopped_leaves_the_files() {
    let corpus = corpus();
    corpus.write("drop/one.html", page(1, "One"));
    let setup = corpus.setup();
    setup.stop.stop();
    assert!(run_once(&setup).interrupted);
    assert_eq!(names(&corpus, "drop"), ["one.html"]);
    assert_eq!(run_once(&corpus.setup()).new, 1);
    assert!(names(&corpus, "drop").is_empty());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_taken_stays_and_is_reported() {
    let corpus = corpus();
    assert!(std::process::Command::new("mkfifo").arg(corpus.path("drop/pipe")).status().unwrap().success());
    corpus.write("drop/one.html", page(1, "One"));
    assert_eq!(counts(&run_once(&corpus.setup())), [1, 0, 0, 0, 0, 1]);
    assert!(corpus.path("drop/pipe").exists() && !corpus.path("drop/one.html").exists());
}

#[test]
fn a_folder_of_another_name_is_taken_from() {
    let corpus = Corpus::new();
    corpus.write("inbox/one.html", page(1, "One"));
    corpus.write("drop/two.html", page(2, "Two"));
    assert_eq!(run_once(&corpus.setup_with(&format!("drop = \"inbox\"\n{SETTINGS}"))).new, 1);
    assert_eq!((names(&corpus, "inbox").len(), names(&corpus, "drop").len()), (0, 1));
}

#[test]
fn a_url_that_a_user_put_into_the_queue_may_be_a_source() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let link = |number: usize| {
        format!("<li><a href=\"/2024/05/01/story-{number}-of-the-day\">A headline that is long enough, number {number}</a></li>")
    };
    let front = format!("<!doctype html><html><body><ul>{}</ul></body></html>", (1..=3).map(link).collect::<String>());
    server.put("/front", Page::Html(front));
    let item =
        |number: usize| format!("<item><title>T{number}</title><link>{}</link></item>", server.url(&format!("/fed-{number}")));
    let feed = format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{}</channel></rss>", item(4));
    server.put("/feed", Page::Html(feed));
    for number in 1..=3 {
        server.put(&format!("/2024/05/01/story-{number}-of-the-day"), Page::Html(page(number, &format!("Story {number}"))));
    }
    server.put("/fed-4", Page::Html(page(4, "Story 4")));
    server.put("/plain-5", Page::Html(page(5, "Story 5")));
    let setup = corpus.setup();
    let mut queue = Queue::open_to_add(&setup.layout.state.join(FILE_NAME)).unwrap();
    let mut add = |path: &str, kind: UrlKind| {
        let new = NewUrl {
            url: server.url(path).parse().unwrap(),
            source: String::new(),
            feed: None,
            kind,
            if_known: IfKnown::Refetch,
        };
        queue.add(&new, setup.clock.now()).unwrap();
    };
    add("/front", UrlKind::Source);
    add("/feed", UrlKind::Named);
    add("/plain-5", UrlKind::Named);
    drop(queue);
    let report = run_once(&setup);
    assert_eq!((report.new, report.read, report.failed), (5, 2, 0), "{report:?}");
    let states = Queue::open_to_read(&setup.layout.state.join(FILE_NAME)).unwrap().unwrap().counts().unwrap();
    assert_eq!(states, [(UrlState::Done, 7)]);
}
