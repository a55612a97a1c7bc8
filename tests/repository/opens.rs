//! Files are opened by `src/files` only, which never waits for a pipe or reads a device; and paths are shown by `path_text` only, which loses no
//! byte of a name that is not UTF-8.

use crate::source::{Token, TokenKind, files, production_tokens, read, shown};

/// Functions that open a file by its path, as the tokens that end their names.
const OPENING: &[&[&str]] = &[
    &["File", "::", "open"],
    &["File", "::", "create"],
    &["File", "::", "create_new"],
    &["File", "::", "options"],
    &["OpenOptions", "::", "new"],
    &["fs", "::", "read"],
    &["fs", "::", "read_to_string"],
    &["fs", "::", "write"],
    &["fs", "::", "copy"],
];

/// Files that may, and why.
const MAY_OPEN: &[(&str, &str)] =
    &[("src/files/", "opens all others"), ("src/export/target.rs", "writes to what the user names, which may be a pipe")];

/// Where paths may be shown otherwise, and why.
const MAY_SHOW: &[(&str, &str)] =
    &[("extract/src/base/path_text.rs", "is how paths are shown"), ("src/commands/ingest.rs", "an argument that is a URL")];

fn is_listed(name: &str, list: &[(&str, &str)]) -> bool {
    list.iter().any(|(file, _)| name.starts_with(file))
}

#[test]
fn only_one_module_opens_files() {
    let mut wrong = Vec::new();
    for file in files("src", "rs").into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let (source, name) = (read(&file), shown(&file));
        let tokens = production_tokens(&source);
        let opens = |at: usize, path: &[&str]| path.iter().enumerate().all(|(next, text)| is(&tokens, at + next, text));
        let found =
            (0..tokens.len()).filter(|at| OPENING.iter().any(|path| opens(*at, path) && is(&tokens, at + path.len(), "(")));
        if !is_listed(&name, MAY_OPEN) {
            wrong.extend(found.map(|at| format!("{name}:{}: opens a file by itself; use `crate::files`", tokens[at].line)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(text))
}

#[test]
fn paths_are_shown_without_loss() {
    let mut wrong = Vec::new();
    for file in files("src", "rs").into_iter().chain(files("extract/src", "rs")) {
        let (source, name) = (read(&file), shown(&file));
        if is_listed(&name, MAY_SHOW) {
            continue;
        }
        let tokens = production_tokens(&source);
        for (at, token) in tokens.iter().enumerate() {
            let is_lossy = token.is("to_string_lossy") || (token.is("display") && is(&tokens, at + 1, "("));
            // `thiserror` shows a path by its `display`, unless the attribute says otherwise.
            let is_message =
                token.kind == TokenKind::Literal && at > 1 && is(&tokens, at - 2, "error") && is(&tokens, at - 1, "(");
            let ends = |next: &Token<'_>| next.is("]");
            let attribute = tokens[at..].split(ends).next().unwrap_or_default();
            let is_named = |field: &str| attribute.windows(2).any(|pair| pair[0].is(field) && pair[1].is("="));
            let fields = ["path", "archive", "folder", "file", "root"];
            let is_plain = |field: &&str| token.text.contains(&format!("{{{field}}}")) && !is_named(field);
            if is_lossy || (is_message && fields.iter().any(is_plain)) {
                wrong.push(format!("{name}:{}: shows a path with its bytes lost; use `path_text`", token.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn exceptions_are_needed() {
    for (file, why) in MAY_OPEN.iter().chain(MAY_SHOW) {
        let exists =
            files("src", "rs").into_iter().chain(files("extract/src", "rs")).any(|found| shown(&found).starts_with(file));
        assert!(exists && !why.is_empty(), "{file} is listed and does not exist");
    }
}
