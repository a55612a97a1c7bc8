//! Archives as inputs: every page of them a document with its address, named by its place; damage costs one page; a second run does nothing.

use std::fs;

use gleaner::commands::clean;
use gleaner::commands::explain::{ExplainTarget, explain};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::commands::verify::verify;
use gleaner::config::Loaded;
use gleaner::engine::{RunReport, Silent};
use gleaner::store::verify::FindingKind;

use crate::support::{Corpus, Heard, SETTINGS, counts, dump, page, story};
use crate::web_archive::{FORMS, Form, chunked, epub, gzip, har, har_entry, page_record, record, response, warc, zip};

fn url(number: usize) -> String {
    format!("https://news.example/story-{number}")
}

fn records(numbers: std::ops::RangeInclusive<usize>) -> Vec<Vec<u8>> {
    numbers.map(|number| page_record(&url(number), &page(number, &format!("Story {number}")))).collect()
}

pub fn take(corpus: &Corpus, path: &str) -> RunReport {
    ingest(&corpus.setup(), &[IngestInput::Path(corpus.path(path))], IngestOptions::default(), &Silent).unwrap()
}

pub fn findings(corpus: &Corpus) -> Vec<FindingKind> {
    let config = gleaner::config::Config::parse(SETTINGS, "test.toml".as_ref()).unwrap();
    let loaded = Loaded { config, path: None, root: corpus.path("") };
    verify(&loaded, &Silent).unwrap().into_iter().map(|finding| finding.kind).collect()
}

/// Takes it in, again, and cleans all anew: the second and third time nothing changes.
pub fn settled(corpus: &Corpus, path: &str, expected: [u64; 6]) {
    let report = take(corpus, path);
    assert_eq!(counts(&report), expected, "{path}: {report:#?}");
    let tree = corpus.tree();
    let report = take(corpus, path);
    assert_eq!((report.new, report.updated), (0, 0), "{path}: {report:#?}");
    let all =
        clean::CleanOptions { again: gleaner::engine::options::Again::All, paths: vec![corpus.path(path)], ..Default::default() };
    let (report, _) = corpus.clean_with(&all);
    assert_eq!((report.new, report.updated), (0, 0), "{path}: {report:#?}");
    assert_eq!(corpus.tree(), tree, "{path}");
    assert_eq!(findings(corpus), [], "{path}");
}

