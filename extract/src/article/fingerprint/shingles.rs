//! Shingles: the hashes of all runs of a few folded tokens of a text.
//!
//! A shingle has to be long enough that two texts about different things rarely share one. Four words are. Where a token is a character, that
//! depends on how many characters a word has: see [`width`].

use xxhash_rust::xxh3::xxh3_64;

/// Tokens of a shingle that begins with this character. With four characters of Thai, which are about a word, a third of any short text would be in any
/// long one.
fn width(first: char) -> usize {
    match first {
        // Thai, Lao, Myanmar, Khmer: a word has three to five characters, marks included.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => 8,
        // Kana and Hangul: a word with its endings has three or four.
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => 6,
        _ => 4,
    }
}

/// The hashes of all shingles of a folded text, in order: XXH3 (64 bits) of the tokens with single spaces between them.
pub(super) fn shingles(folded: &str) -> Vec<u64> {
    let spaces = memchr::memchr_iter(b' ', folded.as_bytes()).map(|at| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(spaces).filter(|start| *start < folded.len()).collect();
    let hash = |index: usize, start: usize| {
        let rest = folded.get(start..)?;
        let last = index + width(rest.chars().next()?);
        let end = match starts.get(last) {
            Some(next) => next - 1,
            None if last == starts.len() => folded.len(),
            None => return None,
        };
        Some(xxh3_64(folded.as_bytes().get(start..end)?))
    };
    starts.iter().enumerate().filter_map(|(index, start)| hash(index, *start)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::fold;

    fn count(text: &str) -> usize {
        shingles(&fold(text)).len()
    }

    #[test]
    fn every_run_of_four_words_is_a_shingle() {
        assert_eq!((count(""), count("one two three"), count("one two three four"), count("a b c d e f")), (0, 0, 1, 3));
        assert_eq!(shingles("a b c d e")[1], shingles("b c d e")[0]);
    }

    #[test]
    fn scripts_with_several_characters_a_word_need_longer_runs() {
        assert_eq!(count("東京都庁舎前"), 3);
        assert_eq!(count("ประเทศไทย"), 2);
        assert_eq!(count("안녕하세요여러분"), 3);
        assert_eq!(count("ເມືອງຫຼວງ"), 2);
        assert_eq!(count("ភាសាខ្មែរ"), 2);
        assert_eq!(count("မြန်မာဘာသာ"), 3);
    }
}
