//! Finds which rules match the text of a block: [`PhraseTable`] for the phrases of all rules, [`PatternSet`] for their regular expressions.
//! Knows rules by their index only.

use super::normalized::NormalizedText;
use super::pattern_table::PatternTable;
use super::patterns::PatternSet;
use super::phrase_table::{PhraseTable, TextRule};

/// Phrases and patterns of many rules. A rule is known by its index in the list that the matcher was built from.
#[derive(Debug, Default)]
pub(super) struct TextMatcher {
    phrases: PhraseTable,
    patterns: PatternSet,
    /// Longest block, in words, that any rule can match.
    max_words: usize,
}

impl TextMatcher {
    /// Builds the tables.
    pub fn new(rules: &[TextRule<'_>]) -> Self {
        Self::of(PhraseTable::new(rules), PatternTable::new(rules))
    }

    /// With tables of the same rules.
    pub fn of(phrases: PhraseTable, patterns: PatternTable) -> Self {
        let max_words = phrases.limits.iter().map(|(_, max_words)| *max_words).max().unwrap_or(0);
        Self { phrases, patterns: PatternSet::of(patterns), max_words }
    }

    /// The rules that match, in order of their index, each with the share of the text's words that its phrases cover.
    /// `folded` is the text's folded form; see `base::text`.
    pub fn find(&self, text: &str, folded: &str) -> Vec<(usize, f32)> {
        if has_more_words(text, self.max_words) {
            return Vec::new();
        }
        let normalized = NormalizedText::of_folded(folded);
        let mut found = self.phrases.find(&normalized);
        for rule in self.patterns.find(text, normalized.weight) {
            found.retain(|(other, _)| *other != rule);
            found.push((rule, 1.0));
        }
        found.sort_by_key(|(rule, _)| *rule);
        found
    }
}

/// Whether the text certainly has more words than `max`: a quick count that may miss words but never counts too many.
fn has_more_words(text: &str, max: usize) -> bool {
    text.len() / 2 >= max && text.split_ascii_whitespace().filter(|word| word.contains(char::is_alphanumeric)).nth(max).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::patterns::compile_pattern;
    use super::super::rule::Matching;
    use super::*;
    use crate::base::text::fold;

    fn find(matcher: &TextMatcher, text: &str) -> Vec<(usize, f32)> {
        matcher.find(text, &fold(text))
    }

    fn matcher(matching: Matching, max_words: usize, phrases: &[&'static str]) -> TextMatcher {
        TextMatcher::new(&[TextRule { matching, max_words, phrases: phrases.to_vec(), patterns: &[] }])
    }

    #[test]
    fn phrases_match_whole_words_only() {
        let share = matcher(Matching::Contains, 10, &["share", "分享到"]);
        assert_eq!(find(&share, "Please SHARE this!"), [(0, 1.0 / 3.0)]);
        assert_eq!(find(&share, "分享到：微信").len(), 1);
        assert!(find(&share, "shareholders met").is_empty());
        assert!(find(&share, "share a b c d e f g h i j").is_empty(), "longer than max_words");
    }

    #[test]
    fn the_position_in_the_block_counts() {
        let text = "Read more: the vote";
        assert_eq!(find(&matcher(Matching::Starts, 9, &["read more"]), text).len(), 1);
        assert!(find(&matcher(Matching::Ends, 9, &["read more"]), text).is_empty());
        assert!(find(&matcher(Matching::Is, 9, &["read more"]), text).is_empty());
        assert_eq!(find(&matcher(Matching::Ends, 9, &["the vote"]), text), [(0, 0.5)]);
    }

    #[test]
    fn is_takes_several_phrases_in_a_row() {
        let share = matcher(Matching::Is, 9, &["share", "share on facebook", "facebook", "12 comments"]);
        for text in ["Share", "Share | Facebook", "Share on Facebook · 3 Comments · share"] {
            assert_eq!(find(&share, text), [(0, 1.0)], "{text}");
        }
        assert!(find(&share, "Share on").is_empty());
        assert!(find(&share, "Share and Facebook").is_empty());
    }

    #[test]
    fn patterns_see_the_whole_block() {
        let price = ["\\$\\d+".to_owned()];
        let rule = TextRule { matching: Matching::Is, max_words: 3, phrases: Vec::new(), patterns: &price };
        let found = TextMatcher::new(&[rule]);
        assert_eq!(find(&found, "$25"), [(0, 1.0)]);
        assert!(find(&found, "It cost $25").is_empty());
        assert!(compile_pattern("(").is_err());
    }
}
