//! What holds for every command: `--json` prints JSON, `--quiet` nothing but data and errors, `--verbose` log lines. The commands are read from the
//! help, so that a new one cannot be forgotten.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use crate::copy::copy;
use crate::site_rules;
use crate::support::{Corpus, PAGE};

/// What a command prints to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prints {
    /// What it is asked for, with `--quiet` too.
    Data,
    /// A message about what it did; with `--quiet` nothing.
    Message,
}

use Prints::{Data, Message};

/// A command line for each command that does something, by the words after `gleaner`; `PAGE`, `FEED` and `ID` stand for what the corpus has.
const RUNS: &[(&str, &[&str], Prints)] = &[
    ("clean", &["--all"], Message),
    ("ingest", &["extra.html"], Message),
    ("run", &["--now"], Message),
    ("queue list", &[], Data),
    ("queue show", &["1"], Data),
    ("queue retry", &["--state", "dead"], Message),
    ("queue drop", &["--state", "dead"], Message),
    ("sources list", &[], Data),
    ("sources import", &["reader.opml"], Message),
    ("sources export", &[], Data),
    ("schedule", &[], Data),
    ("extract", &["raw/ferry.html"], Data),
    ("explain", &["raw/ferry.html"], Data),
    ("rules list", &["--category", "newsletter"], Data),
    ("rules show", &["newsletter.sign-up"], Data),
    ("rules check", &[], Message),
    ("rules suggest", &["herald.example"], Data),
    ("rules test", &["herald.example", "--rules", "herald.txt"], Data),
    ("verify", &[], Message),
    ("reindex", &[], Message),
    ("status", &[], Data),
    ("health", &[], Data),
    ("search", &["ferry"], Data),
    ("list", &[], Data),
    ("is-article", &["raw/ferry.html"], Data),
    ("doctor", &[], Data),
    ("show", &["ID"], Data),
    ("history", &["ID"], Data),
    ("diff", &["ID"], Data),
    ("related", &["ID"], Data),
    ("export", &["--jsonl", "out.jsonl"], Message),
    ("correct", &["ID"], Data),
    ("rollback", &[], Data),
    ("forget", &["ID"], Message),
    ("prune", &["--logs"], Message),
    ("init", &["new"], Message),
    ("completions", &["bash"], Data),
    ("man", &[], Data),
];

/// Commands that run until they are asked to stop, with their own tests.
const ENDLESS: &[&str] = &["serve"];

/// The commands that do something, as the help lists them: `queue list`, but not `queue`.
fn leaves(corpus: &Corpus, command: &str) -> Vec<String> {
    let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    let help = String::from_utf8(corpus.run(&args).stdout).unwrap();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let subs: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    if subs.is_empty() {
        return vec![command.to_owned()];
    }
    subs.iter().flat_map(|sub| leaves(corpus, format!("{command} {sub}").trim_start())).collect()
}

/// A feed with one entry whose page is gone.
fn serve_feed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let entry = format!("<item><title>A story</title><link>http://{address}/gone</link></item>");
    let feed = format!("<rss version=\"2.0\"><channel><title>A feed</title>{entry}</channel></rss>");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), mut request) = (stream, [0; 4096]) else { continue };
            let read = stream.read(&mut request).unwrap_or(0);
            let (status, body) = match request[..read].starts_with(b"GET /feed ") {
                true => ("200 OK", feed.as_str()),
                false => ("404 Not Found", "gone"),
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/rss+xml\r\ncontent-length: {length}\r\n");
            let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    format!("http://{address}/feed")
}

/// A corpus with a page that is cleaned, a source, and a URL in the queue.
fn corpus() -> Corpus {
    let corpus = Corpus::with_page();
    let source = format!("[[source]]\nkind = \"feed\"\nname = \"A feed\"\nurl = \"{}\"\n", serve_feed());
    corpus.write("config.toml", format!("[fetch]\nallow_private = true\ndelay_s = 0\n{source}"));
    for number in 0..5 {
        corpus.write(&format!("raw/herald.example/{number}.html"), site_rules::page(number));
    }
    corpus.write("herald.txt", "body: //div[@class='story-text']\n");
    corpus.write("extra.html", PAGE.replace("sixty cars", "seventy cars"));
    let outline = "<outline type=\"rss\" text=\"Other\" xmlUrl=\"https://other.example/feed\"/>";
    corpus.write("reader.opml", format!("<opml version=\"2.0\"><body>{outline}</body></opml>"));
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    corpus.run(&["run", "--quiet"]);
    corpus
}

