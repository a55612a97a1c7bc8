//! Keys of lines: hashes by which a line is recognised on other pages, although a number, date or name in it differs.

use xxhash_rust::xxh3::xxh3_64;

use crate::base::text::fold;

/// Numbers of words, at the beginning and at the end of a line, whose hash is a key: a name or date between them may differ.
const ENDS: [usize; 9] = [0, 1, 2, 3, 4, 6, 8, 12, 16];

/// Words of the shortest and the longest line with such keys. In a paragraph, nothing follows from a few words that are the same.
const WORDS: std::ops::RangeInclusive<usize> = 3..=32;

/// Stands for all numbers.
const NUMBER: &str = "0";

/// Stands for what differs; no word.
const GAP: &str = "\u{0}";

/// Longest line with such keys, in bytes: words of any length would be hashed many times.
const MAX_BYTES: usize = 2000;

/// The words of a line, with numbers made equal and single spaces between them.
pub(super) struct KeyedLine {
    words: String,
    /// Words as they are counted elsewhere.
    pub count: usize,
}

impl KeyedLine {
    /// `None` for a line without words.
    pub fn new(text: &str) -> Option<Self> {
        let folded = fold(text);
        let is_number = |word: &str| word.chars().any(char::is_numeric);
        let all = || folded.split(' ').filter(|word| !word.is_empty());
        let count = all().count();
        // Of `17 %` or `12:30 h`, nothing else would be left.
        if all().filter(|word| !is_number(word)).nth(1).is_none() {
            return (count > 0).then_some(Self { words: folded, count });
        }
        let mut words = String::with_capacity(folded.len());
        for word in all() {
            let word = if is_number(word) { NUMBER } else { word };
            if word != NUMBER || !(words == NUMBER || words.ends_with(" 0")) {
                words.push_str(if words.is_empty() { "" } else { " " });
                words.push_str(word);
            }
        }
        Some(Self { words, count })
    }

    /// The key of the whole line: the upper half of the XXH3 hash (64 bits) of its words.
    pub fn key(&self) -> u32 {
        hash(&self.words)
    }

    /// Keys of at least half of its words, from both ends.
    pub fn template_keys(&self) -> Vec<u32> {
        if self.words.len() > MAX_BYTES {
            return Vec::new();
        }
        let words: Vec<&str> = self.words.split(' ').collect();
        let length = words.len();
        if !WORDS.contains(&length) {
            return Vec::new();
        }
        let least = length.div_ceil(2).max(2);
        let ends = ENDS.iter().flat_map(|start| ENDS.iter().map(move |end| (*start, *end)));
        let fitting = ends.filter(|(start, end)| (least..length).contains(&(start + end)));
        fitting.filter_map(|(start, end)| Some(key_of_ends(words.get(..start)?, words.get(length - end..)?))).collect()
    }
}

fn key_of_ends(start: &[&str], end: &[&str]) -> u32 {
    hash(&[&start.join(" "), GAP, &end.join(" ")].concat())
}

fn hash(text: &str) -> u32 {
    (xxh3_64(text.as_bytes()) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> KeyedLine {
        KeyedLine::new(text).unwrap()
    }

    fn share_a_template(one: &str, other: &str) -> bool {
        let keys = line(other).template_keys();
        line(one).template_keys().iter().any(|key| keys.contains(key))
    }

    #[test]
    fn numbers_do_not_count_beside_words() {
        assert_eq!(line("1,204 people like this").key(), line("7 people like this").key());
        assert_ne!(line("17 %").key(), line("18 %").key());
        assert_ne!(line("12 March").key(), line("13 March").key());
        assert!(KeyedLine::new("* * *").is_none());
    }

    #[test]
    fn a_name_or_date_may_differ_anywhere() {
        for (one, other) in [
            ("Write to Jane Smith at the newsroom", "Write to Pál Gergely Kovács at the newsroom"),
            ("Anna Berg reports from the north for us", "Jan van Dijk reports from the north for us"),
            ("Follow our reporter Jane Smith", "Follow our reporter Li Na"),
            ("Обновлено 3 марта в 10:20 редакцией", "Обновлено 12 апреля в 9:05 редакцией"),
            ("編集部の田中太郎がこの記事を担当しました", "編集部の佐藤花がこの記事を担当しました"),
        ] {
            assert!(share_a_template(one, other), "{one}");
        }
    }

    #[test]
    fn lines_with_little_in_common_share_nothing() {
        assert!(!share_a_template("Write to Jane Smith at the newsroom", "Write a letter if you agree with this"));
        let sentence = "The council voted on Monday to close the bridge for two years while the piers are being rebuilt.";
        let other = "The council voted on Tuesday, after a debate of nine hours, against a plan that few had read in full.";
        assert!(!share_a_template(sentence, other));
        assert!(line(&"word ".repeat(33)).template_keys().is_empty());
        assert!(line(&format!("a long {} word", "w".repeat(3000))).template_keys().is_empty());
    }
}
