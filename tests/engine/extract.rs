//! `extract`: one page in, one article out, in every form.

use std::collections::HashMap;

use gleaner::commands::extract::{csv, extract, fetch, read_file, read_stream};
use gleaner_extract::article::render::{OutputFormat, render};
use gleaner_extract::document::Origin;

use crate::server::{Page, Server};
use crate::support::{Corpus, page, story};

#[test]
fn one_page_is_rendered_in_every_form() {
    let corpus = Corpus::new();
    let setup = corpus.setup();
    let html = page(1, "Harbour & market *rebuilt*");
    let raw = read_stream(&setup, &mut html.as_bytes()).unwrap();
    assert_eq!(raw.origin, Origin::Stdin);
    let url = "https://www.example.com/story".parse().unwrap();
    let cleaned = extract(&setup, &raw, Some(&url)).unwrap();
    let [text, markdown, json, html] = [0, 1, 2, 3].map(|form| render(&cleaned, OutputFormat::ALL[form]));
    assert_eq!(text, format!("{}\n", story(1)));
    assert!(markdown.contains("\n\nResidents who spoke"), "{markdown}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["text"], story(1));
    assert_eq!((json["url"].as_str(), json.get("removals")), (Some(url.as_str()), None));
    assert!(html.starts_with("<!doctype html>") && html.contains("<p>Residents who spoke"), "{html}");
    // What was rendered as a page is read as the same story.
    let again = extract(&setup, &read_stream(&setup, &mut html.as_bytes()).unwrap(), None).unwrap();
    assert_eq!(again.article.text, cleaned.article.text);
}

#[test]
fn a_page_is_fetched_and_stored_nowhere() {
    let (corpus, server) = (Corpus::new(), Server::start());
    let setup = corpus.setup();
    server.put("/story", Page::Html(page(1, "Story 1")));
    let raw = fetch(&setup, &server.url("/story")).unwrap();
    let cleaned = extract(&setup, &raw, None).unwrap();
    assert_eq!(cleaned.article.text, story(1));
    assert_eq!(cleaned.page.head.url.as_ref().map(ToString::to_string), Some(server.url("/story")));
    assert!(corpus.tree().is_empty());
    let error = fetch(&setup, &server.url("/none")).unwrap_err().to_string();
    assert!(error.contains(&server.url("/none")), "{error}");
    assert!(fetch(&setup, "http://").unwrap_err().is_usage());
}

#[test]
fn a_page_as_csv_has_the_columns_of_an_export() {
    let setup = Corpus::new().setup();
    let raw = read_stream(&setup, &mut page(1, "=Harbour, rebuilt").as_bytes()).unwrap();
    let table = csv(&raw, &extract(&setup, &raw, None).unwrap());
    let rows: Vec<HashMap<String, String>> =
        ::csv::Reader::from_reader(table.as_bytes()).deserialize().map(Result::unwrap).collect();
    let [row] = rows.as_slice() else { panic!("{table}") };
    assert_eq!(
        (row["text"].as_str(), row["title"].as_str(), row["published"].as_str()),
        (story(1).as_str(), "'=Harbour, rebuilt", "2024-03-02")
    );
}

#[test]
fn errors_name_the_input_and_say_what_to_do() {
    let corpus = Corpus::new();
    let setup = corpus.setup();
    let missing = read_file(&setup, &corpus.path("no.html")).unwrap_err();
    assert!(missing.to_string().contains("no.html") && missing.hint().is_some());
    let empty = read_stream(&setup, &mut &b""[..]).unwrap();
    let error = extract(&setup, &empty, None).unwrap_err();
    assert_eq!(error.to_string(), "read the page: it is empty (<stdin>)");
    assert!(error.hint().is_some());
}

/// The sample files: words that must not be in their clean texts, and the first and last words that must.
const SAMPLES: &[(&str, &[&str], [&str; 2])] = &[
    (
        "старый архив/novosti_2008-11-14.htm",
        &["14.11.2008", "Игнат Полежаев", "Фото автора", "Читайте также", "Обсуждение", "Земляк:", "Марина:"],
        ["Почтовое отделение", "они по телевизору увидят»."],
    ),
    (
        "presse.example.net/fr/le phare d’Ardrec (amp).html",
        &["Lire aussi", "PHOTO", "par mois", "Par Maëlle", "Commentaires"],
        ["Menacée de fermeture", "pour les encadrer."],
    ),
    (
        "news.example/korea/골목 사진관.html.zst",
        &["▲", "관련기사", "윤하늘 기자", "댓글", "[광고]"],
        ["은행동 골목 끝의", "첫 손님이 되겠다고 약속했다."],
    ),
    (
        "courier.example/de/Wölfe am Güterbahnhof.html",
        &["keinen für Selfies.“", "Undine Kassebohm, Stadträtin", "Lesen Sie auch", "Anzeige"],
        ["Zwei Jungtiere leben", "vermisse die alte nicht."],
    ),
    (
        "courier.example/2024-02-19 glass-bridge.html",
        &["Sign up", "Read more", "Photograph", "comments"],
        ["A glass-floored footbridge", "has already asked to go again."],
    ),
    ("dumps/saved article (1).txt", &["‘A straight river", "Share", "Subscribe"], ["When the surveyors came", ""]),
];

#[test]
fn the_samples_come_out_clean() {
    let setup = Corpus::new().setup();
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("raw/samples");
    for (name, removed, [first, last]) in SAMPLES {
        let raw = read_file(&setup, &samples.join(name)).unwrap();
        let text = extract(&setup, &raw, None).unwrap().article.text;
        let left: Vec<_> = removed.iter().filter(|words| text.contains(**words)).collect();
        assert!(left.is_empty(), "{name}: {left:?} in\n{text}");
        assert!(text.starts_with(first) && text.ends_with(last), "{name}:\n{text}");
    }
}
