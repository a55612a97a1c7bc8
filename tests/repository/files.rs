//! Files: each says what it does, stays short, and has a name that says what is in it.

use crate::source::{files, read, shown};

/// Names that say nothing: such files grow and bring cycles. Each module has its own `Error` and types beside its code.
const FORBIDDEN_NAMES: &[&str] = &["error.rs", "errors.rs", "types.rs", "utils.rs", "util.rs", "helpers.rs", "common.rs"];

const FOLDERS: &[&str] = &[
    "src",
    "extract/src",
    "extract/tests",
    "relate/src",
    "warc/src",
    "tests",
    "train",
    "benches",
    "python/src",
    "wasm/src",
    "fuzz/src",
    "fuzz/fuzz_targets",
];

const MAX_LINES: usize = 450;

#[test]
fn files_say_what_they_do_and_stay_short() {
    let mut wrong = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| files(folder, "rs")) {
        let (source, name) = (read(&file), shown(&file));
        if !source.starts_with("//! ") {
            wrong.push(format!("{name}: does not begin with `//!`"));
        }
        if source.lines().count() > MAX_LINES {
            wrong.push(format!("{name}: {} lines, more than {MAX_LINES}", source.lines().count()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_of_files_say_what_is_in_them() {
    let all = ["src", "extract/src", "relate/src", "warc/src", "train", "benches", "python/src", "wasm/src"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"));
    let wrong: Vec<String> =
        all.filter(|file| FORBIDDEN_NAMES.iter().any(|name| file.ends_with(name))).map(|file| shown(&file)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
