//! `extract`: one page in, one article out, in four forms.

use gleaner::commands::extract::{extract, read_file, read_stream};
use gleaner_extract::article::render::{OutputFormat, render};
use gleaner_extract::document::Origin;

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
    assert!(json["removals"].is_array());
    assert!(html.starts_with("<!doctype html>") && html.contains("<p>Residents who spoke"), "{html}");
    // What was rendered as a page is read as the same story.
    let again = extract(&setup, &read_stream(&setup, &mut html.as_bytes()).unwrap(), None).unwrap();
    assert_eq!(again.article.text, cleaned.article.text);
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
