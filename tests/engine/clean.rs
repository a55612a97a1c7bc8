//! `clean`: files in, clean texts out, only what changed done again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use gleaner::commands::clean::{self, CleanOptions};
use gleaner::engine::options::{Again, Diff, Mode};
use gleaner::engine::{Error, Silent};

use crate::support::{Corpus, counts, dump, files_below, page, story};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn files_of_any_name_depth_encoding_and_compression_become_texts_and_stay_as_they_are() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", format!("Harbour to be rebuilt\n\n{}", story(1)));
    corpus.write("raw/deep/er/still/B page", page(2, "Market news"));
    corpus.write("raw/c.md", format!("# Library opens\n\n{}", story(3)));
    corpus.write("raw/d.gz", gzip(&page(4, "Station closes")));
    corpus.write("raw/e.zst", zstd::encode_all(dump(5).as_bytes(), 1).unwrap());
    corpus
        .write("raw/é 日本 f", latin1(&page(6, "Café at the orchard reopens").replace("<head>", "<head><meta charset=latin1>")));
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(dump(7).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    corpus.write("raw/g.utf16", utf16);
    let before = files_below(&corpus.path("raw"));

    let report = corpus.clean();
    assert_eq!(counts(&report), [7, 0, 0, 0, 0, 0], "{report:?}");
    assert_eq!(report.exit_status(), 0);
    assert_eq!(files_below(&corpus.path("raw")), before, "the user's files are never touched");
    let texts = corpus.texts().join("\n=====\n");
    for number in 1..=7 {
        let first = story(number);
        assert!(texts.contains(first.split("\n\n").next().unwrap()), "story {number} is missing:\n{texts}");
    }
    assert!(!texts.contains("All rights reserved"), "{texts}");

    let tree = corpus.tree();
    assert_eq!(counts(&corpus.clean()), [0, 0, 7, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree, "a second run changes nothing");
    let all = CleanOptions { again: Again::All, ..CleanOptions::default() };
    assert_eq!(counts(&corpus.clean_with(&all).0), [0, 0, 7, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree, "neither does cleaning all again");
}

#[test]
fn what_is_no_article_is_refused_and_what_cannot_be_read_fails() {
    let corpus = Corpus::new();
    corpus.write("raw/good.txt", dump(1));
    corpus.write("raw/empty.txt", "");
    corpus.write("raw/blank.html", "<html><body>  </body></html>");
    corpus.write("raw/picture.txt", [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0, 1, 2, 3, 255, 254]].concat());
    corpus.write("raw/data.json", "{\"a\": [1, 2, 3]}");
    corpus.write("raw/cut.gz", &gzip(&story(2))[..60]);
    corpus.write("raw/README.md", dump(9));
    corpus.write("raw/.hidden", dump(8));
    let large = fs::File::create(corpus.path("raw/large.html")).unwrap();
    large.set_len(200 << 20).unwrap();

    let start = Instant::now();
    let (report, heard) = corpus.clean_with(&CleanOptions::default());
    assert!(start.elapsed().as_secs() < 10, "a large file costs nothing");
    assert_eq!(counts(&report), [1, 0, 0, 0, 4, 2], "{report:?}");
    assert_eq!(report.exit_status(), 3);
    let sources: Vec<&str> =
        report.failures.iter().map(|failure| Path::new(&failure.source).file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(sources, ["cut.gz", "large.html"]);
    assert!(report.failures.iter().all(|failure| failure.hint.is_some()));
    let reasons: Vec<&str> = report.refusals.keys().map(String::as_str).collect();
    assert_eq!(report.refusals.values().sum::<u64>(), 4, "{reasons:?}");
    assert!(
        reasons.contains(&"no article text found") && reasons.iter().any(|reason| reason.starts_with("it is JSON data")),
        "{reasons:?}"
    );
    let events = heard.events.lock().unwrap();
    let mut sorted = events.clone();
    sorted.sort();
    assert_eq!(*events, sorted, "events come in the order of the paths");
    assert_eq!(*heard.total.lock().unwrap(), 7);
    assert_eq!(corpus.texts().len(), 1);
}

#[test]
fn what_changed_is_done_again_and_the_earlier_text_is_kept() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(2));
    corpus.clean();
    let names: Vec<String> = corpus.tree().into_keys().collect();
    corpus.write(
        "raw/a.txt",
        format!("{}\n\nA new paragraph says that the plan was changed once more on Friday evening.", dump(1)),
    );

    let dry = CleanOptions { mode: Mode::DryRun, diff: Diff::Unified, ..CleanOptions::default() };
    let tree = corpus.tree();
    let (report, heard) = corpus.clean_with(&dry);
    assert_eq!((counts(&report), report.dry_run), ([0, 1, 1, 0, 0, 0], true));
    assert_eq!(corpus.tree(), tree, "a dry run writes nothing");
    let diffs = heard.diffs.lock().unwrap();
    assert_eq!(diffs.len(), 1);
    assert!(diffs[0].starts_with("--- a/raw/a.txt\n+++ b/raw/a.txt\n@@"), "{}", diffs[0]);
    assert!(diffs[0].contains("\n+A new paragraph") && !diffs[0].contains("\n-"), "{}", diffs[0]);

    assert_eq!(counts(&corpus.clean()), [0, 1, 1, 0, 0, 0]);
    let after: Vec<String> = corpus.tree().into_keys().collect();
    let added: Vec<&String> = after.iter().filter(|name| !names.contains(name)).collect();
    assert!(added.iter().all(|name| name.starts_with("clean/.versions/")) && !added.is_empty(), "names survive: {added:?}");
    assert!(corpus.texts().iter().any(|text| text.contains("A new paragraph")));
    assert_eq!(counts(&corpus.clean()), [0, 0, 2, 0, 0, 0]);
}

