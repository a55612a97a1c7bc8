//! Names that are not UTF-8, in every command: stored and shown without loss, and found again by what is shown.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::support::{Corpus, PAGE};

/// `café.html` in Latin-1, and the same as gleaner writes it.
const NAME: &[u8] = b"caf\xe9.html";
const TEXT: &str = r"caf\xe9.html";

fn named(bytes: &[u8]) -> PathBuf {
    OsStr::from_bytes(bytes).into()
}

fn corpus_with_such_names() -> Corpus {
    let corpus = Corpus::new();
    let folder = corpus.path("raw").join(named(b"d\xff"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(named(NAME)), PAGE).unwrap();
    // Not an escape but its letters, and a backslash: names that an escaped one must not be taken for.
    fs::write(folder.join(TEXT), PAGE.replace("sixty", "seventy")).unwrap();
    // What a browser saved with a page.
    fs::write(corpus.path("raw").join(named(b"p\xe9.html")), PAGE.replace("sixty", "eighty")).unwrap();
    fs::create_dir(corpus.path("raw").join(named(b"p\xe9_files"))).unwrap();
    fs::write(corpus.path("raw").join(named(b"p\xe9_files/frame.html")), PAGE.replace("sixty", "ninety")).unwrap();
    corpus
}

/// What a command prints. Fails unless it succeeds.
fn output(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&stderr));
    text
}

#[test]
fn such_names_are_cleaned_stored_and_found_again() {
    let corpus = corpus_with_such_names();
    assert!(output(&mut corpus.command(&["clean"])).contains("3 new"));
    assert!(output(&mut corpus.command(&["clean"])).contains("3 unchanged"));
    let journal = corpus.files("log").pop().unwrap();
    let journal = fs::read_to_string(corpus.path("log").join(journal)).unwrap();
    // JSON doubles each backslash again.
    for source in [r#""./raw/d\\xff/caf\\xe9.html""#, r#""./raw/d\\xff/caf\\\\xe9.html""#, r#""./raw/p\\xe9.html""#] {
        assert!(journal.contains(source), "{source}: {journal}");
    }
    let stored: Vec<String> = corpus.files("clean").into_iter().filter(|name| name.ends_with(".json")).collect();
    let sidecars: String = stored.iter().map(|name| fs::read_to_string(corpus.path("clean").join(name)).unwrap()).collect();
    assert!(sidecars.contains(r#""source": "raw/d\\xff/caf\\xe9.html""#), "{sidecars}");

    let path = named(b"raw/d\xff").join(named(NAME));
    let by_name = |command: &str| output(corpus.command(&[command]).arg(&path));
    assert!(by_name("show").contains("sixty cars"));
    assert!(by_name("explain").starts_with(r"raw/d\xff/caf\xe9.html"), "{}", by_name("explain"));
    assert!(by_name("extract").contains("sixty cars"));
    assert!(by_name("ingest").contains("1 unchanged"));
    assert!(by_name("clean").contains("1 unchanged"));
    // By the name that was shown.
    for command in ["show", "explain", "extract"] {
        assert!(output(&mut corpus.command(&[command, r"raw/d\xff/caf\xe9.html"])).contains("sixty cars"), "{command}");
    }
    assert!(output(&mut corpus.command(&["ingest", r"raw/d\xff/caf\xe9.html"])).contains("1 unchanged"));
    let literal = named(b"raw/d\xff").join(TEXT);
    assert!(output(corpus.command(&["show"]).arg(literal)).contains("seventy cars"));

    assert!(output(&mut corpus.command(&["reindex"])).contains("3 documents"));
    assert!(output(&mut corpus.command(&["verify"])).contains("intact"));
    assert_eq!(output(&mut corpus.command(&["export", "--jsonl", "-"])).lines().count(), 3);
    fs::remove_file(corpus.path("raw").join(named(b"p\xe9.html"))).unwrap();
    let findings: serde_json::Value = serde_json::from_str(&output(&mut corpus.command(&["verify", "--json"]))).unwrap();
    assert_eq!(findings[0]["path"], r"./raw/p\xe9.html");
    assert!(output(&mut corpus.command(&["forget", r"raw/p\xe9.html"])).contains("1 forgotten"));
}

#[test]
fn pages_of_an_archive_with_such_a_name_are_found_by_what_is_shown() {
    let corpus = Corpus::new();
    let archive = corpus.path("raw").join(named(b"m\xe9.har"));
    let page = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
        "startedDateTime": "2024-02-03T08:15:00Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": {"method": "GET", "url": "https://x.example/ferry", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
            "queryString": [], "headersSize": -1, "bodySize": -1},
        "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "", "headersSize": -1,
            "bodySize": -1, "headers": [{"name": "content-type", "value": "text/html"}],
            "content": {"size": PAGE.len(), "mimeType": "text/html", "text": PAGE}},
    }]}});
    fs::write(archive, page.to_string()).unwrap();
    assert!(output(&mut corpus.command(&["clean"])).contains("1 new"));
    let json: serde_json::Value =
        serde_json::from_str(&output(&mut corpus.command(&["show", "https://x.example/ferry", "--json"]))).unwrap();
    let path = json["raw"]["path"].as_str().unwrap();
    assert!(path.starts_with(r"raw/m\xe9.har#"), "{path}");
    assert!(output(&mut corpus.command(&["explain", path])).contains("sixty cars"));
    let (_, place) = path.split_once('#').unwrap();
    let by_bytes = named(&[b"raw/m\xe9.har#", place.as_bytes()].concat());
    assert!(output(corpus.command(&["explain"]).arg(by_bytes)).contains("sixty cars"));
    assert!(output(&mut corpus.command(&["verify"])).contains("intact"));
}

