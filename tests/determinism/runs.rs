//! Runs the program over one corpus in several ways, and compares what comes of it.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::tree::{Tree, tree};

/// How a run works.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub jobs: u32,
    /// The seed of the order in which jobs complete.
    pub shuffle: Option<u64>,
}

/// The settings of every run.
const CONFIG: &str = "[fetch]\nallow_private = true\ndelay_s = 0\nrobots = \"ignore\"\n";

/// Days on which runs take place.
const DAYS: [u64; 2] = [1_720_000_000, 1_720_086_400];

/// Writes a corpus in two editions, runs the commands on each, and compares the result of all ways with that of the first.
pub fn compare(what: &str, ways: &[Way], write: &dyn Fn(&Path, u64), commands: &[&[&str]]) {
    let mut first: Option<(Way, Tree)> = None;
    for way in ways {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("raw")).unwrap();
        fs::write(dir.path().join("config.toml"), CONFIG).unwrap();
        for (edition, now) in (0..).zip(DAYS) {
            write(dir.path(), edition);
            for command in commands {
                run(dir.path(), *way, command, now);
            }
        }
        let tree = tree(dir.path(), &[".gleaner"]);
        let Some((first_way, expected)) = &first else {
            assert!(tree.keys().filter(|path| path.starts_with("clean/") && path.ends_with(".txt")).count() > 2, "{what}");
            first = Some((*way, tree));
            continue;
        };
        let paths = expected.keys().chain(tree.keys()).collect::<std::collections::BTreeSet<_>>();
        let differ: Vec<_> = paths.into_iter().filter(|path| expected.get(*path) != tree.get(*path)).collect();
        let Some(one) = differ.first() else { continue };
        assert!(
            differ.is_empty(),
            "{what}: {way:?} and {first_way:?} differ in {differ:?}\n{}\n--- and ---\n{}",
            text(tree.get(*one)),
            text(expected.get(*one))
        );
    }
}

/// A file for people to read.
fn text(file: Option<&Vec<u8>>) -> String {
    file.map_or_else(|| "(missing)".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn run(root: &Path, way: Way, args: &[&str], now: u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
    command.args(["--quiet"]).args(args).args(["--jobs", &way.jobs.to_string()]).current_dir(root);
    command.env("SOURCE_DATE_EPOCH", now.to_string()).env_remove("GLEANER_FAILPOINT").env_remove("GLEANER_SHUFFLE");
    command.stdin(match args {
        ["ingest", "-"] => File::open(root.join("stream.warc")).unwrap().into(),
        _ => Stdio::null(),
    });
    if let Some(seed) = way.shuffle {
        command.env("GLEANER_SHUFFLE", seed.to_string());
    }
    let output = command.output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{way:?}: {}", String::from_utf8_lossy(&output.stderr));
}
