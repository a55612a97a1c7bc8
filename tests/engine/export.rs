//! What leaves the corpus: a WARC that reads back as the pages that were fetched, and lines of clean text.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use gleaner::commands::clean;
use gleaner::commands::export::{ExportFormat, ExportOptions, ExportReport, to_path, to_stream};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::Silent;
use gleaner::search::{Filter, Query};
use gleaner_extract::base::time::Timestamp;

use crate::server::{Page, Server};
use crate::support::{Corpus, counts, dump, page};

fn now() -> Timestamp {
    "2024-05-02T00:00:00Z".parse().unwrap()
}

fn jsonl() -> ExportFormat {
    ExportFormat::named("jsonl", None).unwrap()
}

fn export_to(corpus: &Corpus, format: ExportFormat, options: &ExportOptions, out: &mut Vec<u8>) -> ExportReport {
    to_stream(&corpus.setup().layout, format, options, out, now()).unwrap()
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
        let report = to_path(&corpus.setup().layout, ExportFormat::Warc, &ExportOptions::default(), &path, now()).unwrap();
        assert_eq!((report.written, report.failed), (3, 0));
        let bytes = fs::read(&path).unwrap();
        to_path(&corpus.setup().layout, ExportFormat::Warc, &ExportOptions::default(), &path, now()).unwrap();
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
        // Beside what was fetched, the archive brings nothing new.
        let options = clean::CleanOptions { paths: vec![path], ..Default::default() };
        assert_eq!(counts(&corpus.clean_with(&options).0), [0, 0, 3, 0, 0, 0]);
    }
}

/// What a WARC has of a selection: all pages but that of the second story, by a search and by the id.
fn selections(corpus: &Corpus) -> [ExportOptions; 2] {
    let id_of = |sidecar: &serde_json::Value| serde_json::from_value(sidecar["id"].clone()).unwrap();
    let is_other = |sidecar: &&serde_json::Value| sidecar["title"]["value"] != "Story 2";
    let ids = corpus.sidecars().iter().filter(is_other).map(id_of).collect();
    let filter = Filter { ids: Some(ids), ..Filter::default() };
    let query = Some(Query::parse("title:story -title:2").unwrap());
    [ExportOptions { filter, ..ExportOptions::default() }, ExportOptions { query, ..ExportOptions::default() }]
}

#[test]
fn the_pages_of_a_selection_are_a_warc_that_brings_back_its_documents() {
    let corpus = fetched();
    for options in selections(&corpus) {
        let again = Corpus::new();
        let path = again.path("raw").join("some.warc.gz");
        let report = to_path(&corpus.setup().layout, ExportFormat::Warc, &options, &path, now()).unwrap();
        assert_eq!((report.written, report.failed), (2, 0));
        assert_eq!(counts(&again.clean()), [2, 0, 0, 0, 0, 0]);
        let mut titles: Vec<String> = again.sidecars().iter().map(|sidecar| sidecar["title"]["value"].to_string()).collect();
        titles.sort();
        assert_eq!(titles, ["\"Story 1\"", "\"Story 3\""]);
    }
}

