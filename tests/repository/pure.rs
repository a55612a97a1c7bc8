//! `gleaner-extract` is pure: no I/O, no asynchronous work, no SQL, no HTTP, no clock; neither in its code nor in its dependencies.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::imports::Crate;
use crate::source::{read, root};

/// All that the crate may depend on. A new name here has to be as pure as the others.
const DEPENDENCIES: &[&str] = &[
    "aho-corasick",
    "base64",
    "chardetng",
    "encoding_rs",
    "foldhash",
    "jiff",
    "markup5ever",
    "memchr",
    "psl",
    "regex",
    "regex-automata",
    "regex-syntax",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "toml",
    "unicode-normalization",
    "url",
    "whatlang",
    "xxhash-rust",
];

/// Crates that must not come in through another one.
const IMPURE: &[&str] = &["hyper", "mio", "reqwest", "rusqlite", "rustls", "socket2", "tempfile", "tokio", "ureq", "zip"];

/// Crates that compile or link C, or start threads: WebAssembly has neither. Those whose name ends in `-sys` are not listed; `js-sys` is bindings to JavaScript.
const NOT_FOR_WASM: &[&str] =
    &["bindgen", "cc", "cmake", "crossbeam-utils", "mimalloc", "num_cpus", "pkg-config", "rayon", "ring"];

/// Names of the standard library, and of jiff, that reach outside.
const FORBIDDEN_PATHS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

fn toml(file: &str) -> Table {
    read(&root().join(file)).parse().unwrap()
}

#[test]
fn the_extractor_depends_on_pure_crates_only() {
    let manifest = toml("extract/Cargo.toml");
    let names: BTreeSet<&str> = manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, DEPENDENCIES.iter().copied().collect(), "[dependencies] of extract/Cargo.toml");
    assert!(!manifest.contains_key("target"), "extract/Cargo.toml has dependencies of one platform");
}

/// All crates that the extractor needs, those that they need, and so on, for any platform.
fn all_dependencies(lock: &Table) -> BTreeSet<&str> {
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let list = package.get("dependencies").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let names = list.iter().map(|name| name.as_str().unwrap().split(' ').next().unwrap());
        needs.entry(package["name"].as_str().unwrap()).or_default().extend(names);
    }
    let (mut seen, mut open) = (BTreeSet::new(), DEPENDENCIES.to_vec());
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            open.extend(&needs[name]);
        }
    }
    seen
}

#[test]
fn no_impure_crate_comes_in_through_another() {
    let lock = toml("Cargo.lock");
    let impure: Vec<&str> = all_dependencies(&lock).into_iter().filter(|name| IMPURE.contains(name)).collect();
    assert!(impure.is_empty(), "gleaner-extract depends on {impure:?}");
}

#[test]
fn no_crate_forbids_webassembly() {
    let lock = toml("Cargo.lock");
    let forbids = |name: &&str| NOT_FOR_WASM.contains(name) || name.ends_with("-sys") && *name != "js-sys";
    let found: Vec<&str> = all_dependencies(&lock).into_iter().filter(forbids).collect();
    assert!(found.is_empty(), "gleaner-extract depends on {found:?}");
}

#[test]
fn the_extractor_reaches_for_nothing_outside() {
    let found = Crate::read(&root().join("extract/src/lib.rs"));
    let mut wrong = Vec::new();
    for (file, path) in found.written_paths() {
        let in_it = |forbidden: &&&str| {
            let at = path.find(**forbidden);
            at.is_some_and(|at| {
                let (before, after) = (&path[..at], &path[at + forbidden.len()..]);
                (before.is_empty() || before.ends_with("::")) && (after.is_empty() || after.starts_with("::"))
            })
        };
        wrong.extend(FORBIDDEN_PATHS.iter().find(in_it).map(|forbidden| format!("{}: {forbidden}", file.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