#[test]
fn every_record_with_a_page_is_a_document_in_every_form_of_file() {
    let html = page(4, "Story 4");
    let latin: Vec<u8> = page(5, "Café").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let others = [
        record(&[("WARC-Type", "warcinfo"), ("Content-Type", "application/warc-fields")], b"software: x\r\n"),
        record(
            &[("WARC-Type", "request"), ("WARC-Target-URI", &url(1)), ("Content-Type", "application/http")],
            b"GET / HTTP/1.1\r\n\r\n",
        ),
        response(&url(90), "HTTP/1.1 301 Moved\nLocation: /story-1", b""),
        response(&url(91), "HTTP/1.1 404 Not Found\nContent-Type: text/html", page(91, "Gone").as_bytes()),
        response(&url(92), "HTTP/1.1 200 OK\nContent-Type: image/png", b"\x89PNG\r\n"),
        record(
            &[("WARC-Type", "revisit"), ("WARC-Target-URI", &url(1)), ("Content-Type", "application/http")],
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        record(&[("WARC-Type", "metadata"), ("WARC-Target-URI", &url(1)), ("Content-Type", "application/json")], b"{}"),
        record(
            &[("WARC-Type", "response"), ("WARC-Target-URI", "dns:news.example"), ("Content-Type", "text/dns")],
            b"20240430\r\n",
        ),
    ];
    let chunks = chunked(&gzip(html.as_bytes()), 100);
    let pages = [
        page_record(&url(1), &page(1, "Story 1")),
        response(
            &url(4),
            "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nTransfer-Encoding: chunked",
            &chunks,
        ),
        response(&url(5), "HTTP/1.1 200 OK\nContent-Type: text/html; charset=iso-8859-1", &latin),
        // Not a few archives hold bodies that are decoded already.
        response(
            &url(6),
            "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: br\nTransfer-Encoding: chunked",
            page(6, "Six").as_bytes(),
        ),
        record(&[("WARC-Type", "conversion"), ("WARC-Target-URI", &url(7)), ("Content-Type", "text/plain")], dump(7).as_bytes()),
    ];
    let all: Vec<Vec<u8>> =
        others.iter().zip(pages.iter().cycle()).flat_map(|(other, page)| [other.clone(), page.clone()]).collect();
    for form in FORMS {
        let corpus = Corpus::new();
        let (file, _) = warc(&all[..10], form);
        let (rest, _) = warc(&all[10..], form);
        corpus.write("raw/crawl", [file, rest].concat());
        settled(&corpus, "raw/crawl", [5, 0, 3, 0, 0, 0]);
        let texts = corpus.texts().join("\n");
        for number in [1, 4, 5, 6, 7] {
            assert!(texts.contains(story(number).split("\n\n").next().unwrap()), "{form:?}: story {number} is missing\n{texts}");
        }
        assert!(
            texts.contains("Café") || corpus.sidecars().iter().any(|sidecar| sidecar["title"]["value"] == "Café"),
            "{form:?}"
        );
        let sidecar = &corpus.sidecars()[0];
        assert!(sidecar["urls"]["final"].as_str().unwrap().starts_with("https://news.example/story-"), "{sidecar:#}");
        assert_eq!(sidecar["fetched_at"], "2024-04-30T10:00:00Z");
        assert!(!format!("{:?}", corpus.tree()).contains("hush"), "a cookie is kept");
    }
}

#[test]
fn a_page_in_an_archive_is_read_again_by_its_place() {
    for form in FORMS {
        let corpus = Corpus::new();
        corpus.write("raw/crawl", warc(&records(1..=6), form).0);
        assert_eq!(take(&corpus, "raw/crawl").new, 6);
        let setup = corpus.setup();
        for sidecar in corpus.sidecars() {
            let (id, place) = (sidecar["id"].as_str().unwrap(), sidecar["raw"]["path"].as_str().unwrap());
            assert!(place.starts_with("raw/crawl#"), "{place}");
            let named = format!("{}{}", corpus.path("").display(), place);
            for target in [&id[..8], place, &named, sidecar["urls"]["final"].as_str().unwrap()] {
                let target = ExplainTarget::from_arg(target).unwrap();
                let explanation = explain(&setup, &target).unwrap();
                assert_eq!(explanation.id.unwrap().to_string(), id, "{form:?} {target:?}");
            }
        }
        let wrong = ExplainTarget::Member(corpus.path("raw/crawl"), "7".into());
        assert!(explain(&setup, &wrong).is_err());
        let whole = explain(&setup, &ExplainTarget::File(corpus.path("raw/crawl"))).unwrap_err();
        assert!(whole.to_string().contains("archive with many pages") && whole.hint().is_some(), "{whole}");
    }
}

#[test]
fn a_damaged_record_costs_itself_and_is_named() {
    for form in [Form::Plain, Form::Gzip, Form::Zstd] {
        for kind in ["overwritten", "cut out", "garbage between"] {
            let corpus = Corpus::new();
            let (mut file, starts) = warc(&records(1..=5), form);
            let (begin, end) = (starts[2], starts[3]);
            match kind {
                "overwritten" if form == Form::Plain => file[begin..begin + 8].fill(b'x'),
                "overwritten" => file[begin + 40..begin + 80].fill(0xff),
                "cut out" => drop(file.drain(begin + (end - begin) / 2..end - 2)),
                _ => drop(file.splice(begin..begin, b"\x1f\x8b\x08garbage WARC/ garbage".repeat(9))),
            }
            corpus.write("raw/crawl", &file);
            let heard = Heard::default();
            let report =
                ingest(&corpus.setup(), &[IngestInput::Path(corpus.path("raw/crawl"))], IngestOptions::default(), &heard)
                    .unwrap();
            // Without checksums, a record that lost its middle takes in the beginning of the next one.
            let expected = match (kind, form) {
                ("garbage between", _) => 5,
                _ => 4,
            };
            assert_eq!((report.new, report.failed), (expected, 1), "{form:?} {kind}: {report:#?}");
            assert_eq!(report.exit_status(), 3);
            let failure = &report.failures[0];
            assert!(failure.source.ends_with(&format!("raw/crawl#{begin}")), "{form:?} {kind}: {failure:?}");
            assert!(failure.error.contains(&failure.source) && failure.hint.is_some(), "{failure:?}");
        }
    }
}

#[test]
fn what_is_cut_short_gives_what_is_whole() {
    for form in FORMS {
        let corpus = Corpus::new();
        let (file, starts) = warc(&records(1..=4), form);
        let cut = if form == Form::OneGzip { file.len() - 4 } else { starts[3] + 60 };
        corpus.write("raw/crawl", &file[..cut]);
        let report = take(&corpus, "raw/crawl");
        assert_eq!((report.new, report.failed), (3, 1), "{form:?} {report:#?}");
    }
}

#[test]
fn bombs_and_giants_are_passed_by() {
    let corpus = Corpus::new();
    let huge = gzip(&vec![b'<'; 20 << 20]);
    let claimed =
        record(&[("WARC-Type", "resource"), ("WARC-Target-URI", &url(8)), ("Content-Type", "text/html")], &vec![b'x'; 3 << 20]);
    let film = response(&url(9), "HTTP/1.1 200 OK\nContent-Type: video/mp4", &vec![0; 65 << 20]);
    let records = [
        page_record(&url(1), &page(1, "Story 1")),
        response(&url(2), "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip", &huge),
        claimed,
        film,
        page_record(&url(3), &page(3, "Story 3")),
    ];
    corpus.write("raw/crawl.warc.gz", warc(&records, Form::Gzip).0);
    let setup = corpus.setup_with(&format!("{SETTINGS}[page]\nmax_bytes = 1000000\n"));
    let report =
        ingest(&setup, &[IngestInput::Path(corpus.path("raw/crawl.warc.gz"))], IngestOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.failed), (2, 2), "{report:#?}");
    assert!(report.failures.iter().all(|failure| failure.error.contains("more than")), "{report:#?}");
}