#[test]
fn a_dry_run_on_an_empty_corpus_creates_nothing() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    let dry = CleanOptions { mode: Mode::DryRun, diff: Diff::Unified, ..CleanOptions::default() };
    let (report, heard) = corpus.clean_with(&dry);
    assert_eq!(counts(&report), [1, 0, 0, 0, 0, 0]);
    assert!(heard.diffs.lock().unwrap()[0].contains("\n+The council of district 1"));
    assert_eq!(fs::read_dir(corpus.path("")).unwrap().count(), 1, "raw/ is all there is");
}

#[test]
fn copies_are_recorded_and_cleaned_again_when_their_text_is_gone() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(1));
    corpus.write("raw/c.txt", dump(1).replace("Tuesday", "TUESDAY"));
    corpus.write("raw/d.txt", dump(2));
    assert_eq!(counts(&corpus.clean()), [2, 0, 0, 2, 0, 0]);
    assert_eq!((corpus.texts().len(), corpus.sidecars().len()), (2, 4));
    assert_eq!(counts(&corpus.clean()), [0, 0, 4, 0, 0, 0]);

    corpus.write("raw/a.txt", dump(3));
    let report = corpus.clean();
    assert_eq!((report.failed, report.refused), (0, 0), "{report:?}");
    let texts = corpus.texts().join("\n");
    assert!(texts.contains("district 1 ") && texts.contains("district 3 "), "the copy's text came back:\n{texts}");
    assert_eq!((corpus.texts().len(), corpus.sidecars().len()), (3, 4));
    let tree = corpus.tree();
    assert_eq!(counts(&corpus.clean()), [0, 0, 4, 0, 0, 0]);
    assert_eq!(corpus.tree(), tree);
}

#[test]
fn threads_do_not_change_a_byte() {
    let corpora = [1, 4].map(|jobs| {
        let corpus = Corpus::new();
        for number in 0..60 {
            // Every fifth is a copy of one before it, which of the two is kept must not depend on speed.
            let number_or_copy = if number % 5 == 4 { number - 3 } else { number };
            corpus.write(&format!("raw/{number:02}.html"), page(number_or_copy, &format!("News of district {number_or_copy}")));
        }
        let setup = corpus.setup().with_jobs(jobs);
        let report = clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap();
        assert_eq!(counts(&report), [48, 0, 0, 12, 0, 0]);
        corpus
    });
    assert_eq!(corpora[0].tree(), corpora[1].tree());
}

#[test]
fn output_goes_where_it_is_asked_to() {
    let corpus = Corpus::new();
    corpus.write("texts/a.txt", dump(1));
    corpus.write("texts/sub/b.txt", dump(2));
    let options = CleanOptions { paths: vec![corpus.path("texts")], ..CleanOptions::default() };
    let setup = || corpus.setup().with_output(&corpus.path("texts/out"));
    assert_eq!(counts(&clean::clean(&setup(), &options, &Silent).unwrap()), [2, 0, 0, 0, 0, 0]);
    // The output lies within the input, and is not taken for input.
    assert_eq!(counts(&clean::clean(&setup(), &options, &Silent).unwrap()), [0, 0, 2, 0, 0, 0]);
    assert!(!corpus.path("clean").exists() && corpus.path("texts/out/.gleaner").is_dir());
}

#[test]
fn a_second_run_meets_the_lock() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    let setup = corpus.setup();
    let store = gleaner::store::Store::open(&setup.layout).unwrap();
    let error = clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap_err();
    assert!(error.is_locked() && matches!(error, Error::Store(_)));
    store.close().unwrap();
    assert_eq!(clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap().new, 1);
}

#[test]
fn other_rules_or_limits_clean_again() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.clean();
    let setup = corpus.setup_with("[page]\nmax_depth = 100\n");
    let report = clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap();
    assert_eq!(counts(&report), [0, 0, 1, 0, 0, 0], "the same text: only the sidecar says that it was cleaned anew");
    let stamp = setup.cleaner().config.to_string();
    assert_eq!(corpus.sidecars()[0]["cleaner"]["config"], stamp);
}

