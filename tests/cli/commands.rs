//! What each command prints when nothing goes wrong.

use std::fs;

use crate::snapshot;
use crate::support::Corpus;

const SOURCE: &str = "[[source]]\nkind = \"urls\"\nname = \"mine\"\nurls = [\"https://news.example/\"]\n";

#[test]
fn a_corpus_can_be_created_cleaned_verified_and_reindexed() {
    let corpus = Corpus::new();
    let mut text = corpus.transcript(&["init", "."]);
    corpus.write("raw/ferry.html", crate::support::PAGE);
    for args in [&["clean", "--dry-run"][..], &["clean"], &["clean"], &["status"], &["verify"], &["reindex"], &["init", "."]] {
        text += &format!("\n{}", corpus.transcript(args));
    }
    snapshot!("corpus", text);
}

#[test]
fn cleaning_writes_text_and_sidecar_and_leaves_raw_alone() {
    let corpus = Corpus::with_page();
    let before = fs::read(corpus.path("raw/ferry.html")).unwrap();
    assert!(corpus.run(&["clean", "--quiet"]).status.success());
    let files = corpus.files("clean");
    let texts: Vec<&String> = files.iter().filter(|name| name.ends_with(".txt")).collect();
    assert_eq!((texts.len(), files.len()), (1, 2), "{files:?}");
    assert_eq!(corpus.files("raw"), ["ferry.html"]);
    assert_eq!(fs::read(corpus.path("raw/ferry.html")).unwrap(), before);
    let text = fs::read_to_string(corpus.path("clean").join(texts[0])).unwrap();
    assert!(text.contains("sixty cars") && !text.contains("newsletter") && !text.contains("All rights"), "{text}");
}

#[test]
fn show_prints_the_text_or_the_sidecar() {
    let corpus = Corpus::with_page();
    corpus.run(&["clean", "--quiet"]);
    let name = corpus.files("clean").into_iter().find(|name| name.ends_with(".txt")).unwrap();
    let id = name.trim_end_matches(".txt").rsplit('_').next().unwrap();
    let shown = corpus.run(&["show", id]);
    assert_eq!(shown.stdout, fs::read(corpus.path("clean").join(&name)).unwrap());
    let sidecar: serde_json::Value = serde_json::from_slice(&corpus.run(&["show", id, "--json"]).stdout).unwrap();
    assert!(sidecar["id"].as_str().unwrap().starts_with(id));
    assert!(corpus.run(&["show", "ffffffff"]).status.code() == Some(2));
}

#[test]
fn an_explanation_shows_every_removal() {
    let corpus = Corpus::with_page();
    let plain = corpus.transcript(&["explain", "raw/ferry.html"]);
    assert!(plain.contains("− [newsletter] Sign up") && plain.contains("  About sixty cars"), "{plain}");
    assert!(!plain.contains('\x1b'), "colours without a terminal");
    let coloured = corpus.transcript(&["explain", "raw/ferry.html", "--color", "always"]);
    assert!(coloured.contains("\x1b[31m− [newsletter]"), "{coloured}");
    let json: serde_json::Value = serde_json::from_slice(&corpus.run(&["explain", "raw/ferry.html", "--json"]).stdout).unwrap();
    assert!(json["blocks"].as_array().unwrap().len() > 8);
    // Once the page is in the corpus, its id gives the same explanation.
    corpus.run(&["clean", "--quiet"]);
    let name = corpus.files("clean").into_iter().find(|name| name.ends_with(".txt")).unwrap();
    let by_id = corpus.run(&["explain", name.trim_end_matches(".txt").rsplit('_').next().unwrap(), "--json"]);
    let by_id: serde_json::Value = serde_json::from_slice(&by_id.stdout).unwrap();
    assert_eq!(by_id["blocks"], json["blocks"]);
}

