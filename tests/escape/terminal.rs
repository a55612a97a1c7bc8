//! No command prints a raw control character or bidirectional override, wherever it comes from; JSON has them escaped.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output};

use gleaner_extract::base::printable::is_unprintable;

use crate::corpus::{Corpus, SETTINGS};
use crate::hostile::{EVIL, FORGED, dump, feed, mail, page, rules, toml_string, warc};
use crate::server::Server;

/// The colours that the program uses.
const COLOURS: &[&str] = &["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m"];

/// Both outputs, checked: UTF-8, nothing that steers the terminal, no line that a name forged.
fn checked(what: &str, output: &Output) -> (String, String) {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let plain = COLOURS.iter().fold(text.clone(), |text, colour| text.replace(colour, ""));
        let at = plain.find(is_unprintable);
        let around = at.map(|at| plain[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect::<String>());
        assert_eq!(at, None, "{what}: {:?} after {around:?}", at.and_then(|at| plain[at..].chars().next()));
        assert!(!plain.lines().any(|line| line.starts_with("gleaner: FORGED")), "{what}: {plain}");
        text
    });
    assert!(!stderr.contains("panicked") && !stderr.contains("internal error"), "{what}: {stderr}");
    (stdout, stderr)
}

fn run(corpus: &Corpus, args: &[&str]) -> (String, String) {
    checked(&args.join(" "), &corpus.run(args))
}

/// The same with an argument that need not be Unicode.
fn run_with(corpus: &Corpus, args: &[&str], last: &OsStr) -> (String, String) {
    let mut command: Command = corpus.command(args);
    checked(&format!("{args:?} {last:?}"), &command.arg(last).output().unwrap())
}

/// A name as hostile as a file system allows, `/` and NUL apart.
fn name(end: &str) -> String {
    format!("x{EVIL}{FORGED}{end}")
}

