//! Rust source as tokens, and the source files of the workspace. Parses no grammar: what needs items or paths reads them from the tokens.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Ident,
    /// `::`, or one character of punctuation.
    Symbol,
    /// A string, character or number; lifetimes too, which nobody here looks for.
    Literal,
    Comment,
}

#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    /// From 1.
    pub line: usize,
    /// Inside an item under `#[cfg(test)]`.
    pub in_test: bool,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, TokenKind::Ident | TokenKind::Symbol)
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The path below the repository's root, for messages and tables.
pub fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

/// The files below a folder of the repository whose names end in `.{extension}`, sorted.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// All tokens, comments included.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(first) = source[at..].chars().next() {
        let (kind, length) = next_token(&source[at..], first);
        let text = &source[at..at + length];
        if !first.is_whitespace() {
            tokens.push(Token { kind, text, line, in_test: false });
        }
        line += text.matches('\n').count();
        at += length;
    }
    mark_tests(&mut tokens);
    tokens
}

/// The tokens of what a build holds: no comments, no items under `#[cfg(test)]`.
pub fn production_tokens(source: &str) -> Vec<Token<'_>> {
    tokens(source).into_iter().filter(|token| !token.in_test && token.kind != TokenKind::Comment).collect()
}

fn next_token(rest: &str, first: char) -> (TokenKind, usize) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        return (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (TokenKind::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if let Some(length) = string(rest) {
        return (TokenKind::Literal, length);
    }
    if is_name(first) {
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return (if first.is_ascii_digit() { TokenKind::Literal } else { TokenKind::Ident }, length);
    }
    if first == '\'' {
        return (TokenKind::Literal, character(rest));
    }
    (TokenKind::Symbol, if rest.starts_with("::") { 2 } else { first.len_utf8() })
}

/// The length of the string literal that the source begins with: plain, raw, of bytes.
fn string(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'c']);
    let raw = body.strip_prefix('r');
    let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    let open = raw.unwrap_or(body)[hashes..].strip_prefix('"')?;
    let start = rest.len() - open.len();
    if start > 1 + 2 + hashes {
        return None;
    }
    if raw.is_some() {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(open.find(&end).map_or(rest.len(), |at| start + at + end.len()));
    }
    let mut escaped = false;
    for (at, c) in open.char_indices() {
        match c {
            '"' if !escaped => return Some(start + at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    Some(rest.len())
}

/// The length of a character literal, or of a lifetime.
fn character(rest: &str) -> usize {
    let body = &rest[1..];
    if let Some(escape) = body.strip_prefix('\\') {
        let skip = escape.chars().next().map_or(0, char::len_utf8);
        return escape[skip..].find('\'').map_or(rest.len(), |end| 2 + skip + end + 1);
    }
    let first = body.chars().next().map_or(0, char::len_utf8);
    if body[first..].starts_with('\'') { 1 + first + 1 } else { 1 }
}

/// Marks the items under `#[cfg(test)]` and `#[cfg(all(test, …))]`.
fn mark_tests(tokens: &mut [Token<'_>]) {
    let code: Vec<usize> = (0..tokens.len()).filter(|at| tokens[*at].kind != TokenKind::Comment).collect();
    let text = |at: usize| code.get(at).map_or("", |index| tokens[*index].text);
    let mut spans = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let head: Vec<&str> = (at..at + 7).map(text).collect();
        let is_test = head.starts_with(&["#", "[", "cfg", "(", "test", ")", "]"])
            || head.starts_with(&["#", "[", "cfg", "(", "all", "(", "test"]);
        let mut end = at;
        if is_test {
            let (mut depth, mut attribute) = (0_usize, false);
            end = (at..code.len())
                .find(|index| {
                    match text(*index) {
                        "#" if depth == 0 => attribute = true,
                        "(" | "[" | "{" => depth += 1,
                        ")" | "]" | "}" => depth = depth.saturating_sub(1),
                        ";" if depth == 0 => return true,
                        _ => {}
                    }
                    let closed = depth == 0 && text(*index) == "}";
                    attribute &= !(depth == 0 && text(*index) == "]");
                    closed && !attribute
                })
                .unwrap_or(code.len() - 1);
            spans.push(code[at]..=code[end]);
        }
        at = end + 1;
    }
    for span in spans {
        tokens[span].iter_mut().for_each(|token| token.in_test = true);
    }
}

#[test]
fn source_is_cut_into_tokens() {
    let source = r##"use a::b; // c
        let x = "d::e\" f"; let y = r#"g "h" i"#; let z: &'j str = b"k"; '\''; 'l'; brief::m();
        #[cfg(test)] mod tests { fn n() { "}" } } fn o() {}"##;
    let names: Vec<&str> =
        production_tokens(source).iter().filter(|token| token.kind == TokenKind::Ident).map(|token| token.text).collect();
    assert_eq!(names, ["use", "a", "b", "let", "x", "let", "y", "let", "z", "j", "str", "brief", "m", "fn", "o"]);
    let comment = tokens(source).into_iter().find(|token| token.kind == TokenKind::Comment).unwrap();
    assert_eq!((comment.text, comment.line), ("// c", 1));
}
