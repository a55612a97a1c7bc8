//! Where the corpus is: in the current folder, above it, where an option or the environment says; and what is said where there is none.

use std::fs;
use std::process::Command;

use crate::support::{Corpus, PAGE};

/// Commands that read a corpus, and need one.
const READING: &[&[&str]] = &[
    &["verify"],
    &["status"],
    &["status", "--json"],
    &["show", "05b6300a"],
    &["export", "--jsonl", "-"],
    &["export", "--warc", "-"],
    &["reindex"],
    &["queue", "list"],
    &["queue", "show", "1"],
    &["queue", "drop", "1"],
    &["forget", "05b6300a"],
    &["forget", "--missing"],
    &["prune", "--logs"],
];

#[test]
fn commands_that_need_a_corpus_say_that_there_is_none() {
    let corpus = Corpus::new();
    fs::create_dir(corpus.path("empty")).unwrap();
    for args in READING {
        for place in ["--root=empty", "--root=."] {
            let text = corpus.transcript(&[&[place], *args].concat());
            assert!(text.contains("exit 1\n") && text.contains("there is none"), "{text}");
            assert!(text.contains("gleaner init"), "{text}");
        }
    }
    assert_eq!(corpus.files("."), Vec::<String>::new(), "and they make none");
    assert!(!corpus.path(".gleaner").exists() && !corpus.path("empty/.gleaner").exists());
}

#[test]
fn nothing_is_added_to_a_folder_that_is_no_corpus() {
    let corpus = Corpus::new();
    corpus.write("elsewhere/page.html", PAGE);
    corpus
        .write("elsewhere/feeds.opml", "<opml version=\"2.0\"><body><outline xmlUrl=\"https://x.example/feed\"/></body></opml>");
    let run = |args: &[&str]| {
        let output = corpus.command(args).current_dir(corpus.path("elsewhere")).output().unwrap();
        corpus.transcript_of(args, &output)
    };
    for args in [&["ingest", "page.html"][..], &["clean", "page.html"], &["sources", "import", "feeds.opml"]] {
        let text = run(args);
        assert!(text.contains("exit 2\n") && text.contains("does not belong to a corpus"), "{text}");
        assert!(text.contains("gleaner init") && text.contains("--root"), "{text}");
    }
    assert_eq!(corpus.files("elsewhere"), ["feeds.opml", "page.html"]);
    assert!(run(&["clean", "page.html", "-o", "out"]).contains("1 new"));
    assert!(run(&["ingest", "page.html", "--root", "."]).contains("1 new"));
}

#[test]
fn a_corpus_is_found_from_its_subfolders() {
    let corpus = Corpus::new();
    assert!(corpus.run(&["init"]).status.success());
    corpus.write("raw/site/ferry.html", PAGE);
    corpus.write("raw/site/deep/er/x", "");
    let run = |folder: &str, args: &[&str]| {
        let output = corpus.command(args).current_dir(corpus.path(folder)).output().unwrap();
        corpus.transcript_of(args, &output)
    };
    assert!(run("raw/site", &["ingest", "ferry.html"]).contains("1 new"), "a corpus that has never been run");
    for folder in ["raw/site/deep/er", "clean", "raw"] {
        assert!(run(folder, &["clean"]).contains("1 unchanged"), "{folder}");
        assert!(run(folder, &["status"]).contains("1 document,"), "{folder}");
        assert!(run(folder, &["verify"]).contains("the corpus is intact"), "{folder}");
        assert!(run(folder, &["show", "raw/site/ferry.html"]).contains("sixty cars"), "{folder}");
    }
    assert!(run("raw/site", &["explain", "ferry.html", "--json"]).contains("\"id\": \""), "paths are the user's own");
    assert_eq!(corpus.files("raw"), ["site/deep/er/x", "site/ferry.html"]);
    // The folder of `--output` has a state folder, too, and is no corpus.
    assert!(run("raw", &["clean", "-o", "../out"]).contains("1 new"));
    assert!(run("out", &["status"]).contains("1 document,"));
}

#[test]
fn the_environment_names_a_corpus_unless_the_command_line_does() {
    let (here, there) = (Corpus::with_page(), Corpus::with_page());
    there.write("raw/other.html", PAGE.replace("sixty", "seventy"));
    there.write("config.toml", "clean = \"texts\"\n");
    let run = |variable: (&str, &std::path::Path), args: &[&str]| {
        let mut command: Command = here.command(args);
        command.env(variable.0, variable.1);
        here.transcript_of(args, &command.output().unwrap())
    };
    let (root, config) = (("GLEANER_ROOT", there.root()), ("GLEANER_CONFIG", &*there.path("config.toml")));
    assert!(run(root, &["clean"]).contains("2 new"));
    assert!(run(config, &["clean"]).contains("2 unchanged"));
    assert_eq!(there.files("texts").len(), 4);
    assert!(run(root, &["clean", "--root", "."]).contains("1 new"));
    assert!(run(config, &["clean", "--root", "."]).contains("1 unchanged"), "its configuration is not that of another corpus");
    assert!(run(("GLEANER_ROOT", std::path::Path::new("")), &["status"]).contains("1 document,"), "empty is unset");
    assert!(run(("GLEANER_ROOT", std::path::Path::new("none")), &["status"]).contains("no such folder"));
}
