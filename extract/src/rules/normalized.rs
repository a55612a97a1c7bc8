//! The form in which texts and phrases are compared: folded words without accents, every number replaced by `#`. Stricter forms are in `base::text`.

use std::borrow::Cow;

use unicode_normalization::char::decompose_canonical;

use crate::base::text::{fold, is_unspaced};

/// A normalized text.
#[derive(Debug, Default)]
pub struct NormalizedText<'a> {
    /// The words with one space between them.
    pub text: Cow<'a, str>,
    /// The number of words.
    pub words: usize,
    /// The number of words, each character of a script without spaces counted as half a word: what `max_words` limits.
    pub weight: usize,
}

impl NormalizedText<'static> {
    /// Normalizes a text or phrase. The result has no words if there are no letters or digits.
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let NormalizedText { text, words, weight } = NormalizedText::of_folded(&folded);
        Self { text: Cow::Owned(text.into_owned()), words, weight }
    }
}

impl<'a> NormalizedText<'a> {
    /// [`NormalizedText::of`] for a text that is already folded; see `base::text`.
    pub fn of_folded(folded: &'a str) -> Self {
        if folded.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ') {
            let words = if folded.is_empty() { 0 } else { 1 + folded.bytes().filter(|byte| *byte == b' ').count() };
            return Self { text: Cow::Borrowed(folded), words, weight: words };
        }
        let mut writer = Writer { text: String::with_capacity(folded.len()), words: 0 };
        let weight = writer.push(folded);
        Self { text: Cow::Owned(writer.text), words: writer.words, weight }
    }
}

/// A text that is being normalized.
struct Writer {
    text: String,
    words: usize,
}

impl Writer {
    /// Appends a folded text; its weight.
    fn push(&mut self, folded: &str) -> usize {
        let mut halves = 0;
        let mut previous = Previous::Space;
        let mut rest = folded;
        while let Some(c) = rest.chars().next() {
            let ascii_letters = rest.bytes().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(rest.len());
            let (head, tail) = rest.split_at(ascii_letters.max(c.len_utf8()));
            rest = tail;
            previous = match c {
                ' ' if previous == Previous::Number => Previous::Number,
                ' ' => Previous::Space,
                'a'..='z' => {
                    if previous != Previous::Letter {
                        self.start_word();
                        halves += 2;
                    }
                    self.text.push_str(head);
                    Previous::Letter
                }
                c if c.is_numeric() => {
                    if previous != Previous::Number {
                        self.start_word();
                        halves += 2;
                        self.text.push('#');
                    }
                    Previous::Number
                }
                c => {
                    if previous != Previous::Letter {
                        self.start_word();
                        halves += if is_unspaced(c) { 1 } else { 2 };
                    }
                    self.push_plain(c);
                    Previous::Letter
                }
            };
        }
        usize::div_ceil(halves, 2)
    }

    fn start_word(&mut self) {
        if self.words > 0 {
            self.text.push(' ');
        }
        self.words += 1;
    }

    /// Appends a letter without its accents: capitals are often written without (`A LIRE`), and Turkish dotted and dotless i fold differently.
    fn push_plain(&mut self, c: char) {
        match c {
            'a'..='z' => self.text.push(c),
            'ı' => self.text.push('i'),
            'ß' => self.text.push_str("ss"),
            'ł' => self.text.push('l'),
            '\u{0640}' => {}
            '\u{80}'..='\u{6ff}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |decomposed| {
                if !is_accent(decomposed) {
                    self.text.push(decomposed);
                }
            }),
            c => self.text.push(c),
        }
    }
}

/// The kind of the previous character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
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

    fn normalized(text: &str) -> String {
        NormalizedText::of(text).text.into_owned()
    }

    #[test]
    fn case_accents_and_numbers_do_not_matter() {
        assert_eq!(normalized("À LIRE AUSSI"), normalized("a lire aussi"));
        assert_eq!(normalized("İLGİLİ HABERLER"), normalized("ilgili haberler"));
        assert_eq!(normalized("SCHLIESSEN"), normalized("schließen"));
        assert_eq!(normalized("إقرأ أيضًا"), normalized("اقرا ايضا"));
        assert_eq!(normalized("1,234 comments"), normalized("7 comments"));
        assert_eq!(normalized("5min read"), "# min read");
        assert_eq!(normalized("阅读需5分钟"), "阅 读 需 # 分 钟");
        assert_eq!(normalized("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn counts_words_and_their_weight() {
        let mixed = NormalizedText::of("日本語 and 12.5 more");
        assert_eq!((mixed.words, mixed.weight), (6, 5));
        let plain = NormalizedText::of_folded("one two");
        assert_eq!((plain.words, plain.weight, &*plain.text), (2, 2, "one two"));
        let nothing = NormalizedText::of("…");
        assert_eq!((nothing.words, nothing.weight), (0, 0));
    }
}
