//! Finds dates in the data of scripts: pages that are built by scripts have no others. Reads no other part of a script.

use std::sync::LazyLock;

use super::head::Head;
use super::html_tree::Element;
use aho_corasick::{AhoCorasick, MatchKind};

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

/// Finds [`KEYS`]. Their quotes are looked at afterwards: scripts are full of them, and a search for quotes would stop at each. Only leftmost matches
/// are searched for with vector instructions.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(KEYS).ok());

/// Each key in quotes that dates the page, with the text after it.
fn script_dates(text: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let text = if text.len() <= MAX_BYTES { text } else { "" };
    let hits = FINDER.as_ref().into_iter().flat_map(move |finder| finder.find_iter(text));
    let mut rest_from = 0;
    hits.filter_map(move |hit| {
        // The quote after a key is not the one before the next.
        let before = text.get(rest_from..hit.start())?;
        let rest = text.get(hit.end()..)?.strip_prefix('"').filter(|_| before.ends_with('"'))?;
        rest_from = hit.end() + 1;
        Some((*KEYS.get(hit.pattern().as_usize())?, rest))
    })
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
    fn only_keys_in_quotes_date_the_page() {
        let found = |text| script_dates(text).collect::<Vec<_>>();
        assert_eq!(found(r#"{"xcreatedAt":1,createdAt":2,"createdAt":3}"#), [("createdAt", ":3}")]);
        assert_eq!(found(r#""publishDate"createdAt":1"#), [("publishDate", r#"createdAt":1"#)]);
        assert_eq!(found(r#"{"xcreatedAt"createdAt":1}"#), [("createdAt", ":1}")]);
    }
}
