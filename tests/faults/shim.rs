//! Builds the library that makes a call fail (`fault.c`), and runs the program under it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The library.
pub struct Shim {
    dir: tempfile::TempDir,
}

/// What the failing call does.
pub const KINDS: [&str; 4] = ["EIO", "ENOSPC", "EINTR", "SHORT"];

/// A call that fails.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its number from 1; 0 for none.
    pub at: u64,
    pub kind: &'static str,
}

/// A run under the library.
pub struct Faulted {
    pub output: Output,
    /// Number of calls.
    pub calls: u64,
    /// The call that failed.
    pub call: String,
}

impl Shim {
    /// Builds it with the C compiler.
    pub fn build() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/fault.c");
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-shared", "-fPIC", "-O1", "-w", "-o"]).arg(dir.path().join("fault.so")).arg(source).arg("-ldl");
        assert!(cc.status().unwrap().success(), "the C compiler fails");
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the program in a folder.
    pub fn run(&self, root: &Path, args: &[&str], fault: Fault) -> Faulted {
        let (count, call) = (self.path("count"), self.path("call"));
        for path in [&count, &call] {
            // It may not be there yet.
            let _ = std::fs::remove_file(path);
        }
        let mut command = program(root, args);
        command.env("LD_PRELOAD", self.path("fault.so")).env("FAULT_ROOT", root.canonicalize().unwrap());
        command.env("FAULT_AT", fault.at.to_string()).env("FAULT_KIND", fault.kind);
        command.env("FAULT_COUNT", &count).env("FAULT_CALL", &call);
        let output = command.output().unwrap();
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        Faulted { output, calls: read(&count).parse().unwrap_or_default(), call: read(&call) }
    }
}

/// The program, to be run in a folder at a fixed time: that of this build, or the one that `GLEANER_BIN` names, such as a release build.
pub fn program(root: &Path, args: &[&str]) -> Command {
    let program = std::env::var_os("GLEANER_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_gleaner").into());
    let mut command = Command::new(program);
    command.args(["--quiet"]).args(args).current_dir(root).env("SOURCE_DATE_EPOCH", "1700172800");
    command.env_remove("GLEANER_FAILPOINT").stdin(Stdio::null());
    command
}
