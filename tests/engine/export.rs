//! What leaves the corpus: a WARC that reads back as the pages that were fetched, and lines of clean text.

use std::fs;

use gleaner::commands::clean;
use gleaner::commands::export::{ExportFormat, to_file, to_stream};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::Silent;
use gleaner_extract::base::time::Timestamp;

use crate::server::{Page, Server};
use crate::support::{Corpus, counts, dump, page};

fn now() -> Timestamp {
    "2024-05-02T00:00:00Z".parse().unwrap()
}

fn fetched() -> Corpus {
    let (corpus, server) = (Corpus::new(), Server::start());
    let inputs: Vec<IngestInput> = (1..=3)
        .map(|number| {
            server.put(&format!("/{number}"), Page::Html(page(number, &format!("Story {number}"))));
            IngestInput::Url(server.url(&format!("/{number}")))
        })
        .collect();
    assert_eq!(ingest(&corpus.setup(), &inputs, IngestOptions::default(), &Silent).unwrap().new, 3);
    corpus.write("raw/own.txt", dump(7));
    corpus.clean();
    corpus
}

#[test]
fn fetched_pages_come_back_out_of_a_warc_as_the_same_documents() {
    let corpus = fetched();
    for name in ["out.warc", "out.warc.gz"] {
        let path = corpus.path(name);
        let report = to_file(&corpus.setup().layout, ExportFormat::Warc, &path, now()).unwrap();
        assert_eq!((report.written, report.failed), (3, 0));
        let bytes = fs::read(&path).unwrap();
        to_file(&corpus.setup().layout, ExportFormat::Warc, &path, now()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes, "the same corpus gives the same bytes");
        assert!(!corpus.path(&format!("{name}.part")).exists());

        let again = Corpus::new();
        fs::copy(&path, again.path("raw").join(name)).unwrap();
        assert_eq!(counts(&again.clean()), [3, 0, 0, 0, 0, 0]);
        assert_eq!(counts(&again.clean()), [0, 0, 3, 0, 0, 0]);
        let facts = |corpus: &Corpus| {
            let mut all: Vec<String> = corpus
                .sidecars()
                .iter()
                .filter(|s| s["fetched_at"].is_string())
                .map(|s| format!("{} {} {} {} {}", s["id"], s["text_sha256"], s["raw"]["sha256"], s["urls"], s["fetched_at"]))
                .collect();
            all.sort();
            all
        };
        assert_eq!(facts(&again), facts(&corpus));
        // SyncThread what was fetched, the archive brings nothing new.
        let options = clean::CleanOptions { paths: vec![path], ..Default::default() };
        assert_eq!(counts(&corpus.clean_with(&options).0), [0, 0, 3, 0, 0, 0]);
    }
}

#[test]
fn a_damaged_page_is_left_out_and_told() {
    let corpus = fetched();
    let body = corpus.tree().into_keys().find(|path| path.ends_with(".html.zst")).unwrap();
    corpus.write(&body, b"\x28\xb5\x2f\xfdno page");
    let mut out = Vec::new();
    let report = to_stream(&corpus.setup().layout, ExportFormat::Warc, &mut out, now()).unwrap();
    assert_eq!((report.written, report.failed), (2, 1));
    assert!(report.failures[0].source.ends_with(&body), "{report:?}");
    assert_eq!(memchr::memmem::find_iter(&out, b"WARC-Type: response").count(), 2);
}

#[test]
fn every_text_is_a_line() {
    let corpus = fetched();
    corpus.write("raw/copy.txt", dump(7));
    corpus.clean();
    let mut out = Vec::new();
    let report = to_stream(&corpus.setup().layout, ExportFormat::Jsonl, &mut out, now()).unwrap();
    assert_eq!((report.written, report.failed), (4, 0), "a copy has no text of its own");
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<String> = corpus.texts();
    for line in &lines {
        assert!(texts.iter().any(|text| text.trim_end() == line["text"]), "{line}");
        assert!(line["title"].is_string() && line["id"].is_string());
    }
    assert_eq!(lines.iter().filter(|line| line["url"].is_string()).count(), 3);

    let text = corpus.tree().into_keys().find(|path| path.starts_with("clean/") && path.ends_with(".txt")).unwrap();
    corpus.write(&text, "changed by hand");
    let report = to_stream(&corpus.setup().layout, ExportFormat::Jsonl, &mut Vec::new(), now()).unwrap();
    assert_eq!((report.written, report.failed), (3, 1));
}