/// What a command printed, with the path of the corpus as `[root]`.
struct Printed {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

/// Runs a command in a copy of the corpus.
fn run(template: &Corpus, command: &str, args: &[&str], options: &[&str]) -> Printed {
    let corpus = Corpus::new();
    copy(template.root(), corpus.root());
    // `history` prints when a text was written.
    for name in corpus.files("clean") {
        let written = fs::metadata(template.path("clean").join(&name)).unwrap().modified().unwrap();
        let file = fs::File::options().append(true).open(corpus.path("clean").join(&name)).unwrap();
        file.set_modified(written).unwrap();
    }
    let text = corpus.files("clean").into_iter().find(|name| name.ends_with(".txt")).unwrap();
    let id = text.trim_end_matches(".txt").rsplit('_').next().unwrap().to_owned();
    let args = args.iter().map(|arg| if *arg == "ID" { id.as_str() } else { arg });
    let words: Vec<&str> = command.split_whitespace().chain(args).chain(options.iter().copied()).collect();
    let output = corpus.run(&words);
    // `run` and others report that the entry of the feed is gone.
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", corpus.transcript_of(&words, &output));
    let root = corpus.root().canonicalize().unwrap().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&root, "[root]");
    Printed { stdout: text(&output.stdout), stderr: text(&output.stderr), code: output.status.code() }
}

/// One value, or one in each line.
fn is_json(text: &str) -> bool {
    let is_value = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    is_value(text) || (!text.is_empty() && text.lines().all(is_value))
}

/// What is printed, without the lines of `doctor` that change from one second to the next.
fn steady(text: &str) -> String {
    let changes = |line: &&str| {
        ["ok       clock: ", "ok       disk space: ", "ok       inodes: "].iter().any(|start| line.starts_with(start))
    };
    text.lines().filter(|line| !changes(line)).map(|line| format!("{line}\n")).collect()
}

/// Commands whose keys are described elsewhere: sidecars and batch lines, and rules.
const DESCRIBED_ELSEWHERE: &[&str] = &["show", "extract", "rules list", "rules show"];

/// The keys of the first object that are not in the section on JSON of docs/commands.md.
fn undocumented_keys(text: &str) -> Vec<String> {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap();
    let section = docs.split("\n## JSON\n").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let value = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().next().unwrap().unwrap();
    let object = if let Some(list) = value.as_array() { list.first().cloned().unwrap_or_default() } else { value };
    let keys = object.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    keys.into_iter().filter(|key| !section.contains(&format!("`{key}`"))).collect()
}

#[test]
fn every_command_prints_json_and_is_quiet_or_verbose_when_asked() {
    let template = corpus();
    let mut listed = leaves(&template, "");
    listed.retain(|command| !ENDLESS.contains(&command.as_str()));
    let mut known: Vec<&str> = RUNS.iter().map(|(command, ..)| *command).collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known, "RUNS in this file has a line for every command");

    for (command, args, prints) in RUNS {
        for options in [&["--json"][..], &["--json", "-q"]] {
            let json = run(&template, command, args, options).stdout;
            assert!(is_json(&json), "{command} {options:?}: {json}");
            let missing = if DESCRIBED_ELSEWHERE.contains(command) { Vec::new() } else { undocumented_keys(&json) };
            assert!(missing.is_empty(), "docs/commands.md does not describe {missing:?} of {command}");
        }
        let (plain, quiet) = (run(&template, command, args, &[]), run(&template, command, args, &["-q"]));
        assert!(!plain.stdout.is_empty(), "{command} prints nothing");
        let expected = if *prints == Data { plain.stdout.as_str() } else { "" };
        assert_eq!(steady(&quiet.stdout), steady(expected), "{command} -q");
        assert!(quiet.code == Some(3) || quiet.stderr.is_empty(), "{command} -q: {}", quiet.stderr);
        let verbose = run(&template, command, args, &["-v"]).stderr;
        assert!(verbose.lines().any(|line| line.trim_start().starts_with("INFO ")), "{command} -v: {verbose}");
    }
}

#[test]
fn verbose_names_each_outcome_and_quiet_hides_nothing_that_failed() {
    let corpus = Corpus::with_page();
    corpus.write("raw/odd.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let verbose = String::from_utf8(corpus.run(&["clean", "-v"]).stderr).unwrap();
    assert!(verbose.contains("INFO new: ") && verbose.contains("ferry.html") && verbose.contains("INFO refused: "), "{verbose}");
    let failed = corpus.run(&["extract", "nowhere.html", "-q"]);
    assert!(failed.status.code() == Some(1) && String::from_utf8_lossy(&failed.stderr).contains("nowhere.html"));
}

#[test]
fn help_is_a_command_too() {
    let corpus = Corpus::new();
    for command in ["clean", "queue list", "rules check"] {
        let words: Vec<&str> = command.split_whitespace().collect();
        let long = corpus.run(&[&words[..], &["--help"]].concat());
        let help = corpus.run(&[&["help"], &words[..]].concat());
        assert_eq!(String::from_utf8_lossy(&help.stdout), String::from_utf8_lossy(&long.stdout));
        assert!(String::from_utf8_lossy(&help.stdout).contains("\nExamples:\n  gleaner "), "{command}");
    }
}
