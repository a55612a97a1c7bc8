//! `verify --repair`: what is damaged is cleaned again, rebuilt or moved aside, and every finding names its repair.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use gleaner::commands::verify::{RepairReport, repair, verify};
use gleaner::config::{Config, Loaded};
use gleaner::engine::{Event, Progress, Silent};
use gleaner::store::verify::{FindingKind, Repair};

use crate::support::{Corpus, SETTINGS, page};
use crate::web_archive::{Form, page_record, warc};

/// Two files, one of which has an earlier version, and an archive of two pages.
fn filled() -> Corpus {
    let corpus = Corpus::new();
    corpus.write("raw/a.html", page(1, "Story 1"));
    corpus.write("raw/b.html", page(2, "Story 2"));
    let records = [3, 4].map(|n| page_record(&format!("https://news.example/{n}"), &page(n, &format!("Story {n}"))));
    corpus.write("raw/crawl.warc", warc(&records, Form::Plain).0);
    corpus.clean();
    corpus.write("raw/b.html", page(12, "Story 2"));
    corpus.clean();
    corpus
}

fn loaded(corpus: &Corpus) -> Loaded {
    Loaded { config: Config::parse(SETTINGS, Path::new("test.toml")).unwrap(), path: None, root: corpus.path("") }
}

fn repaired(corpus: &Corpus) -> RepairReport {
    repair(&loaded(corpus), &corpus.setup(), &Silent).unwrap()
}

fn file(corpus: &Corpus, part: &str, extension: &str) -> PathBuf {
    let mut names = corpus.tree().into_keys().filter(|path| path.starts_with("clean/") && path.ends_with(extension));
    corpus.path(&names.find(|path| path.contains(part)).unwrap())
}

/// Changes a byte and leaves size and time as they were.
fn rot(path: &Path) {
    let (mut bytes, modified) = (fs::read(path).unwrap(), fs::metadata(path).unwrap().modified().unwrap());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

#[test]
fn documents_are_cleaned_again_even_where_size_and_time_are_the_same() {
    for (part, extension) in [("story-1", ".txt"), ("story-1", ".json"), ("story-3", ".txt"), ("story-4", ".json")] {
        let corpus = filled();
        let tree = corpus.tree();
        rot(&file(&corpus, part, extension));
        corpus.clean();
        assert_ne!(corpus.tree(), tree, "a run looks at size and time only");
        let found = verify(&loaded(&corpus), &Silent).unwrap();
        assert_eq!((found[0].kind, found[0].repair), (FindingKind::Damaged, Repair::CleanAgain), "{found:?}");
        let done = repaired(&corpus);
        assert_eq!((done.findings.as_slice(), done.set_aside, done.cleaned.unwrap().updated), (&[][..], 0, 1), "{part}");
        assert_eq!(corpus.tree(), tree, "{part} {extension}");
    }
}

#[test]
fn documents_without_files_and_those_that_only_their_source_knows_come_back() {
    let corpus = filled();
    let tree = corpus.tree();
    for extension in [".txt", ".json"] {
        fs::remove_file(file(&corpus, "story-1", extension)).unwrap();
    }
    let found = verify(&loaded(&corpus), &Silent).unwrap();
    assert_eq!((found.len(), found[0].kind, found[0].repair), (1, FindingKind::Missing, Repair::CleanAgain), "{found:?}");
    assert_eq!(repaired(&corpus).findings, []);
    assert_eq!(corpus.tree(), tree);

    // The index is gone as well: nothing but the sources says what the document was.
    fs::write(file(&corpus, "story-3", ".json"), "{}").unwrap();
    for name in ["index.db", "index.sha256"] {
        fs::remove_file(corpus.path(".gleaner").join(name)).unwrap();
    }
    let done = repaired(&corpus);
    assert_eq!((done.findings.as_slice(), done.reindexed), (&[][..], true), "{done:?}");
    assert_eq!(corpus.tree(), tree);
}

#[test]
fn what_nothing_needs_is_moved_aside() {
    let corpus = filled();
    rot(&file(&corpus, ".versions", ".txt"));
    corpus.write("clean/undated/undated_news_nothing_0123abcd.txt", "Nothing.\n");
    // It could be the user's own.
    corpus.write("raw/news/2024-05-01_x_0123abcd.html.zst", "no page");
    let done = repaired(&corpus);
    assert_eq!((done.findings.len(), done.findings[0].repair), (1, Repair::Fetch), "{done:?}");
    assert_eq!(done.set_aside, 3, "{done:?}");
    let aside = crate::support::files_below(&corpus.path(".gleaner/replaced"));
    assert_eq!(aside.len(), 3, "{:?}", aside.keys());
    assert!(!corpus.tree().keys().any(|path| path.contains(".versions") || path.contains("nothing")));
}

#[test]
fn a_document_whose_source_is_gone_stays_a_finding() {
    let corpus = filled();
    rot(&file(&corpus, "story-1", ".txt"));
    fs::remove_file(corpus.path("raw/a.html")).unwrap();
    let done = repaired(&corpus);
    assert_eq!(done.cleaned.as_ref().unwrap().failed, 1, "{done:?}");
    assert!(done.findings.iter().any(|finding| finding.kind == FindingKind::Damaged), "{done:?}");
}

#[test]
fn a_check_reports_its_progress() {
    #[derive(Default)]
    struct Count {
        total: AtomicU64,
        checked: AtomicU64,
    }
    impl Progress for Count {
        fn total(&self, inputs: u64) {
            self.total.store(inputs, Ordering::SeqCst);
        }
        fn checked(&self) {
            self.checked.fetch_add(1, Ordering::SeqCst);
        }
        fn done(&self, _: Event<'_>) {}
    }
    let corpus = filled();
    let count = Count::default();
    assert_eq!(verify(&loaded(&corpus), &count).unwrap(), []);
    assert_eq!((count.total.into_inner(), count.checked.into_inner()), (4, 4));
}
