//! Runs the program and measures what it used. Judges nothing.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4;

/// Processor time after which the child is killed, in seconds: a failing test must end too.
const KILL_AFTER: u32 = 120;

/// What a run of the program used.
pub struct Usage {
    /// Processor time, user and system.
    pub time: Duration,
    /// Peak memory in bytes.
    pub memory: u64,
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s and {} MB", self.time.as_secs_f64(), self.memory >> 20)
    }
}

/// The program to measure: that of this build, or the one that `GLEANER_BIN` names, such as a release build.
fn program() -> OsString {
    env::var_os("GLEANER_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_gleaner").into())
}

/// Whether the program is optimised.
pub fn is_release() -> bool {
    env::var_os("GLEANER_BIN").is_some() || !cfg!(debug_assertions)
}

/// The program under a limit on processor time.
fn gleaner(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -t {KILL_AFTER}; exec \"$0\" \"$@\"")]).arg(program());
    command.args(arguments).arg(file).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Extracts a file to a format. Whether it is an article does not matter, but the program must end by itself.
pub fn extract(file: &Path, format: &str) -> Usage {
    measure(gleaner(&["extract", "--format", format], file)).0
}

/// Ingests a file or URL into a new corpus, which must not exist. What it requests after a listing fails.
pub fn ingest(input: &Path, corpus: &Path) -> Usage {
    make_corpus(corpus);
    let root = format!("--root={}", corpus.display());
    measure(gleaner(&["ingest", "--quiet", "--jobs", "1", &root], input)).0
}

/// Imports a list of feeds into a new corpus, without writing them.
pub fn import(file: &Path, corpus: &Path) -> Usage {
    make_corpus(corpus);
    let root = format!("--root={}", corpus.display());
    measure(gleaner(&["sources", "import", "--dry-run", &root], file)).0
}

/// A corpus that may fetch from the loopback, and that requests little more than a listing and what says whether it may.
fn make_corpus(folder: &Path) {
    const SETTINGS: &str =
        "[fetch]\nallow_private = true\ndelay_s = 0\nbackoff_s = 0\nattempts = 1\n\n[ingest]\nmax_requests = 3\n";
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("config.toml"), SETTINGS).unwrap();
}

/// Runs `gleaner clean` in a folder; gives its exit code too.
pub fn clean(folder: &Path) -> (Usage, i32) {
    measure(gleaner(&["clean", "--quiet", "--jobs", "2", "--root"], folder))
}

fn measure(mut command: Command) -> (Usage, i32) {
    let used = command.stdout(Stdio::null()).spawn().unwrap().wait4().unwrap();
    let code = used.status.code();
    // Done, failed inputs, or nothing found; not a wrong command line, a panic or a signal.
    assert!(matches!(code, Some(0 | 1 | 3)), "{command:?}: {}", used.status);
    (Usage { time: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss }, code.unwrap_or_default())
}

/// The explained JSON of a file.
pub fn explained(file: &Path) -> serde_json::Value {
    let output = gleaner(&["extract", "--format", "json", "--explain"], file).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A file as Markdown.
pub fn markdown(file: &Path) -> String {
    let output = gleaner(&["extract", "--format", "markdown"], file).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
