//! In a pipe: standard input and output, closed pipes, batches with bad pages.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::support::{Corpus, PAGE};

fn extract(corpus: &Corpus, args: &[&str], input: &[u8]) -> std::process::Output {
    let all: Vec<&str> = ["extract"].iter().chain(args).copied().collect();
    let mut child = corpus.command(&all).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_page_is_read_from_standard_input() {
    let corpus = Corpus::new();
    let text = String::from_utf8(extract(&corpus, &[], PAGE.as_bytes()).stdout).unwrap();
    assert!(text.starts_with("The ferry between") && text.ends_with("next year.\n"), "{text}");
    let markdown = String::from_utf8(extract(&corpus, &["--format", "markdown"], PAGE.as_bytes()).stdout).unwrap();
    assert!(markdown.starts_with("# Ferry to Holm runs again after storm\n"), "{markdown}");
    let html = String::from_utf8(extract(&corpus, &["--format", "html"], PAGE.as_bytes()).stdout).unwrap();
    assert!(html.contains("<p>About sixty cars"), "{html}");
    let json = extract(&corpus, &["--format", "json", "--explain", "--url", "https://holm.example/a"], PAGE.as_bytes());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["error"], json["url"].as_str()), (&serde_json::Value::Null, Some("https://holm.example/a")));
    assert!(json["removals"].as_array().unwrap().len() > 3, "{json}");
    assert_eq!(corpus.files("."), Vec::<String>::new(), "extract leaves nothing behind");
}

#[test]
fn what_is_no_whole_story_is_said_on_standard_error() {
    const CHECK: &str = "<!doctype html><title>Just a moment...</title><h1>holm.example</h1>\
        <p>Checking if the site connection is secure</p><p>Enable JavaScript and cookies to continue</p>";
    const CONSENT: &str = "<!doctype html><title>Before you continue</title><h1>We value your privacy</h1><p>We and our partners use cookies \
        and similar technologies to store and access information on your device.</p><button>Accept all</button>";
    let wall = "<div class=\"paywall\"><p>Subscribe now to continue reading this article.</p></div></article>";
    let preview = PAGE.split_once("<p>About").unwrap().0.to_owned() + wall;
    let corpus = Corpus::new();
    for (page, verdict, said) in [
        (CHECK, "blocked", "a block page or robot check, not a story ("),
        (CONSENT, "consent", "a consent wall, not a story ("),
        (preview.as_str(), "truncated", "only a part of the story ("),
        ("<!doctype html><title>Holm</title><div></div>", "empty", "a page without a story ("),
        (" \n", "empty", "a page without a story (it is empty)"),
    ] {
        let output = extract(&corpus, &[], page.as_bytes());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.lines().count()), (Some(3), 1), "{stderr}");
        assert!(stderr.starts_with(&format!("gleaner: <stdin> is {said}")), "{stderr}");
        let has_text = matches!(verdict, "blocked" | "truncated");
        assert_eq!(output.stdout.is_empty(), !has_text, "its text is written, if it has any");
        let output = extract(&corpus, &["--format", "json", "--url", "https://holm.example/a"], page.as_bytes());
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), json["completeness"].as_str()), (Some(3), Some(verdict)));
        assert!(json["error"].is_string() || json["url"] == "https://holm.example/a", "{json}");
        assert!(json.get("removals").is_none(), "only --explain lists them");
    }
}

#[test]
fn bad_pages_in_a_batch_are_lines_with_an_error() {
    let corpus = Corpus::new();
    corpus.write("pages/good.html", PAGE);
    corpus.write("pages/bad.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let mut manifest = String::new();
    for n in 0..1000 {
        let line = match n % 40 {
            0 => format!("{{\"id\": \"{n}\", \"url\": null, \"file\": \"pages/bad.html\"}}"),
            10 => format!("{{\"id\": \"{n}\", \"url\": null, \"file\": \"pages/none.html\"}}"),
            20 => "not json".to_owned(),
            30 => format!("{{\"id\": \"{n}\"}}"),
            _ => format!("{{\"id\": \"{n}\", \"url\": \"https://holm.example/{n}\", \"file\": \"pages/good.html\"}}"),
        };
        manifest += &format!("{line}\n");
    }
    corpus.write("manifest.jsonl", &manifest);
    let output = corpus.run(&["extract", "--batch", "manifest.jsonl", "--jobs", "2"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1000);
    let bad = lines.iter().filter(|line| !line["error"].is_null()).count();
    assert_eq!(bad, 100);
    for (n, line) in lines.iter().enumerate().filter(|(_, line)| line["error"].is_null()) {
        assert_eq!(line["id"], n.to_string(), "in the same order");
        assert!(line["text"].as_str().unwrap().contains("sixty cars"));
    }
}

#[test]
fn a_closed_pipe_exits_quietly() {
    let corpus = Corpus::new();
    corpus.write("page.html", PAGE);
    let line = "{\"id\": \"x\", \"url\": null, \"file\": \"page.html\"}\n";
    corpus.write("manifest.jsonl", line.repeat(400));
    for args in [&["extract", "--batch", "manifest.jsonl"][..], &["man"], &["completions", "zsh"], &["rules", "list"]] {
        let mut child = corpus.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = child.wait().unwrap();
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_list_is_read_from_standard_input() {
    let corpus = Corpus::new();
    corpus.write("a.html", PAGE);
    let mut child = corpus.command(&["ingest", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"# mine\n\na.html\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("\n1 input in ") && stdout.contains("1 new"), "{stdout}");
}
