//! Splits keyword lists. Ranks none.

use super::plain::plain;
use crate::base::fast_hash::FastSet;
use crate::base::text::{fold, is_unspaced};

/// Longest keyword, in characters.
const MAX_CHARS: usize = 80;

/// Most keywords of a list that are kept.
const MAX_TAGS: usize = 64;

/// The first [`MAX_TAGS`] keywords of a list, separated by commas or semicolons; duplicates and empty ones are dropped.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let unspaced = text.chars().any(is_unspaced);
    let separators: &[char] = if unspaced { &[',', ';', '，', '、', '；'] } else { &[',', ';'] };
    let mut seen: FastSet<String> = FastSet::default();
    let tags = text.split(separators).map(plain).filter(|tag| !tag.is_empty() && tag.chars().count() <= MAX_CHARS);
    tags.filter(|tag| seen.insert(fold(tag))).take(MAX_TAGS).collect()
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
    }
}
