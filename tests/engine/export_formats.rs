//! Exports in every format: selected, atomic, the same bytes every time, and read back by this project's own readers and, where they are installed, by
//! independent ones (`python_…`, `pandoc_…`, `epubcheck_…`; tests/shared/read_exports.py).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use gleaner::commands::export::{ExportFormat, ExportOptions, ExportReport, FORMAT_NAMES, to_path};
use gleaner::commands::extract::{extract, extras, read_stream};
use gleaner::commands::forget::forget;
use gleaner::discover::feed;
use gleaner::engine::Silent;
use gleaner::engine::options::Mode;
use gleaner::export::{FORMATS, Partition};
use gleaner::search::{Filter, Query};
use gleaner_extract::article::extras::Include;
use gleaner_extract::article::render::{OutputFormat, render, render_with};
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::DocumentId;
use serde_json::{Value, json};

use crate::support::{Corpus, dump, files_below, story, utf8};

fn now() -> Timestamp {
    "2024-05-02T00:00:00Z".parse().unwrap()
}

const HEADLINE: &str = "=50 % of {nothing} & all_ < #1 \"quoted\" $x$ ~ ^ | [[link]]";

/// A row of a table: a page whose metadata and text have what each format has to escape.
fn hostile_row() -> String {
    let linked = json!({
        "@context": "https://schema.org", "@type": "NewsArticle",
        "headline": HEADLINE,
        "author": [{"@type": "Person", "name": "Zoë Özgür"}, {"@type": "Person", "name": "Mei Lin"}],
        "datePublished": "2024-03-01T23:30:00-05:00", "dateModified": "2024-03-03",
        "keywords": ["climate change", "R&D", "2024"], "articleSection": "Science",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "publisher": {"@type": "Organization", "name": "The \"Example\" & Sons"},
    });
    let paragraphs = story(1).replace("The council", "*The* council & <the> `mayor` said that 1 < 2, _really_,");
    let paragraphs: String =
        paragraphs.split("\n\n").map(|text| format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;"))).collect();
    let headline = HEADLINE.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><title>{headline}</title>\
         <script type=\"application/ld+json\">{}</script></head><body><article><h1>{headline}</h1>{paragraphs}</article></body></html>",
        linked.to_string().replace("</", "<\\/")
    );
    json!({"url": "https://www.example.com/half?a=1&b={2}", "html": html}).to_string()
}

/// A page with everything that a story may be made of.
const STRUCTURED: &str = "<!doctype html><html lang=\"en\"><head><title>The ferry sails again</title>\
    <meta name=\"author\" content=\"Jo Ash\"><meta name=\"description\" content=\"After two weeks &amp; a day.\"></head><body><article>\
    <h1>The ferry sails again</h1><p>The old ferry sailed again on Monday morning, after <b>two weeks</b> of storms had closed the northern channel.</p>\
    <h2>What changes for passengers</h2><p>Those who cross every day have to note <a href=\"/times\">three new things</a>, the harbour office said:</p>\
    <ol><li>The first boat leaves at six in the morning.<ul><li>On Sundays it leaves at eight.</li></ul></li>\
    <li>Bicycles are carried for free until the end of the month.</li></ol>\
    <blockquote><p>Nobody has waited as long as we have, said the captain on Monday.</p><p>And nobody will wait any longer.</p></blockquote>\
    <table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td><td>12 boats</td></tr><tr><td>Sunday</td><td>6 boats</td></tr></table>\
    <pre>06:00 north\n08:00 south</pre><img src=\"/boat.jpg\" alt=\"The boat &amp; its crew\"><p>The office will publish the winter times in <em>October</em>, as it does every year.</p></article></body></html>";

const ARABIC: &str = "عاد صيادو الميناء القديم إلى البحر صباح اليوم بعد أسبوعين من العواصف التي أغلقت الممر الشمالي.\n\n\
    وقال رئيس النقابة إن القوارب الصغيرة لن تخرج قبل نهاية الشهر، لأن إصلاح الرصيف يحتاج إلى وقت أطول مما كان متوقعا.\n\n\
    وأضاف أن السوق سيفتح كل يوم من السادسة صباحا حتى الظهر، وأن الأسعار لن تتغير هذا الموسم.\n";