#[test]
fn kept_and_removed_blocks_make_up_the_whole_page() {
    let corpus = Corpus::with_page();
    let json: serde_json::Value = serde_json::from_slice(&corpus.run(&["explain", "raw/ferry.html", "--json"]).stdout).unwrap();
    let blocks: Vec<&str> = json["blocks"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect();
    let body = crate::support::PAGE.split("<body>").nth(1).unwrap();
    let mut visible = String::new();
    for part in body.split('<') {
        visible += part.split_once('>').map_or(part, |(_, text)| text);
        visible.push(' ');
    }
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&blocks.join(" ")), words(&visible));
}

#[test]
fn a_json_report_is_one_object() {
    let corpus = Corpus::with_page();
    let report: serde_json::Value = serde_json::from_slice(&corpus.run(&["clean", "--json"]).stdout).unwrap();
    assert_eq!((&report["inputs"], &report["new"], &report["failed"]), (&1.into(), &1.into(), &0.into()));
}

#[test]
fn a_diff_shows_what_changes() {
    let corpus = Corpus::with_page();
    corpus.run(&["clean", "--quiet"]);
    corpus.write("raw/ferry.html", crate::support::PAGE.replace("sixty cars", "seventy cars"));
    let text = corpus.transcript(&["clean", "--dry-run", "--diff"]);
    assert!(text.contains("\n-About sixty cars") && text.contains("\n+About seventy cars"), "{text}");
    assert!(text.contains("(dry run: nothing was written)"), "{text}");
    assert!(corpus.transcript(&["clean"]).contains("1 updated"));
}

#[test]
fn an_output_folder_has_its_own_index() {
    let corpus = Corpus::with_page();
    assert!(corpus.run(&["clean", "-o", "out"]).status.success());
    assert!(corpus.files("out").iter().any(|name| name.ends_with(".txt")));
    assert!(!corpus.path(".gleaner").exists() && !corpus.path("clean").exists());
    assert!(corpus.transcript(&["clean", "-o", "out"]).contains("1 unchanged"));
}

#[test]
fn quiet_prints_nothing_about_refusals() {
    let corpus = Corpus::with_page();
    corpus.write("raw/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let output = corpus.run(&["clean", "--quiet"]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{}", corpus.transcript_of(&[], &output));
}