#[test]
#[ignore = "needs Python packages"]
fn python_warcio_reads_the_pages_of_a_selection() {
    let corpus = fetched();
    let folder = corpus.path("out");
    fs::create_dir(&folder).unwrap();
    let mut expected = serde_json::Map::new();
    for sidecar in
        corpus.sidecars().iter().filter(|sidecar| sidecar["fetched_at"].is_string() && sidecar["title"]["value"] != "Story 2")
    {
        let url = sidecar["urls"]["final"].as_str().unwrap().to_owned();
        expected.insert(url, sidecar["raw"]["sha256"].clone());
    }
    fs::write(folder.join("warc.json"), serde_json::to_vec(&expected).unwrap()).unwrap();
    let [_, options] = selections(&corpus);
    for name in ["some.warc", "some.warc.gz"] {
        to_path(&corpus.setup().layout, ExportFormat::Warc, &options, &folder.join(name), now()).unwrap();
    }
    let python = std::env::var("GLEANER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shared/read_warc.py");
    let output = Command::new(python).arg(script).current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_damaged_page_is_left_out_and_told() {
    let corpus = fetched();
    let body = corpus.tree().into_keys().find(|path| path.ends_with(".html.zst")).unwrap();
    corpus.write(&body, b"\x28\xb5\x2f\xfdno page");
    let mut out = Vec::new();
    let report = export_to(&corpus, ExportFormat::Warc, &ExportOptions::default(), &mut out);
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
    let report = export_to(&corpus, jsonl(), &ExportOptions::default(), &mut out);
    assert_eq!((report.written, report.failed), (5, 0), "a copy has a line of its own");
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<String> = corpus.texts();
    for line in &lines {
        assert!(texts.iter().any(|text| text.trim_end() == line["text"]), "{line}");
        assert!(line["title"].is_string() && line["id"].is_string());
    }
    assert_eq!(lines.iter().filter(|line| line["url"].is_string()).count(), 3);
    let copy = lines.iter().find(|line| line["copy_of"].is_string()).unwrap();
    let original = lines.iter().find(|line| line["id"] == copy["copy_of"]).unwrap();
    assert_eq!((&copy["text"], &copy["text_sha256"]), (&original["text"], &original["text_sha256"]));
    assert!(copy["cluster"] == original["cluster"] && copy["relations"][0]["type"] == "exact", "{copy}");
    assert!(lines.iter().all(|line| lines.iter().any(|other| other["id"] == line["cluster"])));
    let mut canonical = Vec::new();
    let options = ExportOptions { filter: Filter { canonical_only: true, ..Filter::default() }, ..ExportOptions::default() };
    export_to(&corpus, jsonl(), &options, &mut canonical);
    let canonical = String::from_utf8(canonical).unwrap();
    let expected: Vec<&serde_json::Value> = lines.iter().filter(|line| line["id"] == line["cluster"]).collect();
    assert!(canonical.lines().count() == expected.len() && expected.len() < lines.len());
    assert!(
        canonical
            .lines()
            .zip(expected)
            .all(|(line, expected)| &serde_json::from_str::<serde_json::Value>(line).unwrap() == expected)
    );

    let text = corpus.tree().into_keys().find(|path| path.starts_with("clean/") && path.ends_with(".txt")).unwrap();
    corpus.write(&text, "changed by hand");
    let report = export_to(&corpus, jsonl(), &ExportOptions::default(), &mut Vec::new());
    assert_eq!(report.written + report.failed, 5);
    assert!((1..=2).contains(&report.failed), "a copy fails with its original: {report:?}");
}

#[test]
fn a_document_that_is_being_written_is_exported_as_it_was_or_as_it_will_be() {
    let corpus = fetched();
    let find =
        |end: &str| corpus.tree().into_keys().find(|path| path.starts_with("clean/undated/") && path.ends_with(end)).unwrap();
    let (text, sidecar) = (&find(".txt"), &find(".json"));
    let read = || [text, sidecar].map(|path| fs::read_to_string(corpus.path(path)).unwrap());
    let first = read();
    corpus
        .write("raw/own.txt", dump(7) + "\nThe harbour will stay open for the rest of the week, the council said on Tuesday.\n");
    corpus.clean();
    let second = read();
    assert!(first[0] != second[0] && first[1] != second[1]);
    let hash = |text: &str| gleaner_extract::base::hash::ContentHash::of(text).to_string();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // As a run does it: the text, then the sidecar, each moved into place.
            for version in [&second, &first].into_iter().cycle().take_while(|_| !is_done.load(Ordering::Relaxed)) {
                for (path, content) in [text, sidecar].into_iter().zip(version) {
                    corpus.write("next", content);
                    fs::rename(corpus.path("next"), corpus.path(path)).unwrap();
                }
                std::thread::sleep(std::time::Duration::from_millis(25));
            }
        });
        let exports: Vec<_> = (0..40)
            .map(|_| {
                let mut out = Vec::new();
                to_stream(&corpus.setup().layout, jsonl(), &ExportOptions::default(), &mut out, now()).map(|report| (report, out))
            })
            .collect();
        is_done.store(true, Ordering::Relaxed);
        for (report, out) in exports.into_iter().map(Result::unwrap) {
            assert_eq!((report.written, report.failed), (4, 0), "{report:?}");
            for line in String::from_utf8(out).unwrap().lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let text = line["text"].as_str().unwrap();
                assert_eq!(hash(&format!("{text}\n")), line["text_sha256"], "text and metadata belong together");
            }
        }
    });
}