const CHINESE: &str = "旧港口的渔民在两个星期的风暴之后，今天早上重新出海。\n\n工会主席说，小船在月底之前不会出发，因为修理码头所需的时间比预期的更长。\n\n\
    他补充说，市场每天从早上六点开放到中午，本季价格不会改变。\n";

fn filled() -> Corpus {
    let corpus = Corpus::new();
    corpus.write("raw/scrape.jsonl", hostile_row());
    corpus.write("raw/harbour-ar.txt", format!("الميناء القديم يفتح من جديد\n\n{ARABIC}"));
    corpus.write("raw/harbour-zh.txt", format!("旧港口重新开放\n\n{CHINESE}"));
    corpus.write("raw/own.txt", dump(7));
    corpus.write("raw/copy.txt", dump(7));
    let report = corpus.clean();
    assert_eq!((report.new, report.copies, report.failed), (4, 1, 0));
    corpus
}

fn export_with(corpus: &Corpus, format: ExportFormat, options: &ExportOptions, path: &Path) -> ExportReport {
    to_path(&corpus.setup().layout, format, options, path, now()).unwrap()
}

fn export(corpus: &Corpus, format: &str, path: &Path) -> ExportReport {
    export_with(corpus, ExportFormat::named(format, None).unwrap(), &ExportOptions::default(), path)
}

/// Every format in a folder, with names that their extensions say.
fn export_all(corpus: &Corpus, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for format in FORMATS {
        let report = export(corpus, format.name, &folder.join(format!("all{}", format.extensions[0])));
        assert_eq!((report.written, report.failed), (5, 0), "{}", format.name);
    }
    assert_eq!(export(corpus, "markdown", &folder.join("vault")).written, 5);
    for (name, partition) in [("by_month", Partition::Month), ("by_site", Partition::Site)] {
        export_with(corpus, ExportFormat::Parquet(partition), &ExportOptions::default(), &folder.join(name));
    }
    assert_eq!(FORMAT_NAMES.len(), FORMATS.len() + 2, "markdown and warc are no rows of the table");
}

