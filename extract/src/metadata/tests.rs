//! Titles and site names of whole pages, written by hand: one test for each kind of page that names its headline or itself in an unusual way.

use super::{MetadataInput, find_candidates};
use crate::base::text::fold;
use crate::document::Metadata;
use crate::page::{self, Page, ReadHints};

const STORY: &str = "<p>The council met on Monday and decided after four hours to close both bridges over the river until the end of the summer.</p>\
    <p>Traffic will be led through the old town, where the shops expect more noise and, as one baker said, more customers than before.</p>";

fn metadata(head: &str, body: &str) -> Metadata {
    let url = url::Url::parse("https://www.daily-example.com/2026/bridges-close").unwrap();
    let html = format!("<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}{STORY}</body></html>");
    let hints = ReadHints { content_type: Some("text/html"), url: Some(&url) };
    let page = page::read(html.as_bytes(), hints, &page::Config::default()).unwrap();
    of_kept(&page)
}

/// The metadata of a page of which every block is kept.
pub(super) fn of_kept(page: &Page) -> Metadata {
    let text = page.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let folded = fold(&text);
    let folded_blocks: Vec<String> = page.blocks.iter().map(|block| fold(&block.text)).collect();
    let input = MetadataInput {
        page,
        removals: &[],
        http: None,
        text: &text,
        folded: &folded,
        folded_blocks: &folded_blocks,
        fetched_at: None,
        now: None,
    };
    find_candidates(input).metadata()
}

fn title(head: &str, body: &str) -> Option<String> {
    metadata(head, body).title.map(|found| found.value)
}

