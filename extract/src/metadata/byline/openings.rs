//! Words that a text may begin with, found by its first letter: most texts begin with none of them.

use crate::base::fast_hash::FastMap;

/// Words in lower case, in their order, by their first letters.
#[derive(Default)]
pub struct Openings {
    by_first: FastMap<char, Vec<String>>,
    /// Bytes of the longest one.
    longest: usize,
}

impl Openings {
    /// Words in lower case; of those with the same first letter the first ones come first.
    pub fn of(words: Vec<String>) -> Self {
        let mut all = Self::default();
        for word in words {
            all.longest = all.longest.max(word.len());
            all.by_first.entry(word.chars().next().unwrap_or_default()).or_default().push(word);
        }
        all
    }

    /// Those that begin as the text does, case ignored.
    pub fn on(&self, text: &str) -> &[String] {
        let first = text.chars().next().and_then(|c| c.to_lowercase().next());
        first.and_then(|first| self.by_first.get(&first)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the text is one of them, case ignored.
    pub fn has(&self, text: &str) -> bool {
        // Lower case may take a third of the bytes: the Kelvin sign's is `k`.
        text.len() <= 3 * self.longest && self.on(text).contains(&text.to_lowercase())
    }
}