fn lines(corpus: &Corpus, options: &ExportOptions) -> Vec<Value> {
    let path = corpus.path("lines.jsonl");
    export_with(corpus, ExportFormat::named("jsonl", None).unwrap(), options, &path);
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_corpus_gives_the_same_bytes_in_every_format() {
    let corpus = filled();
    let (first, second) = (corpus.path("first"), corpus.path("second"));
    export_all(&corpus, &first);
    export_all(&corpus, &second);
    assert_eq!(files_below(&first), files_below(&second));
    // Nothing is left of temporary files, and nothing changes when it is exported in place again.
    let before = files_below(&first);
    export_all(&corpus, &first);
    assert_eq!(files_below(&first), before);
    assert!(before.keys().all(|name| !name.contains(".part/") && !name.ends_with(".part") && !name.contains(".old/")));
}

#[test]
fn feeds_read_back_with_the_latest_first() {
    let corpus = filled();
    for (format, end) in [("atom", "atom"), ("rss", "rss"), ("jsonfeed", "feed.json")] {
        let path = corpus.path(&format!("feed.{end}"));
        let options = ExportOptions { limit: Some(4), ..ExportOptions::default() };
        export_with(&corpus, ExportFormat::named(format, None).unwrap(), &options, &path);
        let found = feed::read(&fs::read(&path).unwrap(), None, None).unwrap();
        assert_eq!((found.title.as_deref(), found.count, found.damage), (Some("gleaner corpus"), 4, None), "{format}");
        let url = found.entries[0].url.as_str();
        assert!(url.starts_with("https://www.example.com/half"), "{format}: {url}");
    }
}

#[test]
fn a_vault_keeps_what_somebody_edited() {
    let corpus = filled();
    let vault = corpus.path("vault");
    export(&corpus, "markdown", &vault);
    let files = files_below(&vault);
    assert_eq!(files.len(), 5);
    let (name, text) = files.iter().find(|(name, _)| name.starts_with("2024/")).unwrap();
    let text = utf8(text.clone());
    assert!(text.contains("tags: [\"climate-change\", \"RD\"]\n") && text.contains("\ndate: 2024-03-01\n"), "{text}");
    assert!(text.contains("\\*The\\* council \\& \\<the\\> \\`mayor\\`"), "{text}");
    fs::write(vault.join(name), format!("{text}\nMy own note.\n")).unwrap();
    fs::write(vault.join("mine.md"), "mine").unwrap();
    let report = export(&corpus, "markdown", &vault);
    assert_eq!((report.written, report.edited), (4, 1));
    assert!(fs::read_to_string(vault.join(name)).unwrap().ends_with("My own note.\n") && vault.join("mine.md").is_file());
}

#[test]
fn documents_are_selected_by_id_cluster_query_and_number() {
    let corpus = filled();
    let all = lines(&corpus, &ExportOptions::default());
    assert_eq!(all.len(), 5);
    let id = serde_json::from_value(all[2]["id"].clone()).unwrap();
    let one = ExportOptions { filter: Filter { ids: Some(vec![id]), ..Filter::default() }, ..ExportOptions::default() };
    assert_eq!(lines(&corpus, &one), [all[2].clone()]);
    let canonical = ExportOptions { filter: Filter { canonical_only: true, ..Filter::default() }, ..ExportOptions::default() };
    assert_eq!(lines(&corpus, &canonical).len(), 4);
    let query = Some(Query::parse("\"old market\" -ferry").unwrap());
    let found = lines(&corpus, &ExportOptions { query, ..ExportOptions::default() });
    assert_eq!(found.iter().map(|line| &line["title"]).collect::<Vec<_>>(), [HEADLINE]);
    assert_eq!(lines(&corpus, &ExportOptions { limit: Some(2), ..ExportOptions::default() }), all[..2]);
}

#[test]
fn since_a_run_there_is_what_later_runs_stored_changed_and_forgot() {
    let corpus = filled();
    let first = export(&corpus, "jsonl", &corpus.path("all.jsonl")).last_run.unwrap();
    let since = |run: &str| ExportOptions { since_run: Some(run.to_owned()), ..ExportOptions::default() };
    assert_eq!(lines(&corpus, &since(&first)).len(), 0);
    corpus.write("raw/new.txt", dump(9));
    corpus.write("raw/harbour-zh.txt", format!("旧港口重新开放\n\n{CHINESE}\n明天还会有新的消息，请大家继续关注港口的公告。\n"));
    corpus.clean();
    let changed = lines(&corpus, &since(&first));
    let texts: Vec<&str> = changed.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("明天还会有新的消息")) && texts.iter().any(|text| text.contains("district 9")));

    let second = export(&corpus, "jsonl", &corpus.path("all.jsonl")).last_run.unwrap();
    assert_ne!(first, second);
    assert_eq!(lines(&corpus, &since(&second)).len(), 0);
    let id = &changed.iter().find(|line| line["text"].as_str().unwrap().contains("district 9")).unwrap()["id"];
    let id: DocumentId = serde_json::from_value(id.clone()).unwrap();
    forget(&corpus.setup(), &[id], Mode::default(), &Silent).unwrap();
    let path = corpus.path("since.csv");
    let report = export_with(&corpus, ExportFormat::named("csv", None).unwrap(), &since(&first), &path);
    assert_eq!((report.written, report.forgotten), (1, vec![id]));
    let missing = to_path(&corpus.setup().layout, ExportFormat::named("csv", None).unwrap(), &since("2020"), &path, now());
    assert!(missing.unwrap_err().to_string().contains("no journal of this name"));
    assert!(path.is_file(), "an export that fails leaves the old file");
}

#[test]
fn pages_of_selected_documents_are_a_warc() {
    let corpus = filled();
    let options = ExportOptions { limit: Some(1), ..ExportOptions::default() };
    let report = export_with(&corpus, ExportFormat::Warc, &options, &corpus.path("one.warc"));
    assert_eq!((report.written, report.failed), (0, 0), "files of the user were not fetched");
}

/// Runs a program that reads the exports in a folder, and gives what it prints.
fn read_with(program: &str, args: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(args).current_dir(folder).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}{}", utf8(output.stdout), utf8(output.stderr));
    utf8(output.stdout)
}

