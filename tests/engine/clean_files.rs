//! Clean files that were deleted, cut or replaced come back with the next run; files that were only copied are left as they are.

use std::fs;
use std::path::PathBuf;

use gleaner::commands::clean::CleanOptions;
use gleaner::commands::export::{ExportFormat, ExportOptions, ExportReport, to_stream};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::Silent;
use gleaner::store::Layout;
use gleaner_extract::base::time::Timestamp;

use crate::server::{Page, Server};
use crate::support::{Corpus, counts, page};
use crate::web_archive::{Form, page_record, warc};

/// Two files, a copy of one of them, and an archive of two pages.
fn filled() -> Corpus {
    let corpus = Corpus::new();
    for (number, name) in [(1, "a"), (2, "b"), (2, "copy")] {
        corpus.write(&format!("raw/{name}.html"), page(number, &format!("Story {number}")));
    }
    let records = [3, 4].map(|n| page_record(&format!("https://news.example/{n}"), &page(n, &format!("Story {n}"))));
    corpus.write("raw/crawl.warc", warc(&records, Form::Plain).0);
    assert_eq!(counts(&corpus.clean()), [4, 0, 0, 1, 0, 0]);
    corpus
}

/// The only file in `clean/` with this in its name.
fn file(corpus: &Corpus, part: &str, extension: &str) -> PathBuf {
    let name =
        corpus.tree().into_keys().find(|path| path.starts_with("clean/") && path.contains(part) && path.ends_with(extension));
    corpus.path(&name.unwrap())
}

#[test]
fn a_deleted_folder_of_clean_text_comes_back() {
    let corpus = filled();
    let tree = corpus.tree();
    fs::remove_dir_all(corpus.path("clean")).unwrap();
    let (report, _) = corpus.clean_with(&CleanOptions::default());
    assert_eq!((report.unchanged, report.failed), (0, 0), "{report:?}");
    assert_eq!(corpus.tree(), tree);
    assert_eq!(counts(&corpus.clean()), [0, 0, 5, 0, 0, 0]);
}

#[test]
fn every_file_that_is_gone_or_damaged_comes_back() {
    type Change = fn(&PathBuf);
    let folder: Change = |path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        fs::write(path.join("mine"), "x").unwrap();
    };
    let changes: [(&str, Change); 4] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("cut", |path| fs::File::options().write(true).open(path).unwrap().set_len(20).unwrap()),
        ("changed", |path| fs::write(path, fs::read(path).unwrap().to_ascii_uppercase()).unwrap()),
        ("a folder", folder),
    ];
    let corpus = filled();
    let tree = corpus.tree();
    for (what, change) in changes {
        for (part, extension) in [("story-1", ".txt"), ("story-1", ".json"), ("story-3", ".txt"), ("story-4", ".json")] {
            let path = file(&corpus, part, extension);
            change(&path);
            let report = corpus.clean();
            assert_eq!((report.updated, report.unchanged, report.failed), (1, 4, 0), "{what} {}: {report:?}", path.display());
            assert_eq!(corpus.tree(), tree, "{what} {}", path.display());
        }
    }
    assert_eq!(counts(&corpus.clean()), [0, 0, 5, 0, 0, 0]);
    let kept = walk(&corpus.path(".gleaner/replaced"));
    assert_eq!(kept.iter().filter(|path| path.ends_with("mine")).count(), 4, "{kept:?}");
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    crate::support::files_below(folder).into_keys().map(PathBuf::from).collect()
}

#[test]
fn a_dry_run_shows_what_would_come_back() {
    let corpus = filled();
    fs::remove_file(file(&corpus, "story-1", ".txt")).unwrap();
    let options = CleanOptions { mode: gleaner::engine::options::Mode::DryRun, ..CleanOptions::default() };
    let (report, heard) = corpus.clean_with(&options);
    assert_eq!((report.updated, report.unchanged), (1, 4), "{report:?}");
    assert_eq!(heard.diffs.lock().unwrap().len(), 0);
    assert_eq!(corpus.tree().keys().filter(|path| path.contains("story-1") && path.ends_with(".txt")).count(), 0);
}

#[test]
fn files_that_were_copied_are_not_written_again() {
    let corpus = filled();
    let modified = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    let paths = [file(&corpus, "story-1", ".txt"), file(&corpus, "story-3", ".json")];
    for path in &paths {
        fs::write(path, fs::read(path).unwrap()).unwrap();
    }
    let times = paths.each_ref().map(modified);
    for _ in 0..2 {
        assert_eq!(counts(&corpus.clean()), [0, 0, 5, 0, 0, 0]);
    }
    assert_eq!(paths.each_ref().map(modified), times);
}

#[test]
fn a_page_that_has_not_changed_comes_back_too() {
    let (corpus, server) = (Corpus::new(), Server::start());
    server.put("/story", Page::Html(page(1, "Story 1")));
    let take = || ingest(&corpus.setup(), &[IngestInput::Url(server.url("/story"))], IngestOptions::default(), &Silent).unwrap();
    assert_eq!(counts(&take()), [1, 0, 0, 0, 0, 0]);
    let tree = corpus.tree();
    fs::remove_dir_all(corpus.path("clean")).unwrap();
    assert_eq!(counts(&take()), [0, 1, 0, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
}

fn exported(layout: &Layout, now: Timestamp) -> ExportReport {
    let format = ExportFormat::named("jsonl", None).unwrap();
    to_stream(layout, format, &ExportOptions::default(), &mut std::io::sink(), now).unwrap()
}

#[test]
fn an_export_says_what_is_missing() {
    let corpus = filled();
    let layout = Layout::at(&corpus.path(""));
    let now = "2024-05-01T12:00:00Z".parse().unwrap();
    let export = || exported(&layout, now);
    assert_eq!((export().written, export().failed), (5, 0));
    fs::remove_file(file(&corpus, "story-1", ".txt")).unwrap();
    fs::remove_file(file(&corpus, "story-3", ".json")).unwrap();
    let report = export();
    assert_eq!((report.written, report.failed), (3, 2), "{report:?}");
    fs::remove_dir_all(corpus.path("clean")).unwrap();
    let report = export();
    assert_eq!((report.written, report.failed), (0, 5), "{report:?}");
    assert!(report.failures.iter().all(|failure| failure.hint.as_deref() == Some("`gleaner clean` writes it again")));
}

#[test]
fn an_export_after_a_killed_run_repairs_the_index_first() {
    let corpus = filled();
    let layout = Layout::at(&corpus.path(""));
    let now = "2024-05-01T12:00:00Z".parse().unwrap();
    fs::remove_file(corpus.path(".gleaner/index.sha256")).unwrap();
    let report = exported(&layout, now);
    assert_eq!((report.written, report.failed, report.repaired), (5, 0, Some(5)), "{report:?}");
    assert!(corpus.path(".gleaner/index.sha256").is_file());
    let report = exported(&layout, now);
    assert_eq!(report.repaired, None);
}
