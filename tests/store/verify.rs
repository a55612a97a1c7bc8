//! `verify` notices every changed byte of a corpus.

use std::path::{Path, PathBuf};

use gleaner::store::verify::{FindingKind, run};

use crate::support::*;

/// Flips a bit of one byte, returns the findings, and restores the file.
fn with_flipped(corpus: &Corpus, path: &Path, bytes: &[u8], at: usize) -> Vec<(PathBuf, FindingKind)> {
    let mut flipped = bytes.to_vec();
    flipped[at] ^= 1 << (at % 8);
    std::fs::write(path, &flipped).unwrap();
    let findings = run(&corpus.layout, None).unwrap();
    std::fs::write(path, bytes).unwrap();
    findings.into_iter().map(|finding| (finding.path, finding.kind)).collect()
}

fn small() -> Corpus {
    let corpus = Corpus::new();
    let mut sources = vec![
        source("raw/a.txt", "A", "It rained."),
        source("https://a.example/b", "B", "It rained!"),
        source("https://a.example/c", "C", "Sun."),
    ];
    corpus.run(&sources);
    sources[2].text = "More sun.".into();
    corpus.run(&sources);
    assert_eq!(run(&corpus.layout, None).unwrap(), []);
    corpus
}

#[test]
fn every_flipped_byte_of_every_file_is_found() {
    let corpus = small();
    let tree = corpus.tree();
    assert!(tree.keys().any(|path| path.contains(".versions")) && tree.keys().any(|path| path.ends_with(".html.zst")));
    for (path, bytes) in &tree {
        let kind = if path == "raw/a.txt" { FindingKind::Changed } else { FindingKind::Damaged };
        let path = corpus.layout.root.join(path);
        // Unit tests of `checksummed` flip every bit of a sidecar.
        let step = if bytes.len() < 300 { 1 } else { 7 };
        for at in (0..bytes.len()).step_by(step) {
            let found = with_flipped(&corpus, &path, bytes, at);
            assert!(found.contains(&(path.clone(), kind)), "{} at byte {at}: {found:?}", path.display());
        }
    }
    assert_eq!(run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn every_flipped_byte_of_the_index_is_found() {
    let corpus = small();
    let (index, checksum) = (corpus.layout.state.join("index.db"), corpus.layout.state.join("index.sha256"));
    let bytes = std::fs::read(&index).unwrap();
    for at in (0..100).chain((100..bytes.len()).step_by(397)) {
        let found = with_flipped(&corpus, &index, &bytes, at);
        assert!(found.contains(&(index.clone(), FindingKind::Damaged)), "byte {at}: {found:?}");
    }
    let bytes = std::fs::read(&checksum).unwrap();
    for at in 0..bytes.len() {
        let found = with_flipped(&corpus, &checksum, &bytes, at);
        let named = [&index, &checksum].iter().any(|path| found.contains(&((*path).clone(), FindingKind::Damaged)));
        assert!(named, "byte {at}: {found:?}");
    }
    assert_eq!(run(&corpus.layout, None).unwrap(), []);
}

#[test]
fn an_index_that_differs_from_the_files_is_found() {
    let changes = [
        "UPDATE documents SET words = words + 1 WHERE copy_of IS NULL",
        "DELETE FROM documents WHERE copy_of IS NOT NULL",
        "DELETE FROM urls",
        "UPDATE raws SET etag = 'x'",
        "DELETE FROM fts WHERE rowid = 1",
        "INSERT INTO fts (rowid, title, body) VALUES (77, 'of', 'nothing')",
        "PRAGMA user_version = 99",
    ];
    for change in changes {
        let corpus = small();
        let (index, checksum) = (corpus.layout.state.join("index.db"), corpus.layout.state.join("index.sha256"));
        let db = rusqlite::Connection::open(&index).unwrap();
        db.execute_batch(change).unwrap();
        drop(db);
        // With a checksum as if gleaner had written it.
        let hash = gleaner_extract::base::hash::ContentHash::of(std::fs::read(&index).unwrap());
        std::fs::write(&checksum, format!("{hash}  index.db\n")).unwrap();
        let found = run(&corpus.layout, None).unwrap();
        assert!(!found.is_empty() && found.iter().all(|finding| finding.path == index && finding.kind.is_damage()), "{change}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn sha256sum_accepts_the_checksum_file() {
    let corpus = small();
    let mut sha256sum = std::process::Command::new("sha256sum");
    let output = sha256sum.args(["-c", "index.sha256"]).current_dir(&corpus.layout.state).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn missing_and_extra_files_are_found() {
    type Change = fn(&Path);
    let cases: [(&str, FindingKind, Change); 8] = [
        ("sun-text", FindingKind::Missing, |path| std::fs::remove_file(path).unwrap()),
        ("sun-sidecar", FindingKind::Orphan, |path| std::fs::remove_file(path).unwrap()),
        ("version-text", FindingKind::Missing, |path| std::fs::remove_file(path).unwrap()),
        ("version-sidecar", FindingKind::Orphan, |path| std::fs::remove_file(path).unwrap()),
        ("body", FindingKind::Missing, |path| std::fs::remove_file(path).unwrap()),
        ("facts", FindingKind::Orphan, |path| std::fs::remove_file(path).unwrap()),
        ("user", FindingKind::Changed, |path| std::fs::remove_file(path).unwrap()),
        ("copy-text", FindingKind::Orphan, |path| std::fs::write(path, "It rained!\n").unwrap()),
    ];
    for (which, kind, change) in cases {
        let corpus = small();
        let tree = corpus.tree();
        let find = |test: &dyn Fn(&str) -> bool| {
            let path = tree.keys().find(|path| test(path)).unwrap();
            corpus.layout.root.join(path)
        };
        let path = match which {
            "sun-text" => find(&|path| path.contains("/10/") && path.contains("_c_") && path.ends_with(".txt")),
            "sun-sidecar" => find(&|path| path.contains("/10/") && path.contains("_c_") && path.ends_with(".json")),
            "version-text" => find(&|path| path.contains(".versions") && path.ends_with(".txt")),
            "version-sidecar" => find(&|path| path.contains(".versions") && path.ends_with(".json")),
            "body" => find(&|path| path.ends_with(".html.zst")),
            "facts" => find(&|path| path.starts_with("raw/") && path.ends_with(".json")),
            "user" => find(&|path| path == "raw/a.txt"),
            _ => find(&|path| path.contains("_b_") && path.starts_with("clean") && path.ends_with(".json")).with_extension("txt"),
        };
        change(&path);
        let found = run(&corpus.layout, None).unwrap();
        assert!(found.iter().any(|finding| finding.kind == kind), "{which}: {found:?}");
    }
}

#[test]
fn every_flipped_byte_of_a_compressed_file_is_found() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    let input = source("raw/z.html.zst", "Z", "Packed text.");
    let raw = body(&corpus.layout, &input);
    let path = corpus.layout.path(&input.key);
    let packed = zstd::bulk::compress(&raw.bytes, 3).unwrap();
    std::fs::write(&path, &packed).unwrap();
    let reference = gleaner::store::RawRef { sha256: raw.hash(), path: input.key.clone() };
    store.put(&document(gleaner_extract::document::DocumentId(raw.hash()), &input, &raw, reference)).unwrap();
    store.close().unwrap();
    assert_eq!(run(&corpus.layout, None).unwrap(), []);
    for at in 0..packed.len() {
        assert_eq!(with_flipped(&corpus, &path, &packed, at), [(path.clone(), FindingKind::Changed)]);
    }
}

#[test]
fn a_killed_run_is_not_damage() {
    let corpus = small();
    let mut store = corpus.open();
    visit(&mut store, &corpus.layout, &source("raw/n.txt", "N", "New."));
    drop(store);
    let found = run(&corpus.layout, None).unwrap();
    assert!(found.iter().all(|finding| finding.kind == FindingKind::Unfinished) && found.len() == 1, "{found:?}");
    corpus.open().close().unwrap();
    assert_eq!(run(&corpus.layout, None).unwrap(), []);
}
