//! Splits keyword lists, and drops what only machines read. Ranks none.

use super::plain::plain;
use crate::base::entities::decode_entities;
use crate::base::fast_hash::FastSet;
use crate::base::text::{fold, is_unspaced};

/// Longest keyword, in characters.
const MAX_CHARS: usize = 80;

/// Most keywords of a list that are kept.
const MAX_TAGS: usize = 64;

/// Words in front of a colon or slash that say which list of a content system a keyword is from: `Category: News`, `topic/theft`.
const LISTS: &[&str] = &[
    "article type",
    "author",
    "authors",
    "category",
    "categories",
    "channel",
    "day",
    "id",
    "keyword",
    "keywords",
    "language",
    "location",
    "organisation",
    "organization",
    "page type",
    "person",
    "persons",
    "place",
    "section",
    "sections",
    "site",
    "site group",
    "sitegroup",
    "source",
    "subject",
    "subsection",
    "tag",
    "tags",
    "template",
    "time",
    "topic",
    "topics",
    "type",
    "wc",
];

/// The first [`MAX_TAGS`] keywords of a list, separated by commas or semicolons; duplicates, empty ones and those that only machines read are
/// dropped.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    // An entity ends with a semicolon.
    let decoded = if text.contains('&') { decode_entities(text) } else { text.to_string() };
    let unspaced = decoded.chars().any(is_unspaced);
    let separators: &[char] = if unspaced { &[',', ';', '،', '؛', '，', '、', '；'] } else { &[',', ';', '،', '؛'] };
    let mut seen: FastSet<String> = FastSet::default();
    let tags = decoded.split(separators).map(plain).filter(|tag| !tag.is_empty() && tag.chars().count() <= MAX_CHARS);
    let readable = tags.filter_map(|tag| readable(&tag).map(str::to_string));
    readable.filter(|tag| seen.insert(fold(tag))).take(MAX_TAGS).collect()
}

/// A keyword as readers know it, without the name of its list; `None` for identifiers and switches of a content system.
fn readable(tag: &str) -> Option<&str> {
    let is_list = |name: &str| LISTS.contains(&fold(name).as_str()) || fold(name).starts_with("nlp ");
    match tag.split_once('/') {
        Some((list, name)) if is_list(list) => return readable(name),
        _ => {}
    }
    if tag.split_once(':').is_some_and(|(list, _)| is_list(list)) {
        return None;
    }
    let letters = tag.chars().filter(|c| c.is_alphabetic()).count();
    let digits = tag.chars().filter(char::is_ascii_digit).count();
    let is_hex = tag.len() >= 12 && digits >= 2 && tag.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let is_switch = tag.contains('_') && !tag.contains(' ');
    let is_path = tag.starts_with('/') || tag.contains("://");
    let is_number = letters == 0 && (digits > 4 || digits == 0);
    (!tag.is_empty() && !is_hex && !is_switch && !is_path && !is_number).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_and_deduplicated() {
        assert_eq!(split_tags("News, World; news,, Politics "), ["News", "World", "Politics"]);
        assert_eq!(split_tags("社会、政治"), ["社会", "政治"]);
        assert_eq!(split_tags(&(0..30_000).map(|n| format!("tag {n}, ")).collect::<String>()).len(), MAX_TAGS);
        assert_eq!(split_tags("[gardens, libraries]"), ["gardens", "libraries"]);
        assert_eq!(split_tags("حدائق، مكتبات"), ["حدائق", "مكتبات"]);
        assert_eq!(split_tags("Science &amp; Arts, Caf&#233;s"), ["Science & Arts", "Cafés"]);
    }

    #[test]
    fn what_only_machines_read_is_dropped() {
        let internal = "8f507083-bac4-423a-9015-2eb31e1bce50, editors_pick, Category: World, NLP Entity Tokens: Rivers, /article, \
            source:tagname:x, 1204417, https://example.com/t";
        assert_eq!(split_tags(internal), Vec::<String>::new());
        assert_eq!(split_tags("sections/kultur, topic/Museen & Galerien"), ["kultur", "Museen & Galerien"]);
        let known = ["Space: A Journey", "Technik/Hardware", "1984", "G20", "nord-korea", "мосты", "#rivers", "C++", "COVID-19"];
        assert_eq!(split_tags(&known.join(", ")), known);
    }
}