#[test]
fn archives_below_raw_are_cleaned_with_everything_else_and_only_what_changed() {
    let corpus = Corpus::new();
    let mut all = records(1..=3);
    corpus.write("raw/a.warc.gz", warc(&all, Form::Gzip).0);
    corpus.write("raw/own.txt", dump(7));
    let report = corpus.clean();
    assert_eq!(counts(&report), [4, 0, 0, 0, 0, 0], "{report:#?}");
    let tree = corpus.tree();
    assert_eq!(counts(&corpus.clean()), [0, 0, 4, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
    // The archive grows: what was there stays as it is.
    all.extend(records(4..=4));
    corpus.write("raw/a.warc.gz", warc(&all, Form::Gzip).0);
    assert_eq!(counts(&corpus.clean()), [1, 0, 4, 0, 0, 0]);
    assert_eq!(findings(&corpus), []);
    // A page in it changes: told, and cleaned again.
    all[0] = page_record(&url(1), &page(8, "Another story"));
    corpus.write("raw/a.warc.gz", warc(&all, Form::Plain).0);
    assert!(findings(&corpus).iter().all(|kind| *kind == FindingKind::Changed));
    let report = corpus.clean();
    assert_eq!((report.new, report.updated, report.failed), (0, 1, 0), "{report:#?}");
    assert_eq!(findings(&corpus), []);
    // It gets another name: the documents follow.
    fs::rename(corpus.path("raw/a.warc.gz"), corpus.path("raw/b.warc")).unwrap();
    assert_eq!(findings(&corpus), [FindingKind::Changed]);
    assert_eq!(counts(&corpus.clean()), [0, 0, 5, 0, 0, 0]);
    assert_eq!(findings(&corpus), []);
}

#[test]
fn of_several_captures_of_a_page_the_newest_counts_in_any_order() {
    let capture = |number: usize, at: &str| {
        let record = page_record(&url(1), &page(number, "Story"));
        String::from_utf8(record).unwrap().replace("2024-04-30T10:00:00Z", at).into_bytes()
    };
    let captures = [capture(1, "2024-01-01T00:00:00Z"), capture(3, "2024-03-01T00:00:00Z"), capture(2, "2024-02-01T00:00:00Z")];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let corpus = Corpus::new();
        corpus.write("raw/a.warc", warc(&order.map(|at| captures[at].clone()), Form::Plain).0);
        corpus.clean();
        let tree = corpus.tree();
        assert_eq!(counts(&corpus.clean()), [0, 0, 3, 0, 0, 0], "{order:?}");
        assert_eq!(corpus.tree(), tree, "{order:?}");
        let texts = corpus.texts();
        assert!(texts.len() == 1 && texts[0].contains("district 3 "), "{order:?} {texts:?}");
    }
}

#[test]
fn the_same_story_twice_is_a_copy_and_follows_its_original() {
    let corpus = Corpus::new();
    let html = page(1, "Story");
    corpus.write("raw/a.warc", warc(&[page_record(&url(1), &html)], Form::Plain).0);
    corpus.write("raw/b.warc", warc(&[page_record("https://other.example/x", &html)], Form::Plain).0);
    assert_eq!(counts(&corpus.clean()), [1, 0, 0, 1, 0, 0]);
    // The original changes; the copy becomes a text of its own, read from its place.
    corpus.write("raw/a.warc", warc(&[page_record(&url(1), &page(2, "Other"))], Form::Plain).0);
    let report = corpus.clean();
    assert_eq!(report.failed, 0, "{report:#?}");
    assert_eq!(corpus.texts().len(), 2);
    assert_eq!(findings(&corpus), []);
}

#[test]
fn a_session_gives_the_document_of_each_page() {
    let corpus = Corpus::new();
    let mut entries = vec![
        har_entry("1", &url(1), "text/html; charset=iso-8859-1", &page(1, "Café 1")),
        har_entry("1", "https://ads.example/frame", "text/html", &page(9, "An advertisement")),
        har_entry("2", "https://news.example/x.css", "text/css", "p {}"),
        har_entry("2", &url(2), "text/html", &page(2, "Story 2")),
        har_entry("3", &url(3), "text/html", &page(3, "Story 3")),
    ];
    corpus.write("raw/a.har", har(&entries));
    settled(&corpus, "raw/a.har", [3, 0, 0, 0, 0, 0]);
    assert!(corpus.sidecars().iter().any(|sidecar| sidecar["title"]["value"] == "Café 1"));
    assert!(
        !format!("{:?}", corpus.tree())
            .replace(&format!("{:?}", fs::read(corpus.path("raw/a.har")).unwrap()), "")
            .contains("hush")
    );

    entries[3] = entries[3].replace("\\u0022", "x").replacen("\"status\":200", "\"status\":\\", 1);
    let (corpus, text) = (Corpus::new(), har(&entries));
    corpus.write("raw/a.har.gz", gzip(text.as_bytes()));
    let report = take(&corpus, "raw/a.har.gz");
    assert_eq!((report.new, report.failed), (2, 1), "{report:#?}");
    let at = text.find(&entries[3]).unwrap();
    assert!(report.failures[0].source.ends_with(&format!("a.har.gz#{at}")), "{report:#?}");
}

#[test]
fn an_archive_without_pages_is_no_silence() {
    let corpus = Corpus::new();
    corpus.write("raw/a.har", har(&[har_entry("1", &url(1), "image/png", "x")]));
    corpus.write("raw/log.json", "{\"log\": {\"level\": 3}}");
    corpus.write("raw/empty.warc", record(&[("WARC-Type", "warcinfo")], b""));
    assert_eq!(counts(&corpus.clean()), [0, 0, 0, 0, 3, 0]);
}

#[test]
fn an_e_book_gives_its_chapters() {
    let corpus = Corpus::new();
    let chapters = [("one", page(1, "Story 1")), ("two", page(2, "Story 2")), ("three", page(3, "Story 3"))];
    let book = epub(&chapters);
    corpus.write("raw/book.epub", &book);
    settled(&corpus, "raw/book.epub", [3, 0, 0, 0, 0, 0]);

    let corpus = Corpus::new();
    let at = memchr::memmem::rfind(&book[..book.len() / 2], b"OEBPS/text/one.xhtml").unwrap();
    let mut damaged = book.clone();
    damaged[at + 60..at + 120].fill(0xff);
    corpus.write("raw/book.epub", damaged);
    let report = take(&corpus, "raw/book.epub");
    assert_eq!((report.new, report.failed), (2, 1), "{report:#?}");
    assert!(report.failures[0].source.ends_with("book.epub#OEBPS/text/one.xhtml"), "{report:#?}");
}

#[test]
fn mails_saved_pages_and_office_documents_are_files_like_any_other() {
    let corpus = Corpus::new();
    let html = page(1, "Story 1");
    corpus.write("raw/letter.eml", format!("Message-ID: <1@x>\nFrom: Tide Letter <tide@x.example>\nList-Id: <x>\nSubject: Story 1\nDate: Fri, 3 May 2024 08:00:00 +0000\nContent-Type: text/html\n\n{html}"));
    let saved = page(2, "Story 2").replace('=', "=3D");
    corpus.write("raw/page.mhtml", format!("MIME-Version: 1.0\nDate: Fri, 3 May 2024 08:00:00 +0000\nContent-Type: multipart/related; boundary=\"b\"\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\nContent-Location: {}\n\n{saved}\n--b--\n", url(2)));
    let paragraphs: String = story(3).split("\n\n").map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")).collect();
    let document = format!("<w:document><w:body>{paragraphs}</w:body></w:document>");
    let core = "<core><title>Story 3</title><creator>Ann Lee</creator></core>";
    corpus.write(
        "raw/text.docx",
        zip(&[
            ("[Content_Types].xml", b"<x/>"),
            ("word/document.xml", document.as_bytes()),
            ("docProps/core.xml", core.as_bytes()),
        ]),
    );
    corpus.write(
        "raw/mail.eml.gz",
        gzip(format!("Received: by x\nFrom: ann@x.example\nSubject: Story 4\n\n{}", story(4)).as_bytes()),
    );
    corpus.write("raw/Saved story.html", page(5, "Story 5"));
    corpus.write("raw/Saved story_files/frame.html", page(6, "A frame"));
    settled(&corpus, "raw", [5, 0, 0, 0, 0, 0]);
    let sidecars = corpus.sidecars();
    let by_title =
        |title: &str| sidecars.iter().find(|s| s["title"]["value"] == title).unwrap_or_else(|| panic!("{title}: {sidecars:#?}"));
    assert_eq!(by_title("Story 1")["site"]["value"], "Tide Letter");
    assert_eq!(by_title("Story 2")["urls"]["final"], url(2));
    assert_eq!(by_title("Story 3")["authors"]["value"][0], "Ann Lee");
    assert_eq!(by_title("Story 4")["published"], serde_json::Value::Null);

    // Damage in the middle: each is one failure, the rest goes on.
    for (name, kind) in [("raw/text.docx", "DOCX"), ("raw/page.mhtml", "MHTML")] {
        let mut bytes = fs::read(corpus.path(name)).unwrap();
        let middle = bytes.len() / 3;
        match kind {
            "DOCX" => bytes[middle..middle + 60].fill(0xff),
            _ => bytes = String::from_utf8(bytes).unwrap().replace("text/html", "text/x-none").into_bytes(),
        }
        corpus.write(name, bytes);
        let report = corpus.clean();
        let failure = report.failures.iter().find(|failure| failure.source.ends_with(name)).unwrap_or_else(|| panic!("{name}"));
        assert!(failure.error.contains(kind), "{failure:?}");
        assert_eq!(report.exit_status(), 3);
    }
}
