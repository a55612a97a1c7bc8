//! Runs that are killed around the writing of a document: hooks are told of it once it is written, and of nothing that is not.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::site::page;

fn clean(root: &Path, failpoint: Option<&str>) -> ExitStatus {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
    command.args(["--quiet", "clean", "--jobs", "1"]).current_dir(root).env_remove("GLEANER_ROOT").env_remove("GLEANER_CONFIG");
    if let Some(failpoint) = failpoint {
        command.env("GLEANER_FAILPOINT", failpoint);
    }
    command.status().unwrap()
}

#[test]
fn a_killed_run_loses_no_event() {
    for point in ["text.before-rename", "sidecar.before-rename", "sidecar.after-rename"] {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let hook = "[[hook]]\non = [\"article\"]\ncommand = [\"sh\", \"-c\", \"cat >> events; echo >> events\"]\n";
        fs::write(root.join("config.toml"), hook).unwrap();
        fs::create_dir(root.join("raw")).unwrap();
        fs::write(root.join("raw/a.html"), page(1, 1)).unwrap();
        assert!(!clean(root, Some(&format!("{point}:1"))).success(), "{point} is not reached");
        assert!(!root.join("events").exists(), "{point}: nothing was told");
        assert!(clean(root, None).success());
        let events = fs::read_to_string(root.join("events")).unwrap_or_default();
        assert!(events.lines().any(|line| line.contains("\"event\":\"article\"")), "{point}: {events:?}");
        let outbox = fs::read_dir(root.join(".gleaner/outbox")).unwrap();
        assert_eq!(outbox.filter(|entry| entry.as_ref().unwrap().path().extension().is_some()).count(), 0, "{point}");
    }
}
