//! Splits keyword lists. Ranks none.

use super::plain::plain;
use crate::base::text::{fold, is_unspaced};

/// The keywords of a list, separated by commas or semicolons; duplicates and empty ones are dropped.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let unspaced = text.chars().any(is_unspaced);
    let separators: &[char] = if unspaced { &[',', ';', '，', '、', '；'] } else { &[',', ';'] };
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(separators).map(plain) {
        let known = tags.iter().any(|known| fold(known) == fold(&tag));
        if !tag.is_empty() && tag.chars().count() <= 80 && !known {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_and_deduplicated() {
        assert_eq!(split_tags("News, World; news,, Politics "), ["News", "World", "Politics"]);
        assert_eq!(split_tags("社会、政治"), ["社会", "政治"]);
        assert_eq!(split_tags("[gardens, libraries]"), ["gardens", "libraries"]);
    }
}
