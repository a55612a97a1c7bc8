//! Finds which of a list of words a text may begin with, by its first character: most texts begin with none of them.

use super::list::{List, Texts};

/// Lower-case words by their first character.
#[derive(Clone, Debug, Default)]
pub struct Prefixes {
    /// Sorted by their first character.
    pub(crate) words: Texts,
    /// The first characters, in order, each with the number of words up to its last one.
    pub(crate) firsts: List<(char, u32)>,
    /// The length of the longest word, in bytes.
    pub(crate) longest: usize,
}

impl Prefixes {
    /// From lower-case words; those with the same first character keep their order.
    pub fn of(mut words: Vec<String>) -> Self {
        let first = |word: &String| word.chars().next().unwrap_or_default();
        words.sort_by_key(first);
        let mut firsts: Vec<(char, u32)> = Vec::new();
        for (count, word) in (1u32..).zip(&words) {
            match firsts.last_mut().filter(|last| last.0 == first(word)) {
                Some(last) => last.1 = count,
                None => firsts.push((first(word), count)),
            }
        }
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        Self { words: words.iter().collect(), firsts: firsts.into(), longest }
    }

    /// The words with the same first character as the text, ignoring case.
    pub fn candidates(&self, text: &str) -> impl Iterator<Item = &str> {
        let first = text.chars().next().and_then(|c| c.to_lowercase().next());
        let at = first.and_then(|first| self.firsts.binary_search_by_key(&first, |(first, _)| *first).ok());
        let end = |at: usize| self.firsts.get(at).map_or(0, |(_, end)| *end as usize);
        let range = at.map_or(0..0, |at| at.checked_sub(1).map_or(0, end)..end(at));
        range.filter_map(|at| self.words.get(at))
    }

    /// Whether the text is one of the words, ignoring case.
    pub fn has(&self, text: &str) -> bool {
        // Lower case may need a third of the bytes: the Kelvin sign becomes `k`.
        text.len() <= 3 * self.longest && self.candidates(text).any(|word| is_lower_case_of(word, text))
    }

    /// Whether the text is one of the words.
    pub fn contains(&self, text: &str) -> bool {
        self.candidates(text).any(|word| word == text)
    }
}

/// Whether a lower-case word is the text in lower case.
fn is_lower_case_of(word: &str, text: &str) -> bool {
    let mut rest = word.chars();
    for c in text.chars() {
        // A capital sigma becomes another letter at the end of a word.
        if c == 'Σ' {
            return text.to_lowercase() == word;
        }
        if !c.to_lowercase().all(|lower| rest.next() == Some(lower)) {
            return false;
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_their_lower_case_is() {
        let words: Vec<String> = ["by", "von", "da", "γράφει ο", "συντάκτης", "k", "ß"].map(str::to_owned).to_vec();
        let prefixes = Prefixes::of(words.clone());
        for text in ["By", "VON", "da", "dab", "", "ΓΡΆΦΕΙ Ο", "ΣΥΝΤΆΚΤΗΣ", "\u{212a}", "K", "ẞ", "ss", "b y"] {
            assert_eq!(prefixes.has(text), words.contains(&text.to_lowercase()), "{text}");
            assert_eq!(prefixes.contains(text), words.contains(&text.to_owned()), "{text}");
        }
    }
}