#[test]
fn a_rule_in_the_users_folder_is_applied_by_the_next_run() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    corpus.write("raw/b.txt", dump(2));
    corpus.clean();
    let before = corpus.sidecars()[0]["cleaner"]["rules"].clone();
    let text = fs::read_to_string(corpus.path("raw/a.txt")).unwrap();
    let line = text.lines().rfind(|line| line.len() > 60).unwrap();
    let rule = format!(
        "[[rule]]\nid = \"mine\"\nwhy = \"Mine.\"\nstrength = \"sure\"\nmatch = \"is\"\nmax_words = 200\nphrases = {{ en = [{line:?}] }}\n"
    );
    corpus.write("rules/related.toml", rule);
    let setup = corpus.setup_with("rules_dir = \"rules\"\n");
    let report = clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap();
    assert!(report.updated + report.unchanged == 2, "{report:?}");
    let texts = corpus.texts();
    assert!(texts.iter().all(|text| !text.contains(line)), "{texts:?}");
    for sidecar in corpus.sidecars() {
        assert_ne!(sidecar["cleaner"]["rules"], before);
    }
    assert!(corpus.sidecars().iter().any(|sidecar| sidecar["removals"].to_string().contains("related.mine")));
    assert_eq!(counts(&clean::clean(&setup, &CleanOptions::default(), &Silent).unwrap())[2], 2, "nothing is left to do");
}

#[test]
fn a_missing_path_is_an_outcome_with_a_hint() {
    let corpus = Corpus::new();
    corpus.write("raw/a.txt", dump(1));
    let paths: Vec<PathBuf> = ["no/such", "raw"].map(|path| corpus.path(path)).to_vec();
    let (report, _) = corpus.clean_with(&CleanOptions { paths, ..CleanOptions::default() });
    assert_eq!(counts(&report), [1, 0, 0, 0, 0, 1]);
    assert_eq!(report.failures[0].hint.as_deref(), Some("check the spelling of the path"));
    fs::remove_dir_all(corpus.path("raw")).unwrap();
    let error = clean::clean(&corpus.setup(), &CleanOptions::default(), &Silent).unwrap_err();
    assert!(error.is_usage() && error.hint().unwrap().contains("gleaner init"));
}

#[test]
fn bad_bytes_and_repairs_are_noted_and_ordinary_sidecars_say_nothing_of_them() {
    let corpus = Corpus::new();
    let text = |end: &[u8]| {
        [story(3).as_bytes(), "\n\nThe café’s owner said that she had seen nothing of it. ".as_bytes(), end].concat()
    };
    corpus.write("raw/a.txt", text(b"Nobody else had."));
    corpus.write("raw/b.txt", text(b"Nobody had na\xefve hopes."));
    corpus.write(
        "raw/c.txt",
        text("\n\nThe mayorâ€™s men left the cafÃ© at noon, and none of them came back before the end of the week.\n".as_bytes()),
    );
    let wide: Vec<u8> = story(4).encode_utf16().flat_map(u16::to_be_bytes).collect();
    corpus.write("raw/d.txt", wide);
    assert_eq!(counts(&corpus.clean()), [4, 0, 0, 0, 0, 0]);
    let decoding = |path: &str| {
        let sidecar = corpus.sidecars().into_iter().find(|sidecar| sidecar["source"] == path).unwrap();
        sidecar.get("decoding").cloned()
    };
    assert_eq!((decoding("raw/a.txt"), decoding("raw/d.txt")), (None, None));
    let noted = |bad_bytes: u64, repaired: u64| {
        Some(serde_json::json!({"charset": "UTF-8", "bad_bytes": bad_bytes, "repaired": repaired}))
    };
    assert_eq!((decoding("raw/b.txt"), decoding("raw/c.txt")), (noted(1, 0), noted(0, 2)));
    let texts = corpus.texts().join("\n");
    assert!(texts.contains("na\u{fffd}ve hopes") && texts.contains("The mayor’s men left the café"), "{texts}");
    assert!(texts.contains("about 7 million"), "UTF-16 without a byte order mark is read");
}

#[test]
fn fragments_are_read_as_html_by_their_names() {
    let corpus = Corpus::new();
    let paragraphs: String = story(5).split("\n\n").map(|paragraph| format!("{paragraph}<p class=x>\n")).collect();
    corpus.write("raw/a.htm", format!("<meta name=author content=\"Jane Doe\">\n{paragraphs}"));
    corpus.write("raw/b.html", format!("<script>var a = 1;</script>\n{}", story(6).replace("\n\n", "\n<p>\n")));
    corpus.write("raw/c.txt", format!("<b>{}</b>", story(7)));
    assert_eq!(counts(&corpus.clean()), [3, 0, 0, 0, 0, 0]);
    let texts = corpus.texts();
    assert_eq!(texts.iter().filter(|text| text.contains('<')).count(), 1, "a stray tag does not make HTML of a text: {texts:?}");
    assert!(!texts.iter().any(|text| text.contains("var a")), "{texts:?}");
    assert!(corpus.sidecars().iter().any(|sidecar| sidecar["authors"]["value"][0] == "Jane Doe"));
}