#[test]
fn schedules_can_be_printed() {
    let corpus = Corpus::new();
    corpus.write("config.toml", SOURCE);
    let program = env!("CARGO_BIN_EXE_gleaner");
    let line = String::from_utf8(corpus.run(&["schedule", "--every", "30m", "--program", program]).stdout).unwrap();
    let root = corpus.root().canonicalize().unwrap().display().to_string();
    let command = format!("{program} --config {root}/config.toml --root {root} --quiet run\n");
    assert!(line.ends_with(&command) && line.contains("-59/30 * * * * "), "{line}");
    let units = String::from_utf8(corpus.run(&["schedule", "--every", "2h", "--systemd", "--program", program]).stdout).unwrap();
    assert!(units.contains("ExecStart=") && units.contains("OnCalendar=*-*-* 00/2:"), "{units}");
    let at = ["schedule", "--at", "18:00,06:30", "--at", "07:30", "--on", "mon,fri", "--program", program];
    let lines = String::from_utf8(corpus.run(&at).stdout).unwrap();
    let fields: Vec<String> = lines.lines().map(|line| line.split(' ').take(5).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(fields, ["0 18 * * Mon,Fri", "30 6,7 * * Mon,Fri"], "{lines}");
}

#[test]
fn a_schedule_is_refused_where_nothing_could_run() {
    let corpus = Corpus::new();
    let program = ["--program", env!("CARGO_BIN_EXE_gleaner")];
    let mut text = corpus.transcript(&["schedule", "--every", "30m"]);
    corpus.write("config.toml", "");
    text += &format!("\n{}", corpus.transcript(&["schedule", "--every", "30m"]));
    corpus.write("config.toml", SOURCE);
    for args in [
        &["schedule", "--every", "30m", "--program", "nowhere"][..],
        &["schedule", "--install"],
        &["schedule", "--at", "25:00"],
        &["schedule", "--at", "06:30", "--on", "someday"],
        &["schedule", "--every", "30m", "--at", "06:30"],
    ] {
        text += &format!("\n{}", corpus.transcript(args));
    }
    snapshot!("schedule_refused", text);
    // The tests' own binary is in cargo's build folder, and a copy of it in a temporary one.
    let built = corpus.transcript(&["schedule", "--every", "30m"]);
    assert!(built.contains("exit 2\n") && built.contains("build folder") && built.contains("--program"), "{built}");
    let copy = corpus.path("gleaner");
    fs::copy(program[1], &copy).unwrap();
    let output =
        std::process::Command::new(&copy).args(["schedule", "--every", "30m"]).current_dir(corpus.root()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("temporary files"));
}

#[test]
fn completions_and_the_manual_can_be_printed() {
    let corpus = Corpus::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = corpus.run(&["completions", shell]);
        assert!(script.status.success() && String::from_utf8_lossy(&script.stdout).contains("ingest"), "{shell}");
        let script = String::from_utf8_lossy(&script.stdout).into_owned();
        assert!(["site", "program", "dir", "help"].iter().all(|word| script.contains(word)), "{shell}");
    }
    let page = String::from_utf8(corpus.run(&["man"]).stdout).unwrap();
    for command in ["CLEAN", "SCHEDULE", "REINDEX"] {
        assert!(page.contains(&format!("GLEANER {command}")), "{command}");
    }
    assert!(page.contains(".TH gleaner 1"), "{page}");
    assert!(corpus.transcript(&["man", "--dir", "man1"]).contains(" pages written to man1"));
    let pages = corpus.files("man1");
    assert!(pages.iter().any(|name| name == "gleaner.1") && pages.iter().any(|name| name == "gleaner-queue-list.1"), "{pages:?}");
    let page = fs::read_to_string(corpus.path("man1/gleaner-run.1")).unwrap();
    for section in ["EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT", "SEE ALSO"] {
        assert!(page.contains(&format!(".SH \"{section}\"")) || page.contains(&format!(".SH {section}\n")), "{section}: {page}");
    }
}

#[test]
fn a_title_in_another_script_has_a_readable_name_and_keeps_it() {
    let corpus = Corpus::with_page();
    corpus.write(
        "raw/ferry.html",
        crate::support::PAGE.replace("Ferry to Holm runs again after storm", "Паром снова ходит на Хольм"),
    );
    let texts = || -> Vec<String> { corpus.files("clean").into_iter().filter(|name| name.ends_with(".txt")).collect() };
    corpus.run(&["clean", "--quiet"]);
    let ascii = texts();
    assert!(ascii.len() == 1 && ascii[0].contains("_parom-snova-khodit-na-khol"), "{ascii:?}");
    // Another setting, another title and another cleaning: the document is known, and keeps its name.
    corpus.write("config.toml", "[store]\nnames = \"native\"\n");
    corpus.run(&["clean", "--all", "--quiet"]);
    corpus.write("raw/ferry.html", crate::support::PAGE);
    corpus.run(&["clean", "--quiet"]);
    corpus.run(&["reindex", "--quiet"]);
    corpus.run(&["clean", "--all", "--quiet"]);
    assert_eq!(texts().into_iter().filter(|name| !name.starts_with(".versions")).collect::<Vec<_>>(), ascii);
    corpus.write(
        "raw/new.html",
        crate::support::PAGE.replace("Ferry to Holm runs again after storm", "Погода").replace("sixty", "sixteen"),
    );
    corpus.run(&["clean", "--quiet"]);
    assert!(texts().iter().any(|name| name.contains("_погода_")), "{:?}", texts());
    for args in [&["verify"][..], &["reindex"], &["verify"]] {
        assert!(corpus.run(args).status.success(), "{}", corpus.transcript(args));
    }
    assert!(corpus.transcript(&["clean"]).contains("2 unchanged"));
}

