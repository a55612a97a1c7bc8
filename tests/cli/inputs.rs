//! What `ingest` and `extract` are given: tables and archives on standard input, texts that are no list, files that are no page, places in files
//! that are no archive. Each says what is wrong and what to do.

use std::io::Write;
use std::process::{Output, Stdio};

use crate::support::{Corpus, PAGE};

fn run(corpus: &Corpus, args: &[&str], input: &[u8]) -> Output {
    let mut child = corpus.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that has seen enough stops reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A row with a page, whose key for the page has this name.
fn row(name: &str, url: &str) -> String {
    serde_json::json!({"url": url, name: PAGE}).to_string() + "\n"
}

#[test]
fn tables_and_archives_come_from_standard_input_and_their_pages_are_kept() {
    let corpus = Corpus::new();
    let rows = row("html", "https://holm.example/1") + "{\"url\": \"https://holm.example/2\"}\n";
    let output = run(&corpus, &["ingest", "-"], rows.as_bytes());
    assert!(stderr(&output).contains("<stdin>#"), "{output:?}");
    assert!(stderr(&output).contains("line 2: it has neither HTML nor text"), "{output:?}");
    assert!(
        corpus.files("raw").iter().any(|file| file.starts_with("holm/") && file.ends_with(".html.zst")),
        "{:?}",
        corpus.files("raw")
    );
    let mut header = tar::Header::new_gnu();
    header.set_size(PAGE.len() as u64);
    let mut archive = tar::Builder::new(Vec::new());
    archive.append_data(&mut header, "a.html", PAGE.as_bytes()).unwrap();
    let output =
        run(&corpus, &["ingest", "--json", "-"], &zstd::encode_all(archive.into_inner().unwrap().as_slice(), 1).unwrap());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"copies\": 1"), "the same text: {output:?}");
    assert_eq!(corpus.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn columns_are_named_on_the_command_line() {
    let corpus = Corpus::new();
    corpus.write("scrape.jsonl", row("quelltext", "https://holm.example/1"));
    let output = corpus.run(&["ingest", "scrape.jsonl"]);
    assert!(stderr(&output).contains("--text-field"), "the hint: {output:?}");
    let output = corpus.run(&["ingest", "scrape.jsonl", "--html-field", "quelltext"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = corpus.run(&["explain", "scrape.jsonl#0;html=quelltext"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("Ferry to Holm"), "{output:?}");
    assert_eq!(corpus.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn a_text_that_is_no_list_is_one_failure() {
    let corpus = Corpus::new();
    for (input, reason) in [
        (PAGE, "it is an HTML page (<stdin>)"),
        ("The ferry took sixty cars.\nNobody was hurt.\n", "none of its first lines is a URL or the path of a file"),
    ] {
        let message = stderr(&run(&corpus, &["ingest", "-"], input.as_bytes()));
        assert!(message.contains(reason), "{message}");
        assert!(message.contains("gleaner extract") && !message.contains("sixty cars"), "{message}");
        assert_eq!(message.matches("failed to").count(), 1, "{message}");
    }
    corpus.write("raw/a.html", PAGE);
    let long = format!("raw/a.html\n{}\nno such file\n", "long ".repeat(100));
    corpus.write("list.txt", &long);
    let message = stderr(&corpus.run(&["ingest", "--list", "list.txt"]));
    assert!(message.contains("read line 2 of list.txt: there is no file long long"), "{message}");
    assert!(message.contains("line 3 of list.txt: there is no file no such file"), "{message}");
    assert!(message.lines().all(|line| line.chars().count() < 200), "{message}");
}

#[test]
fn files_that_are_no_page_are_refused_with_what_would_take_them() {
    let corpus = Corpus::new();
    for (name, text, reason, hint) in [
        ("urls.txt", "https://a.example/1\nhttps://a.example/2\n", "a list of URLs", "gleaner ingest --list FILE"),
        (
            "a.py",
            "import os\n\n\ndef main():\n    x = os.sep\n    return x\n\nmain()\nprint(1)\n",
            "source code",
            "leave the file out",
        ),
        ("a.csv", "id,day,rain\n1,2,3\n2,3,4\n3,4,5\n", "a table", "--text-field NAME"),
        ("a.rtf", "{\\rtf1\\ansi A story.}", "RTF", "DOCX, HTML or plain text"),
        ("a.json", "{\n \"text\": 1\n}\n", "JSON data", "JSON Lines"),
    ] {
        corpus.write(name, text);
        for command in [&["extract", name][..], &["ingest", name]] {
            let message = stderr(&corpus.run(command));
            assert!(message.contains(reason) && message.contains(hint), "{command:?}: {message}");
        }
    }
    assert_eq!(corpus.files("clean"), Vec::<String>::new());
}

#[test]
fn a_place_in_a_file_that_is_no_archive_says_so() {
    let corpus = Corpus::with_page();
    let message = stderr(&corpus.run(&["explain", "raw/ferry.html#12"]));
    assert!(message.contains("raw/ferry.html#12") && message.contains("not an archive"), "{message}");
    assert!(message.contains("leave them out to read the whole file") && !message.contains("other pages"), "{message}");
}

/// The usual page with a link, an image and a comment.
fn page_with_extras() -> String {
    let added = "<p>More is in <a href=\"report.html\">the county's report</a>, which the council will discuss on the first day of March.</p>\n\
        <img src=\"ramp.jpg\" alt=\"The ramp\"><p>Until then the second boat stays in the harbour, the county said.</p></article>\n\
        <section class=\"comments-area\"><h2>1 comment</h2><ol class=\"comment-list\"><li class=\"comment\"><b class=\"fn\">Ann</b>\
        <div class=\"comment-content\"><p>About time that it sails again.</p></div></li></ol></section>";
    crate::support::PAGE.replace("</article>", added)
}

#[test]
fn links_images_and_comments_are_printed_if_they_are_asked_for() {
    let corpus = Corpus::new();
    corpus.write("ferry.html", page_with_extras());
    let run = |args: &[&str]| {
        let url = ["extract", "ferry.html", "--url", "https://courier.example/2024/ferry.html"];
        corpus.run(&[&url[..], args].concat())
    };
    let shown = |args: &[&str]| String::from_utf8(run(args).stdout).unwrap();
    let plain = shown(&["--format", "markdown"]);
    assert_eq!(shown(&["--format", "markdown", "--links"]), plain, "links are kept anyway");
    assert_eq!(shown(&["--format", "markdown", "--comments", "--no-comments"]), plain);
    assert!(!plain.contains("![") && !plain.contains("Comments"), "{plain}");
    let full = shown(&["--format", "markdown", "--images", "--comments"]);
    for part in ["\n\n![The ramp](https://courier.example/2024/ramp.jpg)\n\n", "\n\n## Comments\n\n> **Ann**\n>\n> About time"] {
        assert!(full.contains(part), "{part}: {full}");
    }
    let json: serde_json::Value = serde_json::from_str(&shown(&["--json", "--links", "--images", "--comments"])).unwrap();
    assert_eq!(json["links"][0]["url"], "https://courier.example/2024/report.html", "{json}");
    assert_eq!((&json["images"][0]["paragraph"], &json["comments"][0]["author"]), (&5.into(), &"Ann".into()));
    let text = shown(&["--links", "--images"]);
    assert_eq!(text, shown(&[]), "plain text has neither");
    let csv = run(&["--format", "csv", "--comments"]);
    assert_eq!((csv.status.code(), csv.stdout.is_empty()), (Some(2), true));
    assert!(String::from_utf8_lossy(&csv.stderr).contains("use `--format json`"), "{csv:?}");
}
