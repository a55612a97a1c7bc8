//! The form in which texts and phrases are compared: folded words without accents, every number a `#`. Stricter forms are in `base::text`.

use unicode_normalization::char::decompose_canonical;

use crate::base::text::{fold, is_unspaced};

/// A text as phrases see it.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The words with one space between them and at both ends, so that a phrase in the same form only matches whole words.
    pub text: String,
    /// How many words that is.
    pub words: usize,
    /// The same with characters of scripts without spaces counted as half a word: what `max_words` means.
    pub weight: usize,
}

impl Shape {
    /// The shape of a text or phrase. Empty (no words) where it has no letters or digits.
    pub fn of(text: &str) -> Self {
        Self::of_folded(&fold(text))
    }

    /// [`Shape::of`] of a text that is folded already; see `base::text`.
    pub fn of_folded(folded: &str) -> Self {
        let mut shape = Self { text: String::with_capacity(folded.len() + 2), words: 0, weight: 0 };
        shape.text.push(' ');
        let mut halves = 0;
        let mut last = Last::Space;
        let mut rest = folded;
        while let Some(c) = rest.chars().next() {
            let letters = rest.bytes().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(rest.len());
            let (here, behind) = rest.split_at(letters.max(c.len_utf8()));
            rest = behind;
            last = match c {
                ' ' if last == Last::Number => Last::Number,
                ' ' => Last::Space,
                'a'..='z' => {
                    if last != Last::Letter {
                        shape.start_word();
                        halves += 2;
                    }
                    shape.text.push_str(here);
                    Last::Letter
                }
                c if c.is_numeric() => {
                    if last != Last::Number {
                        shape.start_word();
                        halves += 2;
                        shape.text.push('#');
                    }
                    Last::Number
                }
                c => {
                    if last != Last::Letter {
                        shape.start_word();
                        halves += if is_unspaced(c) { 1 } else { 2 };
                    }
                    shape.push_plain(c);
                    Last::Letter
                }
            };
        }
        shape.text.push(' ');
        shape.weight = usize::div_ceil(halves, 2);
        shape
    }

    /// The number of words in a slice of [`Shape::text`] that begins and ends with a space.
    pub fn words_between(&self, start: usize, end: usize) -> usize {
        let slice = self.text.get(start..end).unwrap_or_default();
        slice.bytes().filter(|b| *b == b' ').count().saturating_sub(1)
    }

    fn start_word(&mut self) {
        if self.words > 0 {
            self.text.push(' ');
        }
        self.words += 1;
    }

    /// Appends a letter without accents: capitals often go without them (`A LIRE`), and Turkish dotted and dotless i fold apart.
    fn push_plain(&mut self, c: char) {
        match c {
            'a'..='z' => self.text.push(c),
            'ı' => self.text.push('i'),
            'ß' => self.text.push_str("ss"),
            'ł' => self.text.push('l'),
            '\u{0640}' => {}
            '\u{80}'..='\u{6ff}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |part| {
                if !is_accent(part) {
                    self.text.push(part);
                }
            }),
            c => self.text.push(c),
        }
    }
}

/// What the last character seen was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Space,
    Number,
    Letter,
}

/// Combining accents of Latin, Greek, Cyrillic and Arabic script; vowel signs of other scripts are part of the spelling.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(text: &str) -> String {
        Shape::of(text).text
    }

    #[test]
    fn case_accents_and_numbers_do_not_matter() {
        assert_eq!(shaped("À LIRE AUSSI"), shaped("a lire aussi"));
        assert_eq!(shaped("İLGİLİ HABERLER"), shaped("ilgili haberler"));
        assert_eq!(shaped("SCHLIESSEN"), shaped("schließen"));
        assert_eq!(shaped("إقرأ أيضًا"), shaped("اقرا ايضا"));
        assert_eq!(shaped("1,234 comments"), shaped("7 comments"));
        assert_eq!(shaped("5min read"), " # min read ");
        assert_eq!(shaped("阅读需5分钟"), " 阅 读 需 # 分 钟 ");
        assert_eq!(shaped("हिन्दी"), " हिन्दी ");
    }

    #[test]
    fn counts_words_and_their_weight() {
        let mixed = Shape::of("日本語 and 12.5 more");
        assert_eq!((mixed.words, mixed.weight), (6, 5));
        assert_eq!(mixed.words_between(0, mixed.text.len()), 6);
        let nothing = Shape::of("…");
        assert_eq!((nothing.words, nothing.weight), (0, 0));
    }
}