#[test]
fn such_names_are_read_from_lists_and_manifests() {
    let corpus = corpus_with_such_names();
    corpus.write("list", [b"raw/d\xff/", NAME, b"\r\n# ", NAME, b"\n"].concat());
    assert!(output(&mut corpus.command(&["ingest", "--list", "list"])).contains("1 new"));
    corpus.write("list", r"raw/d\xff/caf\xe9.html");
    assert!(output(&mut corpus.command(&["ingest", "--list", "list"])).contains("1 unchanged"));
    corpus.write("manifest", "{\"file\": \"raw/d\\\\xff/caf\\\\xe9.html\"}\n{\"file\": \"raw/d\\\\xff/none\\\\xe9\"}\n");
    let lines = output(&mut corpus.command(&["extract", "--batch", "manifest"]));
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[0].contains("sixty cars") && lines[1].contains("No such file"), "{lines:?}");
}

#[test]
fn errors_name_such_files_without_loss() {
    let corpus = Corpus::new();
    fs::write(corpus.path("raw").join(named(b"bad\xe9.gz")), b"\x1f\x8b\x08broken").unwrap();
    let text = corpus.transcript(&["clean"]);
    assert!(text.contains(r"failed to decompress ./raw/bad\xe9.gz (gzip)"), "{text}");
    let json: serde_json::Value = serde_json::from_slice(&corpus.run(&["clean", "--json"]).stdout).unwrap();
    assert_eq!(json["failures"][0]["source"], r"./raw/bad\xe9.gz");
}

#[test]
fn a_corpus_may_be_in_a_folder_with_such_a_name() {
    let corpus = Corpus::new();
    let root = corpus.path("raw").join(named(b"r\xe9"));
    let run = |args: &[&str]| output(corpus.command(args).arg("--root").arg(&root));
    assert!(output(corpus.command(&["init"]).arg(&root)).contains(r"r\xe9/config.toml"));
    fs::write(root.join("raw/ferry.html"), PAGE).unwrap();
    assert!(run(&["clean"]).contains("1 new"));
    assert!(run(&["verify"]).contains("intact"));
    assert!(run(&["status"]).contains("1 document,"));
    assert!(output(corpus.command(&["clean"]).current_dir(root.join("raw"))).contains("1 unchanged"));
}
