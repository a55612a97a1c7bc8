//! Corrections that are being written when the process is killed: the file is the old one or the new one, and the next run goes on from there.

use std::path::Path;
use std::process::Command;

use gleaner::store::{CorpusReader, FAILPOINTS, Layout, Lock, corrections};
use gleaner_extract::article::corrections::{Correction, ReaderVerdict, keys};
use gleaner_extract::document::DocumentId;

use crate::support::*;

const ROOT: &str = "GLEANER_TEST_CORRECTIONS_ROOT";

fn replace(layout: &Layout, text: &str) {
    let document = CorpusReader::open(layout).unwrap().documents().unwrap().next().unwrap().unwrap();
    let block = keys([text]).remove(0);
    let correction = Correction { verdict: ReaderVerdict::Cut, block, text: text.to_owned() };
    let id = document.sidecar.id;
    let (before, _) = CorpusReader::open(layout).unwrap().corrections(&id).unwrap().into_read().unwrap();
    corrections::replace(&Lock::take(layout).unwrap(), layout, (&id, &document.sidecar_path), before, vec![correction]).unwrap();
}

fn corrected(layout: &Layout, id: &DocumentId) -> Vec<String> {
    let stored = CorpusReader::open(layout).unwrap().corrections(id).unwrap();
    stored.into_read().unwrap().1.into_iter().map(|correction| correction.text).collect()
}

/// The work of the child process; does nothing in the parent.
#[test]
fn child() {
    let Ok(root) = std::env::var(ROOT) else { return };
    replace(&Layout::at(Path::new(&root)), "new");
}

#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    let points = FAILPOINTS.iter().filter(|point| point.starts_with("corrections.") || **point == "stage.before-sync");
    let mut reached = 0;
    for point in points {
        let corpus = Corpus::new();
        corpus.run(&sample());
        let id = CorpusReader::open(&corpus.layout).unwrap().documents().unwrap().next().unwrap().unwrap().sidecar.id;
        replace(&corpus.layout, "old");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "corrections::child", "--nocapture"]).env(ROOT, &corpus.layout.root);
        reached += u32::from(!command.env("GLEANER_FAILPOINT", point).output().unwrap().status.success());
        let expected = if *point == "corrections.after-rename" { "new" } else { "old" };
        assert_eq!(corrected(&corpus.layout, &id), [expected], "{point}");
        corpus.run(&sample());
        assert_eq!(corrected(&corpus.layout, &id), [expected], "{point}");
        let left = corpus.tree().keys().filter(|name| name.contains("corrections")).count();
        assert_eq!(left, 1, "{point}");
        replace(&corpus.layout, "newer");
        assert_eq!(corrected(&corpus.layout, &id), ["newer"], "{point}");
    }
    assert_eq!(reached, 3);
}
