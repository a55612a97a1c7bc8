//! Finds dates in the data of scripts: pages that are built by scripts have no others. Reads no other part of a script.

use std::sync::LazyLock;

use super::head::Head;
use super::html_tree::Element;
use aho_corasick::AhoCorasick;

/// JSON keys in a script's data that date the page.
const KEYS: &[&str] = &[
    "datePublished",
    "publishedAt",
    "published_at",
    "publishedDate",
    "published_date",
    "publishDate",
    "publish_date",
    "publicationDate",
    "publication_date",
    "firstPublished",
    "first_published_at",
    "createdAt",
    "created_at",
];

/// Longest script that is searched for dates, in bytes, and most dates of a page.
const MAX_BYTES: usize = 1 << 20;
const MAX_DATES: usize = 16;

/// A part of each key that is rare in other scripts, so that those are ruled out by a fast search.
const KEY_PARTS: &[&[u8]] = &[b"ublish", b"ublication", b"reated"];

/// Finds [`KEYS`] in quotes.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(KEYS.iter().map(|key| format!("\"{key}\""))).ok());

/// Each key that dates the page, with the text after it.
fn script_dates(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let may_have_key = || KEY_PARTS.iter().any(|part| memchr::memmem::find(text.as_bytes(), part).is_some());
    let text = if text.len() <= MAX_BYTES && may_have_key() { text } else { "" };
    let hits = FINDER.as_ref().into_iter().flat_map(move |finder| finder.find_iter(text));
    hits.filter_map(move |hit| Some((*KEYS.get(hit.pattern().as_usize())?, text.get(hit.end()..)?)))
}

/// Whether a script's data may date the page.
pub fn dates_the_page(text: &str) -> bool {
    script_dates(text).next().is_some()
}

/// Notes `"publishedAt":"2024-05-01…"` and similar in a script's data.
pub fn note(head: &mut Head, script: Element<'_>) {
    let texts = script.node.children().filter_map(|child| child.text());
    for (key, rest) in texts.flat_map(script_dates) {
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
        let value = value.and_then(|rest| rest.get(..rest.find('"')?)).filter(|value| (8..=40).contains(&value.len()));
        let same_key = head.script_dates.iter().filter(|(known, _)| known == key).count();
        if let Some(value) = value.filter(|_| same_key < 2 && head.script_dates.len() < MAX_DATES) {
            head.script_dates.push((key.to_string(), value.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_key_part() {
        let has_part = |key: &str| KEY_PARTS.iter().any(|part| memchr::memmem::find(key.as_bytes(), part).is_some());
        assert!(KEYS.iter().all(|key| has_part(key)));
    }
}
