//! `forget`: documents go to the trash, copies of their texts take over, and nothing comes back by itself.

use std::ffi::OsString;
use std::fs;

use gleaner::commands::clean::CleanOptions;
use gleaner::commands::forget::{ForgetSelection, forget, select};
use gleaner::engine::options::{Again, Mode};
use gleaner::engine::{RunReport, Silent};
use gleaner::store::{CorpusReader, reindex, verify};

use crate::support::{Corpus, counts, dump};

fn named(names: &[&str]) -> ForgetSelection {
    ForgetSelection::Named(names.iter().map(OsString::from).collect())
}

fn run(corpus: &Corpus, selection: &ForgetSelection, mode: Mode) -> RunReport {
    let setup = corpus.setup();
    let list = select(&setup, selection).unwrap();
    forget(&setup, &list.ids, mode, &Silent).unwrap()
}

fn is_intact(corpus: &Corpus) -> bool {
    verify::run(&corpus.setup().layout, None).unwrap().iter().all(|finding| !finding.kind.is_damage())
}

#[test]
fn a_forgotten_document_is_in_the_trash_with_its_versions_and_a_rebuilt_index_has_it_no_more() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(2));
    corpus.clean();
    corpus
        .write("raw/a.txt", format!("{}\n\nOne more paragraph was added to the story on the evening of the same day.", dump(1)));
    corpus.clean();
    let before = corpus.tree();

    let dry = run(&corpus, &named(&["raw/a.txt"]), Mode::DryRun);
    assert_eq!((dry.forgotten, dry.dry_run), (1, true));
    assert_eq!(corpus.tree(), before, "a dry run moves nothing");
    assert_eq!(run(&corpus, &named(&["raw/a.txt"]), Mode::Write).forgotten, 1);
    assert!(is_intact(&corpus));
    let tree = corpus.tree();
    let in_trash: Vec<&String> = tree.keys().filter(|path| path.starts_with("clean/.trash/")).collect();
    assert_eq!(in_trash.len(), 4, "text, sidecar, and both of the earlier version: {in_trash:?}");
    assert!(in_trash.iter().all(|path| before.values().any(|bytes| bytes == &tree[*path])), "every byte is still there");
    // The other document's sidecar says no more that it is related to this one.
    assert_eq!(tree.len(), before.len());
    assert_eq!(corpus.texts().len(), 1);

    let layout = corpus.setup().layout;
    assert_eq!(reindex::run(&layout).unwrap().documents, 1);
    assert!(CorpusReader::open(&layout).unwrap().find("raw/a.txt").unwrap().is_none());
    // Its file is still in `raw/`, so the next run makes the document again, without what it was before.
    assert_eq!(counts(&corpus.clean()), [1, 0, 1, 0, 0, 0]);
    assert_eq!(run(&corpus, &named(&["raw/a.txt"]), Mode::Write).forgotten, 1);
    let folders = fs::read_dir(corpus.path("clean/.trash")).unwrap().count();
    assert_eq!(folders, 2, "what was in the trash is not overwritten");
    fs::remove_file(corpus.path("raw/a.txt")).unwrap();
    assert_eq!(counts(&corpus.clean()), [0, 0, 1, 0, 0, 0], "without its file it stays forgotten");
}

#[test]
fn a_copy_of_a_forgotten_text_has_the_text_from_then_on() {
    let corpus = Corpus::new();
    for name in ["a", "b", "c"] {
        corpus.write(&format!("raw/{name}.txt"), dump(1));
    }
    assert_eq!(counts(&corpus.clean()), [1, 0, 0, 2, 0, 0]);
    fs::remove_file(corpus.path("raw/a.txt")).unwrap();
    let report = run(&corpus, &ForgetSelection::Missing, Mode::Write);
    assert_eq!((report.inputs, report.forgotten), (1, 1), "{report:?}");
    assert!(is_intact(&corpus));
    assert_eq!(corpus.texts().len(), 1);
    let handed_over = corpus.tree();
    let reader = CorpusReader::open(&corpus.setup().layout).unwrap();
    assert_eq!((reader.status().unwrap().stale, reader.status().unwrap().missing), (0, 0));
    drop(reader);
    assert_eq!(counts(&corpus.clean()), [0, 0, 2, 0, 0, 0]);
    let all = CleanOptions { again: Again::All, ..CleanOptions::default() };
    assert_eq!(counts(&corpus.clean_with(&all).0), [0, 0, 1, 1, 0, 0]);
    assert_eq!(corpus.tree(), handed_over, "it is what cleaning the copies gives");

    // Not even the files of the copies are needed.
    fs::remove_file(corpus.path("raw/b.txt")).unwrap();
    fs::remove_file(corpus.path("raw/c.txt")).unwrap();
    let report = run(&corpus, &named(&["raw/b.txt"]), Mode::Write);
    assert_eq!((report.inputs, report.forgotten), (1, 1), "{report:?}");
    assert_eq!(corpus.texts().len(), 1);
    assert!(is_intact(&corpus));
}

