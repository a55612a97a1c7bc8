//! JSON Lines and CSV as inputs: each row with HTML or text is a document with the row's URL and metadata; others are one failure each.

use std::fs;

use gleaner::commands::clean::CleanOptions;
use gleaner::commands::explain::{ExplainTarget, explain};
use gleaner::commands::ingest::{IngestInput, IngestOptions, ingest};
use gleaner::engine::Silent;
use gleaner::ingest::archive::columns::{Columns, Field};
use serde_json::json;

use crate::archives::{findings, settled, take};
use crate::packed_files::{bzip2, xz, zstd};
use crate::support::{Corpus, counts, page, story};
use crate::web_archive::gzip;

const URL: &str = "https://news.example/story";

fn lines() -> String {
    let rows = [
        json!({"url": format!("{URL}-1"), "html": page(1, "Story 1"), "crawled": {"text": "no"}}),
        json!({"link": format!("{URL}-2"), "content": story(2), "title": "Plans for district 2", "author": ["Ann Lee", {"name": "Bo Ek"}],
            "published_at": "2024-02-03T10:00:00Z"}),
        json!({"url": null, "text": story(3).split("\n\n").collect::<Vec<_>>(), "headline": "Plans for district 3", "date": "2024-02-04"}),
    ];
    rows.map(|row| row.to_string()).join("\n\n")
}

fn csv() -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |cells: [&str; 5]| cells.map(quoted).join(",") + "\r\n";
    [
        "id,Page URL,Body,Headline,Published\r\n".to_owned(),
        row(["1", &format!("{URL}-1"), &page(1, "Story 1"), "", ""]),
        row(["2", &format!("{URL}-2"), &story(2), "Plans for district 2", "2024-02-03"]),
        row(["3", "", &story(3), "Plans for district 3", "Sun, 4 Feb 2024 10:00:00 GMT"]),
    ]
    .concat()
}

