//! Reading a corpus without its lock.

use gleaner::outcome::{Outcome, Refusal};
use gleaner::store::journal::JournalLine;
use gleaner::store::{CorpusReader, Error, Journal, SourceKey};
use gleaner_extract::base::time::Timestamp;

use crate::support::*;

#[test]
fn a_document_is_found_by_any_of_its_names() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let document = reader.find("https://news.example.com/bridge?utm_source=x#a").unwrap().unwrap();
    let id = document.sidecar.id.to_string();
    let text_path = document.text_path.clone().unwrap();
    let names = [
        id.as_str(),
        &id[..4],
        text_path.to_str().unwrap(),
        document.sidecar_path.to_str().unwrap(),
        text_path.file_name().unwrap().to_str().unwrap(),
        text_path.file_stem().unwrap().to_str().unwrap(),
        &document.sidecar.raw.path,
        corpus.layout.path(&document.sidecar.raw.path).to_str().unwrap(),
    ]
    .map(String::from);
    for name in names {
        assert_eq!(reader.find(&name).unwrap().as_ref(), Some(&document), "{name}");
    }
    assert!(reader.find("raw/a.txt").unwrap().is_some());
    for unknown in ["", "zzzz", "abc", "raw/none.txt", "https://nowhere.example/"] {
        assert!(reader.find(unknown).unwrap().is_none(), "{unknown}");
    }
    assert_eq!(reader.text(&document.sidecar.id).unwrap().as_deref(), Some("The bridge opened on Friday.\n\nMany came."));
}

#[test]
fn an_ambiguous_id_is_an_error() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    for end in ["00", "01"] {
        let input = source(&format!("raw/{end}"), "T", &format!("Text {end}."));
        let raw = body(&corpus.layout, &input);
        let id = gleaner_extract::document::DocumentId(format!("{}{end}", "ab".repeat(31)).parse().unwrap());
        let reference = gleaner::store::RawRef { sha256: raw.hash(), path: input.key.clone() };
        store.put(&document(id, &input, &raw, reference)).unwrap();
    }
    store.close().unwrap();
    let error = CorpusReader::open(&corpus.layout).unwrap().find("abababab").unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }) && error.hint().is_some());
}

#[test]
fn status_adds_up() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let mut journal = Journal::create(&corpus.layout, Timestamp::from_unix(NOW)).unwrap();
    journal.write(&JournalLine::of("raw/a.txt", &Outcome::Refused(Refusal::NoText), None)).unwrap();
    let status = CorpusReader::open(&corpus.layout).unwrap().status().unwrap();
    assert_eq!((status.documents, status.copies, status.stale, status.fetched, status.versions), (3, 1, 0, 2, 0));
    assert_eq!(status.by_completeness, [("complete".to_string(), 3)]);
    assert_eq!(status.by_site, [("?".to_string(), 2), ("example.com".to_string(), 1)]);
    assert_eq!(status.by_language, [("en".to_string(), 3)]);
    let texts = corpus.tree().into_iter().filter(|(path, _)| path.starts_with("clean") && path.ends_with(".txt"));
    assert_eq!(status.text_bytes, texts.map(|(_, bytes)| bytes.len() as u64).sum::<u64>());
    assert_eq!(status.words, 8 + 5 + 7);
    assert!(status.closed && status.index_bytes > 0);
    assert_eq!(status.last_run.unwrap().outcomes["refused"], 1);
}

#[test]
fn reading_needs_neither_index_nor_lock_and_writes_nothing() {
    let corpus = Corpus::new();
    let empty = CorpusReader::open(&corpus.layout).unwrap().status().unwrap();
    assert_eq!((empty.documents, empty.last_run), (0, None));
    assert!(!corpus.layout.state.exists());
    corpus.run(&sample());
    std::fs::remove_dir_all(&corpus.layout.state).unwrap();
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    assert!(reader.known(&SourceKey("raw/a.txt".into())).unwrap().is_some());
    assert_eq!(reader.documents().unwrap().map(Result::unwrap).count(), 4);
    assert!(!corpus.layout.state.exists());
}

#[test]
fn readers_may_read_while_a_run_writes() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let mut store = corpus.open();
    visit(&mut store, &corpus.layout, &source("raw/n", "N", "New text."));
    assert_eq!(reader.status().unwrap().documents, 3);
    store.close().unwrap();
    assert_eq!(reader.status().unwrap().documents, 4);
    drop(reader);
    assert_eq!(gleaner::store::verify::run(&corpus.layout, None).unwrap(), []);
}