fn hostile_corpus(server: &Server) -> Corpus {
    let corpus = Corpus::new();
    let urls = ["/story", "/away", "/denied\u{1b}", "/none", "/feed-only"].map(|path| server.url(path));
    server.put_html("/story", &page("ferry"));
    server.put("/away", "302 Found", format!("Location: /none{EVIL}?x\u{1b}[35m\r\n").replace("\r[", "[").as_bytes(), b"");
    server.put(
        "/robots.txt",
        "200 OK",
        b"Content-Type: text/plain\r\n",
        "User-agent: *\nDisallow: /denied\u{1b}[35m\u{9b}\nDisallow: /denied\n".as_bytes(),
    );
    let fields = "Content-Type: text/html; charset=utf-8\r\nTdm-Policy: p\u{9b}2J\r\nX-Robots-Tag: noai\r\nContent-Language: en\u{202e}\r\n";
    server.put("/feed-only", "200 OK", fields.as_bytes(), page("second ferry").as_bytes());
    server.put("/feed", "200 OK", b"Content-Type: application/rss+xml\r\n", feed(&urls).as_bytes());
    server.put("/image", "200 OK", "Content-Type: image/png\u{9b}2J\u{202e}\r\n".as_bytes(), b"x");
    let evil = toml_string(&name(""));
    let table = |kind: &str, key: &str, value: String| {
        format!(
            "[[source]]\nkind = \"{kind}\"\nname = {}\ntags = [{evil}]\n{key} = {value}\n",
            toml_string(&format!("{kind}{EVIL}{FORGED}"))
        )
    };
    let sources = [
        table("feed", "url", toml_string(&server.url("/feed"))),
        table("page", "url", toml_string(&server.url("/nowhere"))),
        table("urls", "urls", format!("[{}, {}, {evil}]", toml_string(&server.url("/image")), toml_string(&server.url("/gone")))),
        table("list", "file", toml_string(&name(".list"))),
        table("csv", "file", toml_string(&name(".csv"))),
        table("opml", "file", toml_string(&name(".opml"))),
    ];
    corpus.write("config.toml", format!("rules_dir = \"rules\"\n{SETTINGS}{}", sources.concat()));
    corpus.write("rules/advertising.toml", rules());
    for (end, content) in
        [(".html", page("boat").into_bytes()), (".txt", dump("Holm").into_bytes()), (".eml", mail().into_bytes())]
    {
        corpus.write(&format!("raw/{}", name(end)), content);
    }
    corpus.write(&format!("raw/{}", name(".warc")), warc());
    corpus.write(&format!("raw/{}", name("bad.html")), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    corpus.write(&name(".list"), format!("{}\n{EVIL}://x\n{EVIL}\n", server.url("/none")));
    corpus.write(&name(".csv"), format!("{EVIL},b\n1,2\n"));
    corpus.write(&name(".opml"), format!("<opml{EVIL}"));
    corpus
}

fn ids(corpus: &Corpus) -> Vec<String> {
    let (stdout, _) = run(corpus, &["export", "--jsonl", "-"]);
    stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn nothing_in_a_corpus_steers_the_terminal() {
    let server = Server::start();
    let corpus = hostile_corpus(&server);
    for args in [
        &["clean", "-v", "-v"][..],
        &["run", "-v", "-v"],
        &["run", "--now", "--json"],
        &["ingest", &server.url("/story"), &server.url("/none?\u{1b}"), &server.url("/image"), "-v"],
        &["clean", "--all", "--diff", "--color", "always"],
        &["status"],
        &["status", "--json"],
        &["sources", "list"],
        &["sources", "export"],
        &["queue", "list", "--state", "waiting", "--state", "retry", "--state", "dead", "--state", "done"],
        &["queue", "list", "--json"],
        &["queue", "show", "1"],
        &["queue", "show", "1", "--json"],
        &["queue", "show", "2"],
        &["rules", "list"],
        &["rules", "list", "--json"],
        &["rules", "show", "advertising.evil", "--color", "always"],
        &["rules", "show", "advertising.evil", "--json"],
        &["rules", "check", "--json"],
        &["schedule", "--every", "1h"],
        &["schedule", "--every", "1h", "--systemd"],
        &["verify"],
        &["verify", "--json"],
        &["reindex"],
        &["queue", "retry", "--state", "dead"],
        &["queue", "drop", "--state", "retry"],
    ] {
        run(&corpus, args);
    }
    let ids = ids(&corpus);
    assert!(ids.len() >= 5, "{ids:?} {:?}", run(&corpus, &["clean"]));
    for id in ids.iter().take(4) {
        for args in [&["show", id][..], &["show", id, "--json"], &["explain", id, "--color", "always"]] {
            run(&corpus, args);
        }
        run(&corpus, &["explain", id, "--metadata"]);
        run(&corpus, &["explain", id, "--json"]);
    }
    // Versions and diffs: the page changes.
    server.put_html("/story", &page("other ferry").replace("sixty", "seventy"));
    run(&corpus, &["ingest", &server.url("/story")]);
    corpus.write(&format!("raw/{}", name(".txt")), dump("Vik"));
    let (stdout, _) = run(&corpus, &["clean", "--diff", "--color", "always"]);
    assert!(stdout.contains("Vik"), "{stdout}");
    let stored = corpus.files().into_iter().filter(|(path, _)| path.starts_with(corpus.path("clean")));
    for (path, content) in stored.filter(|(path, _)| path.extension().is_some_and(|end| end == "txt")) {
        let text = String::from_utf8(content).unwrap();
        assert!(!text.contains(is_unprintable), "{}: {text:?}", path.display());
    }
}

#[test]
fn nothing_in_a_file_or_its_name_steers_the_terminal() {
    let (server, corpus) = (Server::start(), Corpus::new());
    corpus.write("config.toml", format!("rules_dir = \"rules\"\n{SETTINGS}"));
    corpus.write("rules/advertising.toml", rules());
    for (end, content) in
        [(".html", page("boat").into_bytes()), (".txt", dump("Holm").into_bytes()), (".eml", mail().into_bytes())]
    {
        corpus.write(&name(end), content);
        for format in ["text", "markdown", "html", "json"] {
            let (stdout, stderr) = run(&corpus, &["extract", "--explain", "--format", format, &name(end)]);
            assert!(stdout.contains("two hundred kilos") || stdout.contains("sixty cars"), "{end}: {stdout}{stderr}");
        }
        run(&corpus, &["explain", &name(end), "--color", "always"]);
        run(&corpus, &["explain", &name(end), "--metadata", "--color", "always"]);
        run(&corpus, &["explain", &name(end), "--json"]);
        run(&corpus, &["rules", "check", "--on", &name(end), "--color", "always"]);
        run(&corpus, &["rules", "check", "--on", &name(end), "--json", "--mine"]);
        run(&corpus, &["clean", "--dry-run", "--diff", &name(end)]);
        run(&corpus, &["ingest", &name(end)]);
    }
    let manifest = serde_json::json!({ "id": EVIL, "url": null, "file": name(".html") }).to_string();
    let missing = serde_json::json!({ "id": {EVIL: [EVIL]}, "url": EVIL, "file": name("missing") }).to_string();
    corpus.write("manifest.jsonl", format!("{manifest}\n{missing}\n{EVIL}\n"));
    let (stdout, _) = run(&corpus, &["extract", "--batch", "manifest.jsonl", "--explain"]);
    let first: serde_json::Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["id"], EVIL, "escaped, and the same when read");
    run(&corpus, &["extract", "--batch", &name("missing")]);
    let opml = format!(
        "<opml><body><outline text=\"a\u{202e}\u{9b}\" xmlUrl=\"{}\" category=\"\u{202e}\"/></body></opml>",
        server.url("/feed")
    );
    corpus.write(&name(".opml"), opml);
    run(&corpus, &["sources", "import", "--dry-run", &name(".opml")]);
    run(&corpus, &["sources", "import", &name(".opml")]);
    run(&corpus, &["sources", "list"]);
    run(&corpus, &["init", &name("corpus")]);
    run(&corpus, &["export", "--jsonl", &name(".jsonl")]);
    run(&corpus, &["clean", "-o", &name("out"), &name(".html")]);
}

#[test]
fn nothing_in_an_argument_or_a_mistake_steers_the_terminal() {
    let (server, corpus) = (Server::start(), Corpus::new());
    for args in [
        &["clean"][..],
        &["explain"],
        &["show"],
        &["extract"],
        &["extract", "--url"],
        &["ingest"],
        &["ingest", "--list"],
        &["run", "--only"],
        &["rules", "show"],
        &["rules", "check", "--on"],
        &["rules", "check", "--dir"],
        &["queue", "show"],
        &["sources", "import"],
        &["schedule", "--every"],
        &["export", "--jsonl"],
        &["--root"],
        &["--config"],
        &["status", "--config"],
        &["status", "--root"],
        &["--color"],
        &["completions"],
        &[],
    ] {
        for last in [name(""), format!("https://a b{EVIL}{FORGED}"), format!("{EVIL}{FORGED}"), server.url(&format!("/{EVIL}"))] {
            run_with(&corpus, args, OsStr::new(&last));
        }
        run_with(&corpus, args, OsStr::from_bytes(b"x\xff\x1b[35m\x9b2J\n"));
    }
    let evil = toml_string(&name(""));
    for settings in [
        format!("{evil} = 1\n"),
        format!("raw = [{evil}]\n"),
        format!("[fetch]\ncontact = {evil}\n"),
        format!("jobs = \"{}\"\n", EVIL.replace(['\r', '\u{8}'], "")),
        format!("rules_dir = {evil}\n"),
        format!("[[source]]\nkind = {evil}\nname = \"a\"\n"),
        format!("[[source]]\nkind = \"feed\"\nname = {evil}\nurl = {evil}\n"),
        format!("[[session]]\nsite = {evil}\n"),
        format!("[[session]]\nsite = \"a.example\"\ncookies = {evil}\n"),
        format!("\u{1b}[35m\u{9b}2J{FORGED}"),
    ] {
        corpus.write("config.toml", &settings);
        for args in [&["status"][..], &["run"], &["rules", "check"], &["sources", "list"], &["ingest", &server.url("/x")]] {
            run(&corpus, args);
        }
    }
    corpus.write("config.toml", format!("rules_dir = \"rules\"\n{SETTINGS}"));
    for rule in [
        format!("[[rule]]\nid = {evil}\nwhy = \"x\"\nstrength = \"sure\"\n"),
        format!("[[rule]]\nid = \"a\"\nwhy = \"x\"\nstrength = {evil}\n"),
        format!("[[rule]]\nid = \"a\"\nwhy = \"x\"\nstrength = \"sure\"\npatterns = [{evil}, \"(\"]\n"),
        format!("{evil} = 1"),
        EVIL.to_owned(),
    ] {
        corpus.write("rules/advertising.toml", &rule);
        run(&corpus, &["rules", "check"]);
        run(&corpus, &["clean"]);
    }
}