#[test]
fn a_copy_with_the_same_words_only_is_cleaned_again() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(1).replace("Residents who", "Residents, who"));
    assert_eq!(counts(&corpus.clean()), [1, 0, 0, 1, 0, 0]);
    let report = run(&corpus, &named(&["raw/a.txt"]), Mode::Write);
    assert_eq!((report.forgotten, report.updated, report.inputs), (1, 1, 2), "{report:?}");
    assert!(corpus.texts()[0].contains("Residents, who"));
    assert!(is_intact(&corpus));
}

#[test]
fn missing_are_those_whose_raw_file_or_archive_was_deleted() {
    let corpus = Corpus::new();
    for number in 1..=3 {
        corpus.write(&format!("raw/{number}.txt"), dump(number));
    }
    let head =
        "Received: by x\nMessage-ID: <1@a.example>\nFrom: Tide Letter <tide@a.example>\nDate: Fri, 3 May 2024 08:00:00 +0000";
    let message = |number: usize| {
        format!("From tide@a.example Fri May  3 08:00:00 2024\n{head}\nSubject: Story {number}\n\n{}\n\n", dump(number))
    };
    corpus.write("raw/mail.mbox", message(4) + &message(5));
    assert_eq!(corpus.clean().new, 5);
    let missing = || CorpusReader::open(&corpus.setup().layout).unwrap().missing().unwrap().len();
    assert_eq!(missing(), 0);
    fs::remove_file(corpus.path("raw/2.txt")).unwrap();
    assert_eq!(missing(), 1);
    fs::remove_file(corpus.path("raw/mail.mbox")).unwrap();
    assert_eq!(missing(), 3);
    #[cfg(unix)]
    {
        // A link that leads nowhere was not deleted: what it leads to may come back.
        fs::rename(corpus.path("raw/1.txt"), corpus.path("disk")).unwrap();
        std::os::unix::fs::symlink(corpus.path("unmounted"), corpus.path("raw/1.txt")).unwrap();
        assert_eq!(missing(), 3);
    }
    assert_eq!(run(&corpus, &ForgetSelection::Missing, Mode::Write).forgotten, 3);
    assert_eq!((missing(), corpus.texts().len()), (0, 2));
}

#[test]
fn what_a_killed_run_was_forgetting_is_forgotten_by_the_next_one() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(2));
    corpus.clean();
    let sidecar = corpus.sidecars().into_iter().find(|sidecar| sidecar["source"] == "raw/a.txt").unwrap();
    let id = sidecar["id"].as_str().unwrap();
    let text = corpus.tree().into_keys().find(|path| path.ends_with(&format!("{}.txt", &id[..8]))).unwrap();
    let stem = text.strip_prefix("clean/").unwrap().strip_suffix(".txt").unwrap();
    let name = stem.rsplit('/').next().unwrap();
    // The note was written and the sidecar moved when the process was killed, while it noted the next document.
    corpus.write(".gleaner/forgetting", format!("{id} {id} {stem}\n../../x {id} {stem}\n{id}_2 {id} und"));
    fs::create_dir_all(corpus.path(&format!("clean/.trash/{id}"))).unwrap();
    fs::rename(corpus.path(&format!("clean/{stem}.json")), corpus.path(&format!("clean/.trash/{id}/{name}.json"))).unwrap();
    fs::remove_file(corpus.path(".gleaner/index.sha256")).unwrap();
    fs::remove_file(corpus.path("raw/a.txt")).unwrap();

    assert_eq!(counts(&corpus.clean()), [0, 0, 1, 0, 0, 0]);
    assert!(is_intact(&corpus));
    assert!(corpus.path(&format!("clean/.trash/{id}/{name}.txt")).is_file());
    assert!(!corpus.path(".gleaner/forgetting").exists());
    assert_eq!(corpus.texts().len(), 1);
}
