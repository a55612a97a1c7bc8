//! Front pages written by hand, `pages/*.html`: links that lead to articles carry `data-story`, and the articles found are compared with them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner::discover::page::{FrontPage, read};
use gleaner_extract::page::Config;
use url::Url;

const URL: &str = "https://www.paper.example/";

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/discover/pages");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

/// The URLs of the links that carry `data-story`.
fn expected(html: &str, base: &Url) -> BTreeSet<String> {
    let tags = html.split("<a ").skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| tag.contains("data-story"));
    let href = |tag: &str| tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    tags.map(|tag| gleaner_extract::base::url::canonical(&base.join(&href(tag)).unwrap()).to_string()).collect()
}

fn front(html: &str) -> FrontPage {
    read(html.as_bytes(), Some("text/html; charset=utf-8"), &Url::parse(URL).unwrap(), &Config::default()).unwrap()
}

#[test]
fn articles_of_front_pages_are_found_and_little_else() {
    let base = Url::parse(URL).unwrap();
    let (mut right, mut wanted, mut given) = (0, 0, 0);
    for page in pages() {
        let html = fs::read_to_string(&page).unwrap();
        let expected = expected(&html, &base);
        assert!(expected.len() >= 5, "{}", page.display());
        let found: BTreeSet<String> = front(&html).articles.iter().map(|found| found.url.to_string()).collect();
        let name = page.file_stem().unwrap().to_string_lossy();
        expected.difference(&found).for_each(|url| eprintln!("{name}: missed {url}"));
        found.difference(&expected).for_each(|url| eprintln!("{name}: too many {url}"));
        (right, wanted, given) = (right + found.intersection(&expected).count(), wanted + expected.len(), given + found.len());
    }
    let (recall, precision) = (right as f64 / wanted as f64, right as f64 / given as f64);
    eprintln!("{wanted} articles on {} front pages: recall {recall:.3}, precision {precision:.3}", pages().len());
    assert!(recall >= 0.95 && precision >= 0.95, "recall {recall:.3}, precision {precision:.3}");
}

#[test]
fn feeds_are_discovered_and_titles_are_the_headlines() {
    let html = "<html><head><base href='/x/'><link rel='alternate' type='application/rss+xml' href='feed.xml'>
        <link rel='ALTERNATE' type='Application/Atom+XML; charset=utf-8' href='https://cdn.example/a'><link rel='alternate' hreflang='de' href='/de'>
        <link rel='alternate' type='application/rss+xml' href='feed.xml'><link rel='alternate' type='application/json' href='/wp-json'></head>
        <body><article><a href='/2024/05/01/mill-burns-down'><img></a><h2><a href='/2024/05/01/mill-burns-down?utm_source=front'>Mill burns down again</a></h2>
        <p><a href='/2024/05/01/mill-burns-down#c'>The third fire this year has destroyed the old mill at the river, and nobody knows why.</a></p></article></body></html>";
    let front = front(html);
    let feeds: Vec<&str> = front.feeds.iter().map(Url::as_str).collect();
    assert_eq!(feeds, ["https://www.paper.example/x/feed.xml", "https://cdn.example/a"]);
    assert_eq!(front.articles.len(), 1);
    assert_eq!(front.articles[0].title.as_deref(), Some("Mill burns down again"));
}
