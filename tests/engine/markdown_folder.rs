//! The folder of Markdown files that the configuration names: runs keep it up to date.

use std::fs;

use gleaner::commands::clean::{self, CleanOptions};
use gleaner::commands::forget::{ForgetSelection, forget, select};
use gleaner::engine::options::Mode;
use gleaner::engine::{Setup, Silent};

use crate::support::{Corpus, dump, files_below};

const SETTINGS: &str = "markdown = \"notes\"\n";

fn clean(setup: &Setup) {
    clean::clean(setup, &CleanOptions::default(), &Silent).unwrap();
}

/// The names and texts of the Markdown files.
fn notes(corpus: &Corpus) -> Vec<(String, String)> {
    let files = files_below(&corpus.path("notes")).into_iter();
    files.filter(|(name, _)| name.ends_with(".md")).map(|(name, text)| (name, String::from_utf8(text).unwrap())).collect()
}

fn forget_source(setup: &Setup, source: &str) {
    let list = select(setup, &ForgetSelection::Named(vec![source.into()])).unwrap();
    assert_eq!(forget(setup, &list.ids, Mode::Write, &Silent).unwrap().forgotten, 1);
}

#[test]
fn runs_keep_the_folder_up_to_date() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(2));
    let setup = corpus.setup_with(SETTINGS);
    clean(&setup);
    let first = notes(&corpus);
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|(_, text)| text.starts_with("---\ntitle: ") && text.contains("\nexport_sha256: ")), "{first:?}");

    // What did not change is not written again, not even if it is gone.
    let kept = |text: &str| text.contains("of the same day");
    assert!(!first.iter().any(|(_, text)| kept(text)));
    corpus
        .write("raw/a.txt", format!("{}\n\nOne more paragraph was added to the story on the evening of the same day.", dump(1)));
    corpus.write("raw/c.txt", dump(3));
    clean(&setup);
    let second = notes(&corpus);
    assert_eq!(second.len(), 3);
    assert_eq!(second.iter().filter(|(_, text)| kept(text)).count(), 1);
    assert_eq!(second.iter().filter(|note| first.contains(note)).count(), 1);

    forget_source(&setup, "raw/c.txt");
    assert_eq!(notes(&corpus), second.iter().filter(|(_, text)| notes_source(&corpus, text)).cloned().collect::<Vec<_>>());
    assert_eq!(notes(&corpus).len(), 2);
}

/// Whether the document of a file is in the corpus.
fn notes_source(corpus: &Corpus, text: &str) -> bool {
    corpus.sidecars().iter().any(|sidecar| text.contains(&format!("\nid: {}\n", sidecar["id"])))
}

#[test]
fn files_that_were_edited_stay_even_if_their_document_goes() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    let setup = corpus.setup_with(SETTINGS);
    clean(&setup);
    let [(name, text)] = notes(&corpus).try_into().unwrap();
    let edited = format!("{text}\nA note of mine.\n");
    corpus.write(&format!("notes/{name}"), &edited);
    corpus.write("notes/mine.md", "# Mine\n");
    corpus
        .write("raw/a.txt", format!("{}\n\nOne more paragraph was added to the story on the evening of the same day.", dump(1)));
    clean(&setup);
    forget_source(&setup, "raw/a.txt");
    assert_eq!(notes(&corpus), [("mine.md".to_owned(), "# Mine\n".to_owned()), (name, edited)]);
}

#[test]
fn a_folder_whose_last_run_is_unknown_is_brought_up_to_date_as_a_whole() {
    let corpus = Corpus::new();
    for (name, number) in [("a", 1), ("b", 2), ("c", 3)] {
        corpus.write(&format!("raw/{name}.txt"), dump(number));
    }
    let setup = corpus.setup_with(SETTINGS);
    clean(&setup);
    let all = notes(&corpus);
    let without = corpus.setup();
    forget_source(&without, "raw/c.txt");
    for broken in ["{\"journal\": \"2001-01-01T00-00-00Z.jsonl\"}", "not JSON"] {
        corpus.write("notes/.gleaner-run.json", broken);
        fs::remove_file(corpus.path(&format!("notes/{}", all[0].0))).unwrap_or_default();
        fs::remove_file(corpus.path("raw/c.txt")).unwrap_or_default();
        clean(&setup);
        let now = notes(&corpus);
        assert_eq!(now, all.iter().filter(|(_, text)| notes_source(&corpus, text)).cloned().collect::<Vec<_>>(), "{broken}");
        assert_eq!(now.len(), 2);
    }
}