#[test]
fn each_row_is_a_document_with_its_url_and_metadata_in_any_compression() {
    for (name, bytes) in [
        ("raw/a.jsonl", lines().into_bytes()),
        ("raw/a.jsonl.gz", gzip(lines().as_bytes())),
        ("raw/a.csv", csv().into_bytes()),
        (
            "raw/a.tsv.xz",
            xz(csv().replace(",\"", "\t\"").replace("id,Page URL,Body,Headline,", "id\tPage URL\tBody\tHeadline\t").as_bytes()),
        ),
        ("raw/a.csv.bz2", bzip2(csv().as_bytes())),
        ("raw/a.jsonl.zst", zstd(lines().as_bytes())),
    ] {
        let corpus = Corpus::new();
        corpus.write(name, bytes);
        match name {
            "raw/a.jsonl.gz" | "raw/a.csv" => settled(&corpus, name, [3, 0, 0, 0, 0, 0]),
            _ => assert_eq!(counts(&take(&corpus, name)), [3, 0, 0, 0, 0, 0], "{name}"),
        }
        let sidecars = corpus.sidecars();
        let by_title = |title: &str| {
            sidecars.iter().find(|s| s["title"]["value"] == title).unwrap_or_else(|| panic!("{name}: {sidecars:#?}"))
        };
        assert_eq!(by_title("Story 1")["urls"]["final"], format!("{URL}-1"), "{name}");
        let second = by_title("Plans for district 2");
        assert_eq!(
            (&second["urls"]["final"], &second["published"]["value"]["day"]),
            (&json!(format!("{URL}-2")), &json!("2024-02-03"))
        );
        if name.contains("jsonl") {
            assert_eq!(second["authors"]["value"], json!(["Ann Lee", "Bo Ek"]), "{name}");
        }
        assert_eq!(by_title("Plans for district 3")["published"]["value"]["day"], "2024-02-04", "{name}");
        for sidecar in &sidecars {
            let place = sidecar["raw"]["path"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
            let explained = explain(&corpus.setup(), &ExplainTarget::Member(corpus.path(name), place)).unwrap();
            assert_eq!(explained.metadata.title.unwrap().value, sidecar["title"]["value"].as_str().unwrap(), "{name}");
        }
    }
}

#[test]
fn rows_without_a_page_are_one_failure_each_and_name_their_line() {
    let corpus = Corpus::new();
    corpus
        .write("raw/a.jsonl", format!("{}\n{{\"url\": \"{URL}-9\"}}\n{{damaged\n[1]\n{}\n", lines(), json!({"text": story(5)})));
    corpus.write("raw/b.csv", format!("{}4,{URL}-4,,x,\r\n5,{URL}-5,{},,\r\n", csv(), story(5).replace([',', '\n'], " ")));
    let report = take(&corpus, "raw/a.jsonl");
    assert_eq!((report.new, report.failed), (4, 3), "{report:#?}");
    for (failure, expected) in
        report.failures.iter().zip(["line 6: it has neither", "line 7: it is not a JSON object", "line 8: it is not"])
    {
        assert!(failure.error.contains(expected), "{failure:?}");
    }
    let report = take(&corpus, "raw/b.csv");
    assert_eq!(report.failed, 1, "{report:#?}");
    let line = csv().lines().count() + 1;
    assert!(report.failures[0].error.contains(&format!("line {line}: it has neither")), "{report:#?}");
}

#[test]
fn columns_with_unusual_names_are_named_and_their_rows_are_found_again() {
    let corpus = Corpus::new();
    let row = json!({"nr": 1, "Volltext": story(1), "adresse": format!("{URL}-1"), "text": story(2)});
    corpus.write("raw/a.jsonl", format!("{row}\n"));
    assert_eq!(counts(&corpus.clean())[..2], [1, 0], "by its usual name");
    let corpus = Corpus::new();
    corpus.write("raw/a.jsonl", format!("{row}\n").replace("\"text\"", "\"other\""));
    assert_eq!(counts(&corpus.clean()), [0, 0, 0, 0, 1, 0]);
    let columns = Columns::new([(Field::Text, "Volltext".to_owned()), (Field::Url, "adresse".to_owned())]);
    let options = IngestOptions { columns: columns.clone(), ..IngestOptions::default() };
    let report = ingest(&corpus.setup(), &[IngestInput::Path(corpus.path("raw/a.jsonl"))], options, &Silent).unwrap();
    assert_eq!((report.new, report.failed), (1, 0), "{report:#?}");
    let sidecar = &corpus.sidecars()[0];
    assert_eq!(sidecar["raw"]["path"], "raw/a.jsonl#0;text=Volltext;url=adresse");
    let member = ExplainTarget::Member(corpus.path("raw/a.jsonl"), "0;text=Volltext;url=adresse".to_owned());
    assert!(explain(&corpus.setup(), &member).unwrap().words > 50);
    assert_eq!(findings(&corpus), []);
    let (report, _) = corpus.clean_with(&CleanOptions { columns, ..CleanOptions::default() });
    assert_eq!((report.unchanged, report.refused), (1, 0), "{report:#?}");
}

#[test]
fn long_rows_cost_themselves() {
    let corpus = Corpus::new();
    let long = "x ".repeat(2_000_000);
    corpus.write(
        "raw/a.jsonl",
        format!("{}\n{}\n{}\n", json!({"text": story(1)}), json!({"text": &long}), json!({"text": story(2)})),
    );
    corpus.write("raw/b.csv", format!("title,text\nx,\"{}\"\ny,\"{long}\"\nz,\"{}\"\n", story(3), story(4)));
    let setup = corpus.setup_with(&format!("{}[page]\nmax_bytes = 100000\n", crate::support::SETTINGS));
    let report = ingest(&setup, &[IngestInput::Path(corpus.path("raw"))], IngestOptions::default(), &Silent).unwrap();
    assert_eq!((report.new, report.failed), (4, 2), "{report:#?}");
    assert!(report.failures.iter().all(|failure| failure.error.contains("more than")), "{report:#?}");
    assert!(fs::metadata(corpus.path("raw/a.jsonl")).unwrap().len() > 4_000_000);
}