#[test]
#[ignore = "needs Python packages"]
fn python_readers_find_what_was_exported() {
    let corpus = filled();
    let folder = corpus.path("out");
    export_all(&corpus, &folder);
    let expected: BTreeMap<String, Value> = lines(&corpus, &ExportOptions::default())
        .into_iter()
        .map(|line| (line["id"].as_str().unwrap().to_owned(), line))
        .collect();
    fs::write(folder.join("expected.json"), serde_json::to_vec(&expected).unwrap()).unwrap();
    // The TEI of a page, which has more elements than that of a corpus.
    let setup = corpus.setup();
    let raw = read_stream(&setup, &mut STRUCTURED.as_bytes()).unwrap();
    let page = extract(&setup, &raw, Some(&"https://www.example.com/ferry".parse().unwrap())).unwrap();
    let include = Include { links: true, images: true, comments: true };
    let extras = extras(&setup, &raw, &page, include).unwrap();
    assert_eq!(extras.images.len(), 1);
    for (name, format) in [("page.tei.xml", OutputFormat::Tei), ("page.xml", OutputFormat::Xml)] {
        fs::write(folder.join(name), render(&page, format)).unwrap();
        fs::write(folder.join(format!("extras-{name}")), render_with(&page, &extras, format)).unwrap();
    }
    let python = std::env::var("GLEANER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shared/read_exports.py");
    let said = read_with(&python, &[script.to_str().unwrap()], &folder);
    for format in FORMAT_NAMES.iter().filter(|format| !["warc", "epub"].contains(format)) {
        assert!(said.contains(&format!("{format}: as exported\n")), "{said}");
    }
}

#[test]
#[ignore = "needs pandoc"]
fn pandoc_reads_what_was_exported() {
    let corpus = filled();
    let folder = corpus.path("out");
    export_all(&corpus, &folder);
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let book = squeeze(&read_with("pandoc", &["-f", "epub", "-t", "plain", "--wrap=none", "all.epub"], &folder));
    for line in lines(&corpus, &ExportOptions::default()) {
        let text = squeeze(line["text"].as_str().unwrap());
        assert!(book.contains(&text), "{text}\n{book}");
    }
    let vault = files_below(&folder.join("vault"));
    for (name, file) in vault {
        let path = format!("vault/{name}");
        let read = squeeze(&read_with("pandoc", &["-f", "markdown-smart", "-t", "plain", "--wrap=none", &path], &folder));
        let id = utf8(file).lines().find_map(|line| line.strip_prefix("id: \"")).unwrap().trim_end_matches('"').to_owned();
        let line = lines(&corpus, &ExportOptions::default()).into_iter().find(|line| line["id"] == id.as_str()).unwrap();
        assert!(read.ends_with(&squeeze(line["text"].as_str().unwrap())), "{name}: {read}");
    }
    for (from, file) in [("bibtex", "all.bib"), ("biblatex", "all.bib"), ("csljson", "all.csl.json")] {
        let items: Value = serde_json::from_str(&read_with("pandoc", &["-f", from, "-t", "csljson", file], &folder)).unwrap();
        let items = items.as_array().unwrap();
        assert_eq!(items.len(), 5, "{from}");
        let half = items.iter().find(|item| item["title"].as_str().is_some_and(|title| title.starts_with("=50"))).unwrap();
        let plain = half["title"]
            .as_str()
            .unwrap()
            .replace(['“', '”'], "\"")
            .replace("<span class=\"nocase\">", "")
            .replace("</span>", "");
        assert_eq!(plain, HEADLINE, "{from}");
        assert_eq!(half["issued"]["date-parts"][0], json!([2024, 3, 1]), "{from}");
    }
}

/// Where Debian's package has it.
const EPUBCHECK: &str = "/usr/share/java/epubcheck.jar";

#[test]
#[ignore = "needs epubcheck"]
fn epubcheck_finds_nothing_wrong() {
    let corpus = filled();
    export(&corpus, "epub", &corpus.path("all.epub"));
    read_with("java", &["-jar", EPUBCHECK, "--failonwarnings", "all.epub"], &corpus.path(""));
}
