//! Small files that decode to very much: each is one failure that names the file and the limit, and the run goes on.

use std::io::Write;
use std::path::Path;

use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::{RunReport, Silent};

use crate::packed_files::{xz, zstd};
use crate::support::{Corpus, SETTINGS, page};
use crate::web_archive::{Form, epub, gzip, page_record, warc, zip};

const SMALL_PAGES: &str = "[page]\nmax_bytes = 1000000\n";

/// Takes the files in with a good page after them.
fn take(corpus: &Corpus) -> RunReport {
    corpus.write("raw/zz.html", page(1, "Story 1"));
    let setup = corpus.setup_with(&format!("{SETTINGS}{SMALL_PAGES}"));
    ingest(&setup, &[IngestInput::Path(corpus.path("raw"))], IngestOptions::default(), &Silent).unwrap()
}

/// Each file failed once by its budget, and the page after them was taken.
fn assert_refused(corpus: &Corpus, names: &[&str]) {
    let report = take(corpus);
    for name in names {
        let failures: Vec<_> = report.failures.iter().filter(|failure| failure.source.contains(name)).collect();
        assert_eq!(failures.len(), 1, "{name}: {report:#?}");
        let failure = failures[0];
        assert!(failure.source.ends_with(name) && failure.error.contains(name), "{failure:?}");
        assert!(failure.error.contains("more than") && failure.error.contains("a file of its size"), "{failure:?}");
    }
    assert!(report.new >= 1, "{report:#?}");
}

/// Many pages that are the same but for a number, so that they compress to almost nothing.
fn repeated(number: usize) -> String {
    page(number, &format!("Story {number}")).replace("</article>", &format!("{}</article>", "<!-- -->".repeat(110_000)))
}

#[test]
fn containers_that_decode_to_far_too_much_are_one_failure_each() {
    let corpus = Corpus::new();
    let chapters: Vec<(String, String)> = (0..25).map(|number| (format!("c{number}"), repeated(number))).collect();
    let chapters: Vec<(&str, String)> = chapters.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    corpus.write("raw/a.epub", epub(&chapters));
    let files: Vec<(String, String)> = (0..25).map(|number| (format!("{number}.html"), repeated(number))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    // The first file is not compressed.
    corpus.write("raw/b.zip", zip(&[&[("0.txt", &b"x"[..])], &files[..]].concat()));
    let lines: String = (0..25).map(|number| serde_json::json!({"html": repeated(number)}).to_string() + "\n").collect();
    corpus.write("raw/c.jsonl.zst", zstd(lines.as_bytes()));
    let rows: String = (0..25).map(|number| format!("x,\"{}\"\n", repeated(number).replace('"', "'"))).collect();
    corpus.write("raw/d.csv.xz", xz(format!("title,html\n{rows}").as_bytes()));
    let records: Vec<Vec<u8>> =
        (0..25).map(|number| page_record(&format!("https://a.example/{number}"), &repeated(number))).collect();
    corpus.write("raw/e.warc.zst", zstd(&warc(&records, Form::Plain).0));
    assert_refused(&corpus, &["a.epub", "b.zip", "c.jsonl.zst", "d.csv.xz", "e.warc.zst"]);
}

#[test]
fn far_too_many_items_and_bytes_that_are_no_page_count_too() {
    let corpus = Corpus::new();
    let mut messages = Vec::new();
    for number in 0..40_000 {
        writeln!(messages, "From a@b.example Fri May  3 08:00:00 2024\nMessage-ID: <{number}@b.example>\nFrom: a@b.example\n")
            .unwrap();
    }
    corpus.write("raw/a.mbox.zst", zstd(&messages));
    let parts = "--b\nContent-Type: image/png\n\nx\n".repeat(25_000);
    let mail = format!("MIME-Version: 1.0\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}");
    corpus.write("raw/b.eml.gz", gzip(mail.as_bytes()));
    // A film of 140 MiB that compresses to nothing, in front of a page.
    let mut tar = tar::Builder::new(Vec::new());
    for (name, size) in [("film.mp4", 140usize << 20), ("a.html", 100)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(size as u64);
        tar.append_data(&mut header, Path::new(name), vec![b'x'; size].as_slice()).unwrap();
    }
    corpus.write("raw/c.tar.zst", zstd(&tar.into_inner().unwrap()));
    assert_refused(&corpus, &["a.mbox.zst", "b.eml.gz", "c.tar.zst"]);
}

#[test]
fn an_archive_that_compresses_well_is_read_whole() {
    let corpus = Corpus::new();
    let lines: String =
        (0..200).map(|number| serde_json::json!({"html": page(number, &format!("Story {number}"))}).to_string() + "\n").collect();
    corpus.write("raw/a.jsonl.zst", zstd(lines.as_bytes()));
    let report = corpus.clean();
    assert_eq!((report.new + report.copies, report.failed), (200, 0), "{report:#?}");
}
