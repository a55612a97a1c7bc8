//! Corpora in which runs are killed: files and URLs, a run that fills a corpus and one that updates it.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::copy::copy;
use crate::site::{Site, page, story};
use crate::tree::{Tree, tree};

/// The folders of a corpus that depend on when gleaner ran.
pub const OF_RUNS: &[&str] = &["log", ".gleaner"];

/// Two corpora to start from: one without clean text, and one that was filled before its sources changed.
pub struct Corpora {
    empty: TempDir,
    changed: TempDir,
    site: Site,
}

impl Corpora {
    /// Creates corpora with this number of documents, a quarter of them on a site.
    pub fn new(documents: usize) -> Self {
        let site = Site::start();
        let (empty, changed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let config = "[fetch]\nallow_private = true\ndelay_s = 0\nrobots = \"ignore\"\n";
        fs::write(empty.path().join("config.toml"), config).unwrap();
        let addresses: String = (1..=documents / 4).map(|n| format!("{}/{n}\n", site.url)).collect();
        fs::write(empty.path().join("urls.txt"), addresses).unwrap();
        let files = documents - documents / 4;
        write_files(empty.path(), files, 1);
        copy(empty.path(), changed.path());
        let filling = Corpus { dir: None, root: changed.path().to_path_buf(), day: 1 };
        assert!(filling.run().success(), "the corpus cannot be filled");
        write_files(changed.path(), files, 2);
        Self { empty, changed, site }
    }

    /// Copies one of the corpora: the one to be filled (`first`), or the one to be updated.
    pub fn corpus(&self, first: bool) -> Corpus {
        self.site.publish(if first { 1 } else { 2 });
        let dir = tempfile::tempdir().unwrap();
        copy(if first { self.empty.path() } else { self.changed.path() }, dir.path());
        Corpus { root: dir.path().to_path_buf(), dir: Some(dir), day: if first { 1 } else { 2 } }
    }

    /// The result of an uninterrupted run.
    pub fn reference(&self, first: bool) -> Tree {
        let corpus = self.corpus(first);
        assert!(corpus.run().success());
        corpus.verify("uninterrupted");
        tree(corpus.root(), OF_RUNS)
    }
}

/// Writes the user's files. In the second edition, every fifth story has changed, some stories have become copies of others, and some copies
/// have become stories with a text of their own.
fn write_files(root: &Path, files: usize, edition: usize) {
    fs::create_dir_all(root.join("raw/notes")).unwrap();
    for n in 0..files {
        let (number, text_edition) = match n % 20 {
            3 => (n - 1, 1),
            7 if edition == 2 => (n - 2, 1),
            13 if edition == 1 => (n - 1, 1),
            1 | 6 | 11 | 16 => (n, edition),
            _ => (n, 1),
        };
        let (path, text) = if n % 2 == 0 {
            (format!("raw/{n:03}.html"), page(number, text_edition))
        } else {
            (format!("raw/notes/{n:03}.txt"), format!("{}\n", story(number, text_edition).join("\n\n")))
        };
        fs::write(root.join(path), text).unwrap();
    }
}

/// A corpus in a temporary folder.
pub struct Corpus {
    root: PathBuf,
    #[expect(dead_code, reason = "holds the folder until the end")]
    dir: Option<TempDir>,
    /// The day of its runs: of two bodies of a page, the one fetched later counts.
    day: u64,
}

impl Corpus {
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        let now = 1_700_000_000 + self.day * 86_400;
        command.args(args).current_dir(&self.root).env("SOURCE_DATE_EPOCH", now.to_string()).env_remove("GLEANER_FAILPOINT");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The same corpus in another folder.
    pub fn duplicate(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&self.root, dir.path());
        Self { root: dir.path().to_path_buf(), dir: Some(dir), day: self.day }
    }

    /// Runs a command, until the failpoint kills it if there is one; false if it was killed.
    pub fn runs_through(&self, args: &[&str], failpoint: Option<&str>) -> bool {
        let mut command = self.command(args);
        if let Some(failpoint) = failpoint {
            command.env("GLEANER_FAILPOINT", failpoint);
        }
        let status = command.status().unwrap();
        assert!(status.success() || status.signal().is_some(), "{args:?} {failpoint:?}: {status}");
        status.success()
    }

    fn ingest(&self) -> Command {
        self.command(&["--quiet", "ingest", "raw", "--list", "urls.txt", "--jobs", "3"])
    }

    /// Runs without interruption.
    pub fn run(&self) -> ExitStatus {
        self.ingest().status().unwrap()
    }

    /// Runs until the failpoint kills it; false if the run does not reach the failpoint.
    pub fn run_to_point(&self, point: &str) -> bool {
        let status = self.ingest().env("GLEANER_FAILPOINT", point).status().unwrap();
        const SIGABRT: i32 = 6;
        assert!(status.success() || status.signal() == Some(SIGABRT), "{point}: {status}");
        !status.success()
    }

    /// Runs for this long, then sends SIGKILL; false if the run ended before.
    pub fn run_and_kill(&self, time: Duration) -> bool {
        let mut child = self.ingest().spawn().unwrap();
        std::thread::sleep(time);
        child.kill().unwrap();
        !child.wait().unwrap().success()
    }

    /// Runs once more and compares the result with an uninterrupted run's.
    pub fn finish(&self, reference: &Tree, what: &str) {
        assert!(self.run().success(), "{what}: the next run fails");
        let found = tree(&self.root, OF_RUNS);
        let lost: Vec<_> = reference.keys().filter(|path| !found.contains_key(*path)).collect();
        let more: Vec<_> = found.keys().filter(|path| !reference.contains_key(*path)).collect();
        assert!(lost.is_empty() && more.is_empty(), "{what}: lost {lost:?}, unexpected {more:?}");
        let differ: Vec<_> = reference.iter().filter(|(path, bytes)| found[*path] != **bytes).map(|(path, _)| path).collect();
        assert!(differ.is_empty(), "{what}: {differ:?} differ");
        self.verify(what);
    }

    pub fn verify(&self, what: &str) {
        let output = self.command(&["verify"]).stdout(Stdio::piped()).output().unwrap();
        assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