#[test]
fn old_journals_are_removed_at_the_end_of_a_run() {
    let corpus = Corpus::with_page();
    corpus.write("config.toml", "[journal]\nkeep_runs = 3\nkeep_days = 30\n");
    for name in ["2001-02-03T04-05-06Z.jsonl", "2001-02-03T04-05-06Z_2.jsonl", "notes.txt"] {
        corpus.write(&format!("log/{name}"), "");
    }
    assert!(corpus.run(&["clean", "--dry-run", "--quiet"]).status.success());
    assert_eq!(corpus.files("log").len(), 3, "a dry run removes nothing");
    for _ in 0..5 {
        assert!(corpus.run(&["clean", "--quiet"]).status.success());
    }
    let left = corpus.files("log");
    assert!(left.len() == 4 && !left.iter().any(|name| name.starts_with("2001")), "{left:?}");
    assert!(corpus.transcript(&["status"]).contains("last run: "));
}

#[test]
fn a_warc_from_standard_input_can_be_exported_again() {
    let corpus = Corpus::new();
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: sid=hush\r\n\r\n{}", crate::support::PAGE);
    let record = |kind: &str, block: &str| {
        let fields =
            "WARC-Target-URI: https://holm.example/ferry\r\nWARC-Date: 2024-02-04T00:00:00Z\r\nContent-Type: application/http";
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len())
    };
    corpus.write("crawl.warc", record("request", "GET / HTTP/1.1\r\n\r\n") + &record("response", &http));
    for expected in ["1 new", "1 unchanged"] {
        let stdin = fs::File::open(corpus.path("crawl.warc")).unwrap();
        let output = corpus.command(&["ingest", "-"]).stdin(std::process::Stdio::from(stdin)).output().unwrap();
        let transcript = corpus.transcript_of(&["ingest", "-"], &output);
        assert!(output.status.success() && transcript.contains(expected), "{transcript}");
    }
    assert_eq!(corpus.files("raw").len(), 2, "a page from standard input is kept: it exists nowhere else");
    assert!(corpus.transcript(&["verify"]).contains("intact"));
    assert!(corpus.transcript(&["clean"]).contains("1 unchanged"));

    assert!(corpus.transcript(&["export", "--warc", "out.warc.gz"]).contains("1 page to out.warc.gz"));
    let warc = corpus.run(&["export", "--warc", "-"]).stdout;
    let warc = String::from_utf8(warc).unwrap();
    assert!(warc.starts_with("WARC/1.1\r\n") && warc.contains("About sixty cars") && !warc.contains("hush"), "{warc}");
    assert!(corpus.transcript(&["export", "--jsonl", "out.jsonl"]).contains("1 document to out.jsonl"));
    assert!(fs::read_to_string(corpus.path("out.jsonl")).unwrap().contains("\"url\":\"https://holm.example/ferry\""));
    assert_eq!(corpus.run(&["export"]).status.code(), Some(2));
    assert!(corpus.transcript(&["export", "--output", "out.parquet"]).contains("1 document to out.parquet"));
    assert!(corpus.transcript(&["export", "--output", "vault", "--format", "markdown"]).contains("1 document to vault"));
    assert!(corpus.transcript(&["export", "--output", "sites", "--partition", "site"]).contains("1 document to sites"));
    for wrong in [
        &["--output", "out.json"][..],
        &["--output", "out.csv", "--format", "parquet"],
        &["--output", "-", "--format", "markdown"],
        &["--output", "out.csv", "--format", "csv", "--partition", "month"],
        &["--output", "out.csv", "--since-run", "2020"],
        &["--output", "out.csv", "--query", "\"half"],
        &["--output", "out.csv", "ffff0000"],
    ] {
        let output = corpus.run(&[&["export"], wrong].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains("hint: "), "{wrong:?}: {stderr}");
        assert!(!corpus.root().join("out.csv").exists() && !corpus.root().join("out.json").exists());
    }
    // `explain` finds the page by its URL without fetching it.
    assert!(corpus.transcript(&["explain", "https://holm.example/ferry"]).contains("About sixty cars"));
}
