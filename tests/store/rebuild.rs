//! The index is a cache: rebuilt from the files, it is equal row by row, and nothing else is lost with it.

use gleaner::store::{Error, Store, reindex, verify};

use crate::support::*;

fn grown() -> Corpus {
    let corpus = Corpus::new();
    let mut sources = sample();
    corpus.run(&sources);
    // Out of order, updated, turned into a copy: everything that makes a grown index differ from a new one.
    sources[0].text = "It rained all night.".into();
    sources.insert(0, source("https://z.example.com/late", "Late", "A late story about “Köln” and 東京."));
    corpus.run(&sources);
    sources[2].text = "The bridge opened on friday, many came".into();
    corpus.run(&sources);
    corpus
}

#[test]
fn a_rebuilt_index_is_equal_row_for_row() {
    let corpus = grown();
    let before = dump(&corpus.layout);
    assert!(before.iter().any(|line| line.contains("koln") || line.contains("köln")), "the full text is in the dump");
    std::fs::remove_dir_all(&corpus.layout.state).unwrap();
    let report = reindex::run(&corpus.layout).unwrap();
    assert_eq!((report.documents, report.fetched, report.left_out), (5, 3, vec![]));
    assert_eq!(dump(&corpus.layout), before);
    reindex::run(&corpus.layout).unwrap();
    assert_eq!(dump(&corpus.layout), before);
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn a_run_that_was_not_closed_has_its_index_rebuilt() {
    let corpus = grown();
    let mut sources = sample();
    sources.push(source("raw/new.txt", "New", "Something new."));
    let mut store = corpus.open();
    visit(&mut store, &corpus.layout, sources.last().unwrap());
    drop(store);
    let store = corpus.open();
    assert!(store.known(&gleaner::store::SourceKey("raw/new.txt".into())).unwrap().is_some());
    store.close().unwrap();
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn a_damaged_index_is_rebuilt() {
    let corpus = grown();
    let before = dump(&corpus.layout);
    let index = corpus.layout.state.join("index.db");
    for bad in [b"not a database, but long enough to look at".to_vec(), vec![0; 5_000], b"".to_vec()] {
        std::fs::write(&index, bad).unwrap();
        corpus.open().close().unwrap();
        assert_eq!(dump(&corpus.layout), before);
    }
}

#[test]
fn an_index_of_another_version_is_rebuilt() {
    let corpus = grown();
    let before = dump(&corpus.layout);
    let index = corpus.layout.state.join("index.db");
    for version in [3, 99] {
        let db = rusqlite::Connection::open(&index).unwrap();
        db.execute_batch(&format!(
            "DELETE FROM documents; CREATE TABLE of_another_version (doc); PRAGMA user_version = {version}"
        ))
        .unwrap();
        drop(db);
        corpus.open().close().unwrap();
        assert_eq!(dump(&corpus.layout), before);
        let db = rusqlite::Connection::open(&index).unwrap();
        assert!(db.prepare("SELECT * FROM of_another_version").is_err(), "version {version}");
    }
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn a_damaged_sidecar_is_left_out_and_rewritten_by_cleaning() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let before = corpus.tree();
    let sidecar = before.keys().find(|path| path.contains("harbour") && path.ends_with(".json")).unwrap();
    std::fs::write(corpus.layout.root.join(sidecar), "{").unwrap();
    let report = reindex::run(&corpus.layout).unwrap();
    assert_eq!(report.left_out.len(), 1);
    assert!(report.left_out[0].0.ends_with(sidecar.rsplit('/').next().unwrap()));
    assert_eq!(corpus.run(&sample())[0], gleaner::store::PutResult::New);
    assert_eq!(corpus.tree(), before);
}

#[test]
fn damaged_and_missing_texts_are_rewritten_by_cleaning() {
    let corpus = Corpus::new();
    corpus.run(&sample());
    let before = corpus.tree();
    let text = corpus.layout.root.join(before.keys().find(|path| path.contains("harbour") && path.ends_with(".txt")).unwrap());
    std::fs::write(&text, "It rained money.\n").unwrap();
    reindex::run(&corpus.layout).unwrap();
    corpus.run(&sample());
    assert_eq!(corpus.tree(), before);
    std::fs::remove_file(&text).unwrap();
    reindex::run(&corpus.layout).unwrap();
    corpus.run(&sample());
    assert_eq!(corpus.tree(), before);
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn only_one_store_is_open_at_a_time() {
    let corpus = Corpus::new();
    let store = corpus.open();
    let again = || Store::open(&corpus.layout);
    assert!(matches!(again(), Err(Error::Locked { .. })));
    assert!(matches!(reindex::run(&corpus.layout), Err(Error::Locked { .. })));
    assert!(matches!(verify::run(&corpus.layout, None), Err(Error::Locked { .. })));
    store.close().unwrap();
    again().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn clean_text_may_be_on_another_file_system() {
    let corpus = Corpus::new();
    let other = tempfile::tempdir_in("/dev/shm").unwrap();
    let layout = gleaner::store::Layout { clean: other.path().join("clean"), ..corpus.layout.clone() };
    let mut sources = sample();
    run(&layout, &sources);
    sources[0].text = "It rained all night.".into();
    run(&layout, &sources);
    assert_eq!(verify::run(&layout, None).unwrap(), []);
    let mut found = Vec::new();
    for folder in ["2023/10", "undated"] {
        found.extend(std::fs::read_dir(layout.clean.join(folder)).unwrap().map(|entry| entry.unwrap().file_name()));
    }
    assert_eq!(found.len(), 7, "{found:?}");
}

#[test]
fn clean_text_may_be_among_other_files() {
    let corpus = Corpus::new();
    let out = corpus.layout.root.join("my documents");
    std::fs::create_dir_all(out.join("2023/10")).unwrap();
    for mine in ["own.txt", "2023/10/notes.txt", "2023/10/notes.json"] {
        std::fs::write(out.join(mine), "mine").unwrap();
    }
    let layout = corpus.layout.clone().with_output(&out);
    run(&layout, &sample());
    reindex::run(&layout).unwrap();
    assert_eq!(verify::run(&layout, None).unwrap(), []);
    assert_eq!(std::fs::read(out.join("2023/10/notes.json")).unwrap(), b"mine");
    assert!(!corpus.layout.clean.exists() && !corpus.layout.state.exists());
}