/// The head of a news article with this title for search engines.
fn news_head(title: &str) -> String {
    let json =
        format!(r#"{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{title}","datePublished":"2026-05-04"}}"#);
    let meta =
        format!(r#"<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Daily Example">"#);
    format!(r#"<title>{title} | The Daily Example</title>{meta}<script type="application/ld+json">{json}</script>"#)
}

#[test]
fn the_last_breadcrumb_gives_way_to_the_headline() {
    for (told, shown) in [
        ("Verkehr: Stadt schließt beide Brücken bis September", "Stadt schließt beide Brücken bis zum Herbst"),
        ("Mosty zamknięte do września: miasto zdecydowało", "Miasto zamyka oba mosty do września"),
        ("다리 두 곳 통제, 9월까지 이어진다", "다리 두 곳 9월까지 통제한다"),
    ] {
        let trail = format!(r#"<nav class="breadcrumb"><ul><li><a href="/">Home</a></li><li><h1>{told}</h1></li></ul></nav>"#);
        assert_eq!(title(&news_head(told), &format!("{trail}<article><h2>{shown}</h2>")).as_deref(), Some(shown));
        let named =
            format!(r#"<div><a href="/">Home</a> <h1 class="breadcrumb_last">{told}</h1></div><article><h2>{shown}</h2>"#);
        assert_eq!(title(&news_head(told), &named).as_deref(), Some(shown));
        assert_eq!(title(&news_head(told), &trail).as_deref(), Some(told), "no other heading shows the headline");
    }
}

#[test]
fn a_heading_beside_breadcrumbs_is_the_headline() {
    let told = "Stadt schließt beide Brücken bis zum Herbst";
    let body = format!(
        r#"<section class="breadcrumb-area"><h1>{told}</h1><ul class="breadcrumb"><li>Home</li><li>Verkehr</li></ul></section>
           <h2>Stadt schließt Brücken: was Pendler wissen müssen</h2>"#
    );
    assert_eq!(title(&news_head(told), &body).as_deref(), Some(told));
}

#[test]
fn the_main_heading_of_a_news_article_is_the_headline() {
    for (told, shown) in [
        (
            "Bridge closures: council shuts both bridges in Exampletown until September",
            "Council shuts both bridges until September",
        ),
        ("Пробки в городе: оба моста закрыли до сентября", "Оба моста закрыли до осени"),
        ("Ponts fermés : la ville ferme les deux ponts jusqu’en septembre", "La ville ferme les deux ponts jusqu’en automne"),
    ] {
        assert_eq!(title(&news_head(told), &format!("<article><h1>{shown}</h1>")).as_deref(), Some(shown));
    }
    let told = "Council shuts both bridges until September";
    assert_eq!(title(&news_head(told), "<h1>Traffic news</h1>").as_deref(), Some(told), "the name of a section is none");
}

#[test]
fn parts_of_a_heading_are_separated_as_elsewhere_on_the_page() {
    let told = "Verkehr in der Stadt: Beide Brücken bleiben bis zum Herbst zu";
    let body = "<article><h1><span>Verkehr in der Stadt</span> <span>Beide Brücken bleiben bis zum Herbst zu</span></h1>";
    assert_eq!(title(&news_head(told), body).as_deref(), Some(told));
}

#[test]
fn a_long_kicker_goes_where_another_source_gives_the_headline() {
    let head = news_head("Both bridges stay closed until autumn");
    let body =
        "<article><h1><div>How the council wants to repair its roads</div><div>Both bridges stay closed until autumn</div></h1>";
    assert_eq!(title(&head, body).as_deref(), Some("Both bridges stay closed until autumn"));
}

#[test]
fn the_last_title_is_never_dropped() {
    let head = r#"<title>Daily Example</title><meta property="og:site_name" content="Daily Example"><meta property="og:title" content="Daily Example">"#;
    assert_eq!(title(head, "").as_deref(), Some("Daily Example"));
}

#[test]
fn a_headline_given_as_site_name_is_still_the_headline() {
    let told = "Both bridges stay closed until autumn";
    let head = format!(
        r#"<title>{told}</title><meta property="og:site_name" content="{told}"><meta property="og:title" content="{told}">"#
    );
    let found = metadata(&head, &format!("<h1>{told}</h1>"));
    assert_eq!(found.title.map(|title| title.value).as_deref(), Some(told));
    assert_eq!(found.site.map(|site| site.value).as_deref(), Some("daily-example.com"), "and no name of the site");
}

#[test]
fn the_box_of_a_translation_service_is_no_headline() {
    let head = "<title>Obie mosty zamknięte do jesieni</title>";
    let body =
        r#"<div class="goog-te-spinner-pos skiptranslate"><h1>Original text</h1></div><h2>Obie mosty zamknięte do jesieni</h2>"#;
    assert_eq!(title(head, body).as_deref(), Some("Obie mosty zamknięte do jesieni"));
}

#[test]
fn site_names_are_cut_at_unusual_separators() {
    let site = r#"<meta property="og:site_name" content="데일리 예시">"#;
    for (told, want) in [
        ("다리 두 곳 9월까지 통제한다 ㅣ 데일리 예시", "다리 두 곳 9월까지 통제한다"),
        ("다리 두 곳 9월까지 통제한다-데일리 예시", "다리 두 곳 9월까지 통제한다"),
        ("Both bridges stay closed │ daily-example.com", "Both bridges stay closed"),
    ] {
        assert_eq!(title(&format!(r#"<title>{told}</title>{site}"#), "").as_deref(), Some(want));
    }
}

#[test]
fn a_site_is_spelled_as_it_spells_itself() {
    let site = |head: &str| metadata(head, "<h1>Both bridges stay closed</h1>").site.map(|site| site.value);
    let publisher = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Both bridges stay closed",
        "publisher":{"@type":"Organization","name":"Daily Example"}}</script>"#;
    let host = r#"<meta property="og:site_name" content="daily-example.com">"#;
    assert_eq!(site(&format!("{host}{publisher}")).as_deref(), Some("Daily Example"));
    assert_eq!(site(host).as_deref(), Some("daily-example.com"));
    assert_eq!(site(r#"<meta property="og:site_name" content="Daily-Example.com">"#).as_deref(), Some("Daily-Example.com"));
    assert_eq!(site(r#"<meta property="og:site_name" content="{$site.name}">"#).as_deref(), Some("daily-example.com"));
}

#[test]
fn what_a_story_is_based_on_is_collected_from_json_ld() {
    let based_on = |head: &str| metadata(head, "").based_on.map(|found| found.value).unwrap_or_default();
    let json = |value: &str| {
        let node = format!(r#"{{"@type":"NewsArticle","headline":"Both bridges close","isBasedOn":{value}}}"#);
        format!(
            r#"<script type="application/ld+json">{{"@graph":[{node},{{"@id":"/#agency","@type":"CreativeWork","url":"https://agency.example/7"}}]}}</script>"#
        )
    };
    for (value, expected) in [
        (r#""https://agency.example/1""#, &["https://agency.example/1"][..]),
        (r#"{"@type":"CreativeWork","url":"https://agency.example/2"}"#, &["https://agency.example/2"]),
        (r#"{"@id":"https://agency.example/3"}"#, &["https://agency.example/3"]),
        (r#"{"@id":"/#agency"}"#, &["https://agency.example/7"]),
        (
            r#"["https://b.example/5","https://a.example/4","https://b.example/5"]"#,
            &["https://a.example/4", "https://b.example/5"],
        ),
        (r#""/2026/earlier""#, &["https://www.daily-example.com/2026/earlier"]),
        // No URL, and the page itself.
        (r#""Report by an agency""#, &[]),
        (r#""https://www.daily-example.com/2026/bridges-close#top""#, &[]),
        (r#""javascript://agency.example/""#, &[]),
    ] {
        assert_eq!(based_on(&json(value)), expected, "{value}");
    }
    assert!(based_on(&news_head("Both bridges close")).is_empty());
}
