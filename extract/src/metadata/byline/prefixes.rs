//! Finds which of a list of words a text may begin with, by its first character: most texts begin with none of them.

use crate::base::fast_hash::FastMap;

/// Lower-case words by their first character.
#[derive(Default)]
pub struct Prefixes {
    by_first: FastMap<char, Vec<String>>,
    /// The length of the longest word, in bytes.
    longest: usize,
}

impl Prefixes {
    /// From lower-case words; those with the same first character keep their order.
    pub fn of(words: Vec<String>) -> Self {
        let mut all = Self::default();
        for word in words {
            all.longest = all.longest.max(word.len());
            all.by_first.entry(word.chars().next().unwrap_or_default()).or_default().push(word);
        }
        all
    }

    /// The words with the same first character as the text, ignoring case.
    pub fn candidates(&self, text: &str) -> &[String] {
        let first = text.chars().next().and_then(|c| c.to_lowercase().next());
        first.and_then(|first| self.by_first.get(&first)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the text is one of the words, ignoring case.
    pub fn has(&self, text: &str) -> bool {
        // Lower case may need a third of the bytes: the Kelvin sign becomes `k`.
        text.len() <= 3 * self.longest && self.candidates(text).iter().any(|word| is_lower_case_of(word, text))
    }

    /// Whether the text is one of the words.
    pub fn contains(&self, text: &str) -> bool {
        self.candidates(text).iter().any(|word| word == text)
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
