//! Words: code, help and documentation use plain English and the field's terms. Metaphors that needed a key must not come back.
//!
//! Read are comments, identifiers and strings of Rust (no strings of tests, which are made-up stories), the documentation and the configuration.
//! `--help` is read in `docs/commands.md`, which `tests/docs` keeps equal to it.

use std::path::{Path, PathBuf};

use crate::source::{TokenKind, files, read, root, shown, tokens};

struct Word {
    /// Whole words in any case; with a capital letter, an identifier as it is written.
    not: &'static [&'static str],
    instead: &'static str,
    /// Paths, or their beginnings, where the word is the right one.
    allowed: &'static [&'static str],
    /// Texts that contain the word and are right.
    except: &'static [&'static str],
}

const fn word(not: &'static [&'static str], instead: &'static str) -> Word {
    Word { not, instead, allowed: &[], except: &[] }
}

const WORDS: &[Word] = &[
    word(&["house", "houses"], "project, program or crate"),
    Word {
        except: &["chat room", "leave room", "make room", "making room"],
        ..word(&["room", "rooms"], "module; of memory: permit; of text: space")
    },
    Word { except: &["floor char boundary"], ..word(&["floor", "floors"], "layer; of a limit: minimum") },
    Word {
        // The name of a table on disk; a Dutch word for "by".
        allowed: &["src/queue/", "extract/src/metadata/byline/", "extract/src/metadata/pattern_sources.rs"],
        ..word(&["door", "doors"], "source; of a library: entry point")
    },
    word(&["knock", "knocks", "knocked"], "poll, request"),
    word(&["desk", "desks", "Desk"], "context"),
    Word {
        allowed: &["extract/src/label/forest.rs", "extract/src/label/model", "extract/src/label/node.rs", "train/src/gbdt.rs"],
        ..word(&["leaf"], "page of a story; of a tree: node without children")
    },
    Word {
        // Letters of the alphabet.
        allowed: &["extract/src/rules/normalized.rs"],
        ..word(&["dead letter", "dead letters", "Letter", "Letters"], "failed URL; of a queue: entry; of mail: message")
    },
    word(&["new lead", "new leads", "leads of", "Lead", "Leads", "NewLead"], "URL, NewUrl"),
    word(&["errand", "errands", "journey", "journeys"], "request, redirects"),
    word(&["hear", "hears", "heard"], "run, read, collect"),
    word(&["namesake", "namesakes"], "same name; of an author: author_from_domain"),
    word(&["stand-in", "stand-ins", "standin"], "block page, placeholder"),
    // A torn line is what databases call it.
    Word { allowed: &["src/store/"], ..word(&["torn"], "truncated") },
    word(&["mend", "mends", "mended", "mending"], "fix, repair"),
    word(&["wish", "wishes", "wished"], "request; of a user: wants"),
    word(&["frontier"], "queue"),
    word(&["dossier", "dossiers"], "ScoredCandidates"),
    Word {
        // An attribute of SVG.
        allowed: &["extract/src/page/html_tree/modes/foreign.rs"],
        ..word(&["stitch", "stitches", "stitched"], "merge")
    },
    word(
        &["Ground", "Owner", "Scene", "Sight", "Held", "Journey", "Errand"],
        "the names of the glossary: FetchResult, MemoryPermit, …",
    ),
    word(&["lets wait", "let wait", "lets us wait"], "has not answered, asked us to wait"),
    word(&["anew"], "again"),
    word(&["is told from", "are told from", "told from"], "is distinguished from"),
    // Completeness evidence in sidecars, which stays as it is.
    Word { except: &["of the story is not at hand"], ..word(&["at hand"], "available") },
    word(&["as it were"], "nothing: leave it out"),
    word(&["the way of the data", "the data's way"], "data flow"),
    word(&["comes to nothing", "come to nothing", "came to nothing"], "fails, has no effect"),
    word(&["stands beside", "stand beside"], "is next to, accompanies"),
];

const RUST: &[&str] =
    &["src", "extract/src", "relate/src", "warc/src", "train/src", "benches/src", "benches/benches", "python/src", "wasm/src"];

const TEXTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "config.toml",
    "src/config/default.toml",
    "extract/rules/README.md",
    "extract/model/README.md",
    "benches/README.md",
    "raw/README.md",
    "clean/README.md",
];

fn texts() -> Vec<PathBuf> {
    TEXTS.iter().map(|name| root().join(name)).chain(files("docs", "md")).collect()
}

/// Snake case and camel case as words, in lower case.
fn plain(text: &str) -> String {
    let (mut plain, mut before) = (String::new(), ' ');
    for c in text.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            plain.push(' ');
        }
        plain.extend(c.to_lowercase().map(|c| if c == '_' { ' ' } else { c }));
        before = c;
    }
    plain
}

fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
}

/// The words that must not stand in a piece of a file: names of types in an identifier, all others in prose and in parts of identifiers.
fn wrong_words(file: &str, text: &str, is_identifier: bool) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    for word in WORDS.iter().filter(|word| !word.allowed.iter().any(|path| file.starts_with(path))) {
        let lower = word.except.iter().fold(plain(text), |text, fine| text.replace(fine, " "));
        let is_wrong = |not: &&&'static str| match not.contains(char::is_uppercase) {
            true => is_identifier && text == **not,
            false => has_word(&lower, not),
        };
        wrong.extend(word.not.iter().filter(is_wrong).map(|not| (*not, word.instead)));
    }
    wrong
}

fn check_rust(file: &Path, wrong: &mut Vec<String>) {
    let source = read(file);
    let name = shown(file);
    let tokens = tokens(&source);
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !(token.in_test && token.kind == TokenKind::Literal)) {
        if token.is("floor") && at > 0 && (tokens[at - 1].is(".") || tokens[at - 1].is("::")) {
            // The method of numbers.
            continue;
        }
        for (below, text) in token.text.lines().enumerate() {
            for (not, instead) in wrong_words(&name, text, token.kind == TokenKind::Ident) {
                wrong.push(format!("{name}:{}: `{not}`: say {instead}", token.line + below));
            }
        }
    }
}

#[test]
fn metaphors_do_not_come_back() {
    let mut wrong = Vec::new();
    for file in RUST.iter().flat_map(|folder| files(folder, "rs")) {
        check_rust(&file, &mut wrong);
    }
    for file in texts() {
        let name = shown(&file);
        for (at, text) in read(&file).lines().enumerate() {
            let found = wrong_words(&name, text, false).into_iter();
            wrong.extend(found.map(|(not, instead)| format!("{name}:{}: `{not}`: say {instead}", at + 1)));
        }
    }
    assert!(wrong.is_empty(), "{} words:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn words_are_found_in_prose_and_in_names() {
    let found = |text: &str, is_identifier: bool| wrong_words("src/a.rs", text, is_identifier).len();
    assert_eq!(found("the House's room, a_door, KnockKnock", false), 4);
    assert_eq!(found("the newsroom; warehouse, doorway, letters and a newsletter lead to it", false), 0);
    assert_eq!((found("Letter", true), found("Letter", false), found("dead_letter", true)), (1, 0, 1));
}
