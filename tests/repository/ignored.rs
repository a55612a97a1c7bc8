//! Ignored tests: each says why in one of a few words, and its name says it too, so that `.ci/run` and `just slow` can pick them. A test without
//! what it needs fails; none passes because something is missing.

use crate::source::{TokenKind, files, read, shown, tokens};

/// The reason of an `#[ignore]`, and what the test's name begins with or the file that it is in.
const REASONS: &[(&str, &str)] = &[
    ("needs the shared data", "shared_"),
    ("needs the public rules", "ftr_"),
    ("needs chromium", "tests/fetch/browser.rs"),
    ("needs chromium", "tests/serve/browser.rs"),
    ("needs cron", "crontab_"),
    ("needs systemd", "systemd_"),
    ("needs the right to mount", "mounted_"),
    ("needs a C compiler", "cc_"),
    ("needs Python packages", "python_"),
    ("needs pandoc", "pandoc_"),
    ("needs epubcheck", "epubcheck_"),
    ("slow", "slow_"),
    ("an hour", "soak_"),
    ("until all areas are rewritten", "metaphors_"),
];

#[test]
fn ignored_tests_are_named_for_what_they_need() {
    let mut wrong = Vec::new();
    for file in
        ["src", "extract/src", "extract/tests", "relate/src", "warc/src", "tests", "train", "benches", "python/src", "wasm/src"]
            .iter()
            .flat_map(|folder| files(folder, "rs"))
    {
        let (source, path) = (read(&file), shown(&file));
        let code: Vec<_> = tokens(&source).into_iter().filter(|token| token.kind != TokenKind::Comment).collect();
        for (at, token) in code.iter().enumerate() {
            if token.is("ignore") && code[at - 1].is("[") {
                let name = code[at..].windows(2).find(|pair| pair[0].is("fn")).map_or("", |pair| pair[1].text);
                let reason = code[at + 2].text.trim_matches('"');
                let fits = |(known, mark): &(&str, &str)| reason == *known && (name.starts_with(mark) || path == *mark);
                wrong.extend((!REASONS.iter().any(fits)).then(|| format!("{path}:{}: {name}: {reason}", token.line)));
            } else if token.kind == TokenKind::Literal && token.text.starts_with("\"skipped: ") {
                wrong.push(format!("{path}:{}: passes without a check", token.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
