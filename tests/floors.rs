//! Repository rules: floors, files and their sizes. What ARCHITECTURE.md calls an invariant of the layout is held here.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. A room imports from lower floors only; rooms of one floor do not know each other.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["document"],
    &["rules", "page"],
    &["label", "metadata", "dedup", "discover", "fetch", "queue", "ingest", "store", "export", "schedule"],
    &["config"],
    &["engine"],
    &["commands"],
];

/// Grab-bags that bring cycles: each stage has its own `Error` and types beside its code.
const FORBIDDEN_IN_SRC: &[&str] = &["error.rs", "errors.rs", "types.rs", "utils.rs", "util.rs", "helpers.rs", "common.rs"];

const MAX_LINES: usize = 450;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{}", dir.display());
    files
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The source without comments, strings and blank space, so that names can be looked for.
fn code(source: &str) -> String {
    let mut code = String::new();
    for line in source.lines() {
        let line = line.split("//").next().unwrap_or("");
        code.extend(line.split('"').step_by(2).flat_map(str::chars).filter(|c| !c.is_whitespace()));
        code.push(' ');
    }
    code.replace(' ', "")
}

/// The rooms that the code names through `crate::`: single paths and the first names of `crate::{…}` groups.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(name(rest));
            continue;
        };
        let (mut depth, mut first) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                _ if first && depth == 0 => {
                    rooms.insert(name(&group[at..]));
                    first = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

/// The room a library file belongs to; `None` for `lib.rs` and the binary.
fn room(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next()?.as_os_str().to_str()?;
    (first != "bin" && first != "lib.rs").then(|| first.trim_end_matches(".rs").to_owned())
}

#[test]
fn every_room_has_a_floor() {
    let rooms: BTreeSet<String> = rust_files(&root().join("src")).iter().filter_map(|file| room(file)).collect();
    let known: BTreeSet<String> = FLOORS.iter().flat_map(|rooms| rooms.iter()).map(|room| (*room).to_owned()).collect();
    assert_eq!(rooms, known, "rooms in src/ and rooms in FLOORS");
}

#[test]
fn imports_go_strictly_downward() {
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        let Some(room) = room(&file) else { continue };
        for import in imports(&code(&fs::read_to_string(&file).unwrap())) {
            match floor(&import) {
                Some(below) if import == room || Some(below) < floor(&room) => {}
                _ => wrong.push(format!("{}: {room} imports {import}", file.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_does_not_name_itself_from_outside() {
    for file in rust_files(&root().join("src")) {
        if room(&file).is_some() {
            let code = code(&fs::read_to_string(&file).unwrap());
            assert!(!code.contains("gleaner::"), "{}: a room names the library by its public name", file.display());
        }
    }
}

#[test]
fn the_binary_uses_the_public_interface_only() {
    let main = fs::read_to_string(root().join("src/bin/gleaner/main.rs")).unwrap();
    assert!(main.lines().count() < 60, "main.rs reads as the program: under 60 lines");
    for file in rust_files(&root().join("src/bin")) {
        let source = fs::read_to_string(&file).unwrap();
        assert!(!source.contains("#[path"), "{}: reaches around the library's door", file.display());
    }
}

#[test]
fn there_are_no_grab_bags() {
    for file in rust_files(&root().join("src")) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(!FORBIDDEN_IN_SRC.contains(&name), "{}", file.display());
    }
}

#[test]
fn files_say_what_they_do_and_stay_short() {
    let mut wrong = Vec::new();
    let folders = ["src", "tests", "benches"].map(|folder| root().join(folder));
    for file in folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| rust_files(folder)) {
        let source = fs::read_to_string(&file).unwrap();
        if !source.starts_with("//! ") {
            wrong.push(format!("{}: does not open with `//!`", file.display()));
        }
        let lines = source.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{}: {lines} lines, more than {MAX_LINES}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readers_of_this_file_work() {
    let source = "use crate::page::{self, Page}; // crate::nothing\nlet x = \"crate::text\";\nuse crate::{base::hash, rules::{A, B}, store};";
    let rooms: Vec<String> = imports(&code(source)).into_iter().collect();
    assert_eq!(rooms, ["base", "page", "rules", "store"]);
    assert_eq!(floor("base"), Some(0));
    assert_eq!(floor("nowhere"), None);
}
