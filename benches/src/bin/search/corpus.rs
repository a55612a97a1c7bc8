//! A generated corpus, written through the store as a run does it.

use std::error::Error;
use std::time::{Duration, Instant};

use gleaner::store::{Cleaner, Layout, NewDocument, RawRef, Removals, SourceKey, Store, Urls};
use gleaner_bench::copies::Random;
use gleaner_extract::article::fingerprint::tokens_sha256;
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::count_words;
use gleaner_extract::base::time::{Day, Timestamp};
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{Article, Completeness, DocumentId, Found, Metadata};

use crate::texts::{Language, zipf};

/// The text of a document; made again whenever it is needed.
pub fn text(number: usize) -> String {
    let mut random = Random::new(0x5ea4_0000 ^ number as u64);
    let words = 150 + random.below(700);
    Language::of(number).text(words, &mut random)
}

/// The headline of a document.
pub fn title(number: usize) -> String {
    let mut random = Random::new(0x717e_0000 ^ number as u64);
    Language::of(number).text(5 + random.below(6), &mut random).replace('\n', "")
}

/// The site of a document: a few have very many.
pub fn site(number: usize) -> String {
    format!("paper{}.example.com", zipf(&mut Random::new(0x517e_0000 ^ number as u64)) / 100).replace(".example", "-news")
}

/// An author of a document.
pub fn author(number: usize) -> String {
    format!("Author {}", zipf(&mut Random::new(0xa070_0000 ^ number as u64)) / 20)
}

/// The day of publication: two years' worth.
pub fn day(number: usize) -> Day {
    Timestamp::from_unix(1_640_995_200 + (number as i64 * 7_919 % 730) * 86_400).day()
}

/// Writes so many documents; gives the time that it took, without that of making the texts, and the bytes of the texts.
pub fn write(layout: &Layout, documents: usize) -> Result<(Duration, u64), Box<dyn Error>> {
    let (mut took, mut bytes) = (Duration::ZERO, 0);
    let start = Instant::now();
    let mut store = Store::open(layout)?;
    took += start.elapsed();
    for number in 0..documents {
        let document = document(number);
        bytes += document.article.text.len() as u64 + 1;
        let start = Instant::now();
        store.put(&document)?;
        took += start.elapsed();
    }
    let start = Instant::now();
    store.close()?;
    Ok((took + start.elapsed(), bytes))
}

fn document(number: usize) -> NewDocument {
    let text = text(number);
    let url = format!("https://www.{}/{number}", site(number));
    let raw = ContentHash::of(&url);
    let mut random = Random::new(number as u64);
    let names = |values: Vec<String>| Some(Found::new(values, "meta:x"));
    let tags = (0..random.below(6)).map(|_| format!("topic {}", zipf(&mut random) / 8)).collect();
    NewDocument {
        id: DocumentId(raw),
        source: SourceKey(url.clone()),
        raw: RawRef { sha256: raw, path: format!("raw/{number}.html") },
        parts: Vec::new(),
        urls: Urls { requested: Some(url.clone()), r#final: Some(url.clone()), canonical: Some(url), aliases: Vec::new() },
        fetched_at: Some(Timestamp::from_unix(1_704_067_200)),
        tokens_sha256: tokens_sha256(&text),
        article: Article {
            metadata: Metadata {
                title: Some(Found::new(title(number), "meta:og:title")),
                authors: names(vec![author(number)]),
                tags: names(tags),
                published: Some(Found::new(PageDate { day: day(number), instant: None }, "meta:date")),
                language: Some(Found::new(Language::of(number).code.to_owned(), "text")),
                ..Metadata::default()
            },
            completeness: if random.chance(0.1) { Completeness::Truncated } else { Completeness::Complete },
            evidence: Vec::new(),
            is_front_page: false,
            entries: Vec::new(),
            confidence: 0.9,
            words: count_words(&text),
            limits: Vec::new(),
            decoding: None,
            text,
        },
        removals: Removals::new(),
        corrections: None,
        site_page: None,
        cleaner: Cleaner {
            version: "0.1.0".to_owned(),
            model: "bench".to_owned(),
            rules: ContentHash::of(""),
            config: ContentHash::of(""),
        },
    }
}

/// A page with the text of a document, as it would be cleaned.
pub fn page(number: usize) -> String {
    let paragraphs: String = text(number).split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    let links: String = (0..60).map(|link| format!("<li><a href=\"/{link}\">{}</a></li>\n", title(number + link))).collect();
    format!(
        "<!doctype html><html><head><title>{0}</title><meta property=\"og:title\" content=\"{0}\"></head><body><nav><ul>{links}</ul></nav>
         <article><h1>{0}</h1><p class=\"byline\">By {1}</p><time datetime=\"{2}\">{2}</time>{paragraphs}</article>
         <footer><ul>{links}</ul></footer></body></html>",
        title(number),
        author(number),
        day(number)
    )
}
