//! Looks up the words of dates. Parses no dates.

use std::sync::LazyLock;

use super::word_lists::{DateLabel, DateWords, MonthName, TimeUnit, prefix};
use crate::base::fast_hash::FastSet;

/// The words, folded.
pub static WORDS: DateWords = built_in::WORDS;

/// What build.rs writes of `data/months.toml` and `data/dates.toml`.
mod built_in {
    use super::super::word_lists::{Calendar::*, DateLabel::*, DateWords, MonthName, TimeUnit};
    use crate::base::hash_index::HashIndex;
    use crate::base::list::{List, Texts};
    use crate::base::prefixes::Prefixes;
    use crate::base::word_map::WordMap;

    include!(concat!(env!("OUT_DIR"), "/dates.rs"));
}

/// The first bytes of the names of months, to reject most words quickly.
static MONTH_PREFIXES: LazyLock<FastSet<u64>> = LazyLock::new(|| WORDS.month_prefixes.iter().copied().collect());

impl DateWords {
    /// The month that a folded word names: in the page's language if it has the word, else in the first language that does.
    pub fn month(&self, word: &str, language: &str) -> Option<MonthName> {
        let (first, end) = self.months.get(word)?;
        let names = self.month_names.get(*first as usize..*end as usize)?;
        names.iter().find(|name| name.language == language).or_else(|| names.first()).copied()
    }

    /// Whether a folded text may begin with the name of a month.
    pub fn may_begin_month(&self, text: &str) -> bool {
        [3, 2].into_iter().any(|bytes| MONTH_PREFIXES.contains(&prefix(text, bytes)))
    }

    /// Whether the folded word may occur between the parts of a date.
    pub fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(word)
    }

    /// The year before the first of the era whose name ends the text.
    pub fn era(&self, before: &str) -> Option<i32> {
        let before = before.trim_end();
        let at = self.eras.iter().position(|name| before.ends_with(name))?;
        self.era_years.get(at).copied()
    }

    /// The last label in a folded text.
    pub fn last_label(&self, text: &str) -> Option<DateLabel> {
        let (mut at, mut last) = (0, None);
        while let Some((rest, c)) = text.get(at..).and_then(|rest| Some((rest, rest.chars().next()?))) {
            let label = self.labels.candidates(rest).find(|label| rest.starts_with(label));
            let end = at + label.map_or(c.len_utf8(), str::len);
            last = label.filter(|_| is_whole(text, at, end)).or(last);
            at = end;
        }
        self.label_kinds.get(last?).copied()
    }

    /// Whether the folded text contains one of the words for "ago".
    pub fn has_ago(&self, text: &str) -> bool {
        self.ago.iter().any(|word| contains_word(text, word))
    }

    /// The unit of time that the folded word names, also with a word for "ago" attached (`시간전`).
    pub fn unit(&self, word: &str) -> Option<TimeUnit> {
        let joined = || self.ago.iter().find_map(|ago| self.units.get(word.strip_suffix(ago)?));
        self.units.get(word).or_else(joined).copied()
    }

    /// How many days ago the folded text means: 0 for "today", 1 for "yesterday".
    pub fn days_back(&self, text: &str) -> Option<i64> {
        let at = self.days_back.iter().position(|word| contains_word(text, word))?;
        self.days.get(at).copied()
    }
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, hit)| is_whole(text, start, start + hit.len()))
}

/// Whether a match is not part of a longer word. In scripts without spaces, and in Hangul with its endings, every match counts as a word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let spaced = |c: char| c.is_alphabetic() && !crate::base::text::is_unspaced(c);
    let inside = |a: Option<char>, b: Option<char>| a.zip(b).is_some_and(|(a, b)| spaced(a) && spaced(b));
    let (before, hit, after) = (text.get(..start), text.get(start..end), text.get(end..));
    let last = |part: Option<&str>| part.and_then(|part| part.chars().next_back());
    let first = |part: Option<&str>| part.and_then(|part| part.chars().next());
    !inside(last(before), first(hit)) && !inside(last(hit), first(after))
}

#[cfg(test)]
mod tests {
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_language_has_twelve_months() {
        let languages: FastSet<&str> = WORDS.month_names.iter().map(|name| name.language).collect();
        assert!(languages.len() >= 60 && !WORDS.months.contains(""));
        for language in languages {
            let months = WORDS.month_names.iter().filter(|name| name.language == language).map(|name| name.month);
            assert_eq!(months.collect::<FastSet<u8>>(), (1..=12).collect(), "{language}");
        }
    }

    proptest! {
        #[test]
        fn the_last_label_is_that_of_the_longest_ones(parts in prop::collection::vec(prop::sample::select(label_parts()), 0..9)) {
            let text = parts.concat();
            let words: Vec<&str> = WORDS.label_kinds.words.iter().collect();
            let labels = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words).unwrap();
            let last = labels.find_iter(&text).filter(|hit| is_whole(&text, hit.start(), hit.end())).last();
            let expected = last.and_then(|hit| WORDS.label_kinds.get(words[hit.pattern().as_usize()]).copied());
            prop_assert_eq!(WORDS.last_label(&text), expected, "{:?}", text);
        }
    }

    /// Labels, parts of them, and what is between them.
    fn label_parts() -> Vec<String> {
        let labels = WORDS.label_kinds.words.iter().map(str::to_owned);
        labels.chain(["up", "date", "d", " ", ": ", "x", "日", "ed", "last "].map(str::to_owned)).collect()
    }

    #[test]
    fn ambiguous_months_follow_the_language() {
        let month = |word: &str, language: &str| WORDS.month(word, language).map(|name| name.month);
        assert_eq!(month("listopada", "pl"), Some(11));
        assert_eq!(month("listopada", "hr"), Some(10));
        assert_eq!(month("oktober", "xx"), Some(10));
        assert_eq!(month("monday", "en"), None);
    }

    #[test]
    fn labels_are_whole_words() {
        assert_eq!(WORDS.last_label("last updated"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("posted 3 may, updated"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("outdated"), None);
        assert_eq!(WORDS.last_label("最終更新日"), Some(DateLabel::Modified));
        assert_eq!(WORDS.last_label("公開"), Some(DateLabel::Published));
    }
}
