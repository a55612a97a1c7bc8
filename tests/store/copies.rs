//! Exact duplicates: one document has the text, the others are copies, also after texts change.

use gleaner::relate::RelationKind;
use gleaner::store::{CorpusReader, PutResult, SourceKey, verify};
use gleaner_extract::article::fingerprint::tokens_sha256;
use gleaner_extract::base::hash::ContentHash;

use crate::support::*;

const SAID: &str = "The mayor said: “No.”";
const SAID_TOO: &str = "The MAYOR said - no";

fn texts(corpus: &Corpus) -> Vec<String> {
    let tree = corpus.tree();
    let texts = tree.iter().filter(|(path, _)| path.starts_with("clean/2") && path.ends_with(".txt"));
    texts.map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap().trim_end().to_string()).collect()
}

#[test]
fn the_same_words_are_written_once() {
    let corpus = Corpus::new();
    let done = corpus.run(&[source("raw/a", "A", SAID), source("raw/b", "B", SAID_TOO), source("raw/c", "C", "Else.")]);
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let (a, b) = (reader.find("raw/a").unwrap().unwrap(), reader.find("raw/b").unwrap().unwrap());
    assert_eq!(done, [PutResult::New, PutResult::Copy(a.sidecar.id), PutResult::New]);
    assert_eq!(b.sidecar.relations.len(), 1);
    assert_eq!((b.sidecar.relations[0].kind, b.sidecar.copy_of), (RelationKind::Exact, Some(a.sidecar.id)));
    assert_eq!(b.text_path, None);
    assert_eq!(b.sidecar.tokens_sha256, tokens_sha256(SAID_TOO));
    assert_eq!(b.sidecar.text_sha256, ContentHash::of(format!("{SAID_TOO}\n")));
    assert_eq!(reader.text(&b.sidecar.id).unwrap().as_deref(), Some(SAID));
    assert_eq!(texts(&corpus).len(), 2);
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn texts_without_words_are_compared_by_their_characters() {
    let corpus = Corpus::new();
    corpus.run(&[source("raw/a", "A", "☀☀☀"), source("raw/b", "B", "* * *"), source("raw/c", "C", "☀☀☀")]);
    assert_eq!(texts(&corpus), ["☀☀☀", "* * *"]);
}

#[test]
fn two_files_with_the_same_bytes_are_two_documents() {
    let corpus = Corpus::new();
    let twins = [source("raw/a", "T", SAID), source("raw/b", "T", SAID)];
    let done = corpus.run(&twins);
    assert!(matches!(done[..], [PutResult::New, PutResult::Copy(_)]));
    let before = corpus.tree();
    assert_eq!(before.len(), 5);
    corpus.run(&twins);
    assert_eq!(corpus.tree(), before);
}

#[test]
fn copies_of_a_changed_text_are_cleaned_again() {
    let corpus = Corpus::new();
    let mut sources = [source("raw/a", "A", SAID), source("raw/b", "B", SAID), source("raw/c", "C", SAID_TOO)];
    corpus.run(&sources);
    assert_eq!(texts(&corpus), [SAID]);
    sources[0].text = "The mayor said yes.".into();
    let mut store = corpus.open();
    assert_eq!(visit(&mut store, &corpus.layout, &sources[0]), PutResult::Updated);
    assert_eq!(store.stale().unwrap(), [SourceKey("raw/b".into()), SourceKey("raw/c".into())]);
    assert_eq!(store.known(&SourceKey("raw/b".into())).unwrap().unwrap().cleaner, None);
    drop(store);
    // The run was killed before it closed the index: that the copies are stale follows from the files.
    let done = corpus.run(&sources);
    assert!(matches!(done[..], [PutResult::SidecarOnly, PutResult::Updated, PutResult::Copy(_)]), "{done:?}");
    let mut found = texts(&corpus);
    found.sort();
    assert_eq!(found, ["The mayor said yes.", SAID]);
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn the_text_of_a_document_that_becomes_a_copy_is_saved_as_a_version() {
    let corpus = Corpus::new();
    let mut sources =
        [source("raw/a", "A", SAID), source("raw/b", "B", "Something else."), source("raw/c", "C", "Something else.")];
    corpus.run(&sources);
    sources[1].text = SAID_TOO.into();
    let done = corpus.run(&sources);
    assert!(matches!(done[..], [_, PutResult::Copy(_), PutResult::Updated]), "{done:?}");
    let mut found = texts(&corpus);
    found.sort();
    assert_eq!(found, ["Something else.", SAID]);
    let versions: Vec<String> = corpus.tree().into_keys().filter(|path| path.contains(".versions")).collect();
    assert_eq!(versions.len(), 2, "{versions:?}");
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    // And back again.
    sources[1].text = "Something new.".into();
    assert!(matches!(corpus.run(&sources)[..], [_, PutResult::Updated, _]));
    assert_eq!(texts(&corpus).len(), 3);
}
