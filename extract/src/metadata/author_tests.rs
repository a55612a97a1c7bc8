//! Authors and dates of whole pages and text dumps, written by hand: one test for each kind of evidence around a name or date.

use super::tests::of_kept;
use crate::document::Metadata;
use crate::page::{self, ReadHints};

const TITLE: &str = "Both bridges stay closed until autumn";

const STORY: &[&str] = &[
    "The council met on Monday and made its key points after four hours: both bridges over the river stay closed until autumn.",
    "Traffic will be led through the old town, where the shops expect, as one baker said, more noise and more customers than before.",
    "The mayor, Anna Meier, defended the plan and said that repairs could not wait, since two floods had damaged the pillars.",
];

fn read(text: &str, content_type: &str) -> Metadata {
    let url = url::Url::parse("https://www.daily-example.com/bridges-close").unwrap();
    let hints = ReadHints { content_type: Some(content_type), url: Some(&url) };
    let page = page::read(text.as_bytes(), hints, &page::Config::default()).unwrap();
    of_kept(&page)
}

/// The metadata of a dump with these lines between headline and story, and after the story.
fn dump(before: &[&str], after: &[&str]) -> Metadata {
    let lines: Vec<&str> = [&[TITLE][..], before, STORY, after].concat();
    read(&lines.join("\n\n"), "text/plain")
}

/// The metadata of a page with this markup in its head, and between headline and story.
fn html(head: &str, before: &str) -> Metadata {
    let story: String = STORY.iter().map(|line| format!("<p>{line}</p>")).collect();
    let body = format!("<article><h1>{TITLE}</h1>{before}{story}</article>");
    read(
        &format!("<!doctype html><html><head><meta charset=utf-8><title>{TITLE}</title>{head}</head><body>{body}</body></html>"),
        "text/html",
    )
}

fn authors(metadata: Metadata) -> Vec<String> {
    metadata.authors.map(|found| found.value).unwrap_or_default()
}

#[test]
fn names_in_successive_lines_are_of_one_byline() {
    assert_eq!(authors(dump(&["By", "Jane Doe", "John Roe", "3 May 2026"], &[])), ["Jane Doe", "John Roe"]);
    assert_eq!(authors(dump(&["Von", "Jörg Müller"], &[])), ["Jörg Müller"]);
    assert_eq!(authors(dump(&["Par", "Jean Dupont", "3 mai 2026"], &[])), ["Jean Dupont"]);
    assert_eq!(authors(dump(&["Автор", "Иван Петров"], &[])), ["Иван Петров"]);
}

#[test]
fn words_that_sentences_have_in_lower_case_are_no_name() {
    assert_eq!(authors(dump(&["Key Points", "3 May 2026"], &[])), Vec::<String>::new());
    assert_eq!(authors(dump(&["Key Points", "Jane Doe", "3 May 2026"], &[])), ["Jane Doe"]);
}

#[test]
fn a_person_in_the_story_gives_way_to_another_without_a_lead_in() {
    assert_eq!(authors(dump(&["By Anna Meier", "3 May 2026"], &[])), ["Anna Meier"]);
    assert_eq!(authors(dump(&["Anna Meier", "Jane Doe", "3 May 2026"], &[])), ["Jane Doe"]);
}

#[test]
fn a_name_at_the_end_of_a_dump_is_the_authors() {
    assert_eq!(authors(dump(&["3 May 2026"], &["Jane Doe"])), ["Jane Doe"]);
    assert_eq!(authors(dump(&[], &["Mehmet Kaya"])), ["Mehmet Kaya"]);
}

#[test]
fn a_name_and_a_date_share_a_line() {
    assert_eq!(authors(dump(&["Jane Doe 25 March 2026 Bridges, Rivers, Roads, Old towns, Shops and more"], &[])), ["Jane Doe"]);
    assert_eq!(authors(dump(&["Jane Doe5 hours ago"], &[])), ["Jane Doe"]);
}

#[test]
fn names_of_persons_override_words_of_organisations() {
    let declared = |name: &str| {
        format!(
            r#"<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}","author":{{"@type":"Person","name":"{name}"}}}}</script>"#
        )
    };
    for name in ["Tim Meier", "Wiebke Kammer", "Jane Times"] {
        assert_eq!(authors(html(&declared(name), "")), [name]);
    }
    assert_eq!(authors(html("", r#"<p><a rel="author" href="/authors/xaver-post">Xaver Post</a></p>"#)), ["Xaver Post"]);
    assert_eq!(
        authors(html("", r#"<div class="byline">By <a href="/author/greta-office">Greta Office</a></div>"#)),
        ["Greta Office"]
    );
}

#[test]
fn a_name_alone_in_bold_counts_where_only_an_outlet_stands_against_it() {
    let outlet = r#"<meta name="author" content="Daily Example">"#;
    assert_eq!(authors(html(outlet, "<p><b>Jane Doe</b></p>")), ["Jane Doe"]);
    assert_eq!(authors(html(r#"<meta name="author" content="John Roe">"#, "<p><b>Jane Doe</b></p>")), ["John Roe"]);
}

#[test]
fn a_title_in_capitals_is_no_name() {
    assert_eq!(authors(html("", "<p>Garden Corner</p>")), Vec::<String>::new());
}

#[test]
fn dates_are_weighed_by_what_stands_around_them() {
    let published = |head: &str, before: &str| html(head, before).published.map(|found| found.value.day.to_string());
    let modified = r#"<meta property="article:modified_time" content="2026-05-03T08:00:00Z">"#;
    let sentence = "<p>The older bridge was built by a company from abroad, and opened to all traffic on 12 April 1998 after years of works.</p>";
    assert_eq!(published(modified, sentence).as_deref(), Some("2026-05-03"), "a sentence may date anything");
    assert_eq!(published("", "<p>Published: 3 May 2026 | 1 January 2020</p>").as_deref(), Some("2026-05-03"));
    assert_eq!(published("", "<p>3 May 2026, 10:15</p><p>1 May 2026</p>").as_deref(), Some("2026-05-03"));
    let value = r#"<meta property="article:published_time" value="2026-05-03T08:00:00Z">"#;
    assert_eq!(published(value, "").as_deref(), Some("2026-05-03"));
    let night = r#"<meta property="article:published_time" content="2026-05-03T02:30:00Z">"#;
    assert_eq!(published(night, "<p>May 2, 2026 10:30 PM EDT</p>").as_deref(), Some("2026-05-02"), "the page's local day");
    let shown = r#"<meta property="article:published_time" content="2026-05-03T08:00:00Z">"#;
    assert_eq!(published(shown, "<time>3 May 2026</time><p>Opened 12 April 1998</p>").as_deref(), Some("2026-05-03"));
}
