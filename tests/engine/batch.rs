//! `extract --batch`: one line out for each line in, whatever the line.

use std::fmt::Write;

use gleaner::commands::batch::{BatchOptions, BatchReport, Explain, batch};
use gleaner_extract::article::extras::Include;
use serde_json::Value;

use crate::shared;
use crate::support::{Corpus, page};

fn run(corpus: &Corpus, manifest: &str, explain: Explain, jobs: usize) -> (BatchReport, Vec<Value>) {
    run_with(corpus, manifest, BatchOptions { explain, ..BatchOptions::default() }, jobs)
}

fn run_with(corpus: &Corpus, manifest: &str, options: BatchOptions, jobs: usize) -> (BatchReport, Vec<Value>) {
    let mut out = Vec::new();
    let setup = corpus.setup().with_jobs(jobs);
    let folder = corpus.path("pages");
    let report = batch(&setup, &mut manifest.as_bytes(), &folder, options, &mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    (report, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_hundred_bad_inputs_in_a_thousand_give_a_hundred_errors_and_nine_hundred_results() {
    let corpus = Corpus::new();
    for number in 0..20 {
        corpus.write(&format!("pages/{number}.html"), page(number, &format!("Story {number}")));
    }
    corpus.write("pages/picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x02");
    corpus.write("pages/empty", "");
    let mut manifest = String::new();
    for number in 0..1000 {
        let line = match number % 50 {
            7 => r#"{"id": "m", "url": null, "file": "missing.html"}"#.to_owned(),
            17 => "{\"id\": ".to_owned(),
            27 => r#"{"id": "p", "file": "picture"}"#.to_owned(),
            37 => r#"{"id": "e", "file": "empty"}"#.to_owned(),
            47 => r#"{"id": "n"}"#.to_owned(),
            _ => format!(
                r#"{{"id": "{number}", "url": "https://www.example.com/{number}", "file": "{}.html", "more": 1}}"#,
                number % 20
            ),
        };
        writeln!(manifest, "{line}").unwrap();
    }
    let (report, lines) = run(&corpus, &manifest, Explain::No, 3);
    assert_eq!(report, BatchReport { lines: 1000, errors: 100 });
    for (number, line) in lines.iter().enumerate() {
        let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = [
            "id",
            "text",
            "title",
            "authors",
            "date",
            "modified",
            "language",
            "site",
            "completeness",
            "confidence",
            "ms",
            "error",
        ];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        if matches!(number % 50, 7 | 17 | 27 | 37 | 47) {
            assert!(line["error"].is_string() && line["text"] == "", "{line}");
        } else {
            assert_eq!((line["id"].as_str(), &line["error"]), (Some(number.to_string().as_str()), &Value::Null));
            assert!(line["text"].as_str().unwrap().starts_with("The council of district"), "{line}");
        }
    }
    assert_eq!((&lines[17]["id"], &lines[47]["id"]), (&Value::Null, &Value::from("n")));
    assert!(lines[17]["error"].as_str().unwrap().starts_with("read line 18 of the manifest"));

    let without_time = |lines: Vec<Value>| {
        lines
            .into_iter()
            .map(|mut line| {
                line["ms"] = Value::Null;
                line
            })
            .collect::<Vec<_>>()
    };
    let (_, again) = run(&corpus, &manifest, Explain::No, 1);
    assert_eq!(without_time(again), without_time(lines), "threads do not change a line");
}

#[test]
fn explained_lines_list_the_removals() {
    let corpus = Corpus::new();
    corpus.write("pages/a.html", page(1, "Story"));
    let (_, lines) = run(&corpus, "\n{\"id\": 7, \"file\": \"a.html\"}\n\n", Explain::Yes, 1);
    assert_eq!((lines.len(), &lines[0]["id"]), (1, &Value::from(7)));
    let removals = lines[0]["removals"].as_array().unwrap();
    assert!(removals.iter().any(|removal| removal["text"].as_str().unwrap().contains("All rights reserved")), "{removals:#?}");
    for key in ["block", "category", "rule", "score", "text", "why"] {
        assert!(removals.iter().all(|removal| !removal[key].is_null()), "{key}");
    }
}

#[test]
#[ignore = "needs the shared data"]
fn shared_files_are_extracted() {
    let seeds = shared::path("seeds");
    let mut names: Vec<String> =
        std::fs::read_dir(&seeds).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".txt"));
    names.sort();
    let manifest: String = names.iter().map(|name| format!("{{\"id\": \"{name}\", \"file\": \"{name}\"}}\n")).collect();
    let mut out = Vec::new();
    let options = BatchOptions { explain: Explain::Yes, ..BatchOptions::default() };
    let report = batch(&Corpus::new().setup(), &mut manifest.as_bytes(), &seeds, options, &mut out).unwrap();
    assert_eq!(report, BatchReport { lines: names.len() as u64, errors: 0 });
}

#[test]
fn links_images_and_comments_are_on_each_line_if_they_are_asked_for() {
    let corpus = Corpus::new();
    let added = "<p>More is in <a href=\"/report\">the report</a> that the harbour office published on the first day of spring.</p>\
        <img src=\"/wall.jpg\" alt=\"The wall\"><p>Nobody expects the work to end before the summer, the office said on Monday.</p></article>\
        <ol class=\"comment-list\"><li class=\"comment\"><b class=\"fn\">Ann</b><div class=\"comment-content\"><p>About time that they began.</p></div></li></ol>";
    corpus.write("pages/a.html", page(1, "Story 1").replace("</article>", added));
    let manifest = "{\"file\": \"a.html\", \"url\": \"https://www.example.com/story\"}\n{\"file\": \"missing.html\"}\n";
    let (_, plain) = run(&corpus, manifest, Explain::No, 1);
    let include = Include { links: true, images: true, comments: true };
    let (_, lines) = run_with(&corpus, manifest, BatchOptions { include, ..BatchOptions::default() }, 2);
    let (line, failed) = (&lines[0], &lines[1]);
    assert_eq!(line["links"][0]["url"], "https://www.example.com/report", "{line}");
    assert_eq!(
        (&line["images"][0]["url"], &line["images"][0]["alt"]),
        (&"https://www.example.com/wall.jpg".into(), &"The wall".into())
    );
    assert_eq!(
        (&line["comments"][0]["author"], &line["comments"][0]["text"]),
        (&"Ann".into(), &"About time that they began.".into())
    );
    for name in ["links", "images", "comments"] {
        assert!(plain[0].get(name).is_none() && failed.get(name).is_none(), "{name}");
    }
    assert_eq!(plain[0]["text"], line["text"]);
}
