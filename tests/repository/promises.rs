//! Promises: every test that docs/security.md names exists, and every part of it names one.

use crate::source::{production_tokens, read, root, tokens};

/// The file and function of each test named in a text.
fn named(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter_map(|name| name.split_once("::")).filter(|(file, _)| file.ends_with(".rs")).collect()
}

#[test]
fn every_test_that_holds_a_promise_exists() {
    let page = read(&root().join("docs/security.md"));
    let mut wrong = Vec::new();
    for (file, test) in named(&page) {
        let path = root().join(file);
        let source = if path.is_file() { read(&path) } else { String::new() };
        let is_defined = tokens(&source).windows(2).any(|pair| pair[0].is("fn") && pair[1].is(test));
        let is_test =
            !production_tokens(&source).windows(2).any(|pair| pair[0].is("fn") && pair[1].is(test)) || file.contains("tests/");
        if !is_defined || !is_test {
            wrong.push(format!("{file}::{test}"));
        }
    }
    assert!(wrong.is_empty(), "docs/security.md names tests that do not exist:\n{}", wrong.join("\n"));
}

#[test]
fn every_promise_is_held_by_a_test() {
    let page = read(&root().join("docs/security.md"));
    let promises = page.split_once("\n## Promises\n").map_or("", |(_, promises)| promises);
    let parts: Vec<&str> = promises.split("\n### ").skip(1).collect();
    assert!(parts.len() >= 5, "{} parts", parts.len());
    for part in parts {
        assert!(!named(part).is_empty(), "no test is named for: {}", part.lines().next().unwrap_or_default());
    }
}
