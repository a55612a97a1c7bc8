//! The scripts in which near duplicates are measured.

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Devanagari.
    Devanagari,
    /// Thai.
    Thai,
    /// Han, without kana.
    Han,
    /// Kana, and the Han characters of Japanese texts.
    Kana,
    /// Hangul.
    Hangul,
}

impl Script {
    /// Every script.
    pub const ALL: &[Self] = &[
        Self::Latin,
        Self::Cyrillic,
        Self::Greek,
        Self::Arabic,
        Self::Hebrew,
        Self::Devanagari,
        Self::Thai,
        Self::Han,
        Self::Kana,
        Self::Hangul,
    ];

    /// The script of most letters of a text; kana from a seventh of them.
    pub fn of(text: &str) -> Option<Self> {
        let mut counts = [0usize; Self::ALL.len()];
        for script in text.chars().filter_map(Self::of_char) {
            counts.iter_mut().zip(Self::ALL).filter(|(_, one)| **one == script).for_each(|(count, _)| *count += 1);
        }
        let of = |script: Self| counts.iter().zip(Self::ALL).find(|(_, one)| **one == script).map_or(0, |(count, _)| *count);
        if of(Self::Kana) * 7 > counts.iter().sum() {
            return Some(Self::Kana);
        }
        let most = Self::ALL.iter().copied().max_by_key(|script| of(*script))?;
        (of(most) > 0).then_some(most)
    }

    fn of_char(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Self::Latin,
            '\u{370}'..='\u{3ff}' => Self::Greek,
            '\u{400}'..='\u{4ff}' => Self::Cyrillic,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{6ff}' => Self::Arabic,
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{e00}'..='\u{e7f}' => Self::Thai,
            '\u{3040}'..='\u{30ff}' => Self::Kana,
            '\u{4e00}'..='\u{9fff}' => Self::Han,
            '\u{ac00}'..='\u{d7a3}' => Self::Hangul,
            _ => return None,
        })
    }

    /// Whether words are separated by spaces.
    pub fn is_spaced(self) -> bool {
        !matches!(self, Self::Thai | Self::Han | Self::Kana)
    }

    /// The end of a sentence.
    pub fn full_stop(self) -> &'static str {
        match self {
            Self::Han | Self::Kana => "。",
            Self::Devanagari => "। ",
            Self::Thai => " ",
            _ => ". ",
        }
    }

    /// Characters of which words are made up.
    pub(super) fn alphabet(self) -> Vec<char> {
        let letters = |range: std::ops::RangeInclusive<char>| range.filter(|c| c.is_alphabetic()).collect();
        match self {
            Self::Latin => letters('a'..='z'),
            Self::Cyrillic => letters('а'..='я'),
            Self::Greek => letters('α'..='ω'),
            Self::Arabic => letters('\u{627}'..='\u{64a}'),
            Self::Hebrew => letters('א'..='ת'),
            Self::Devanagari => letters('\u{905}'..='\u{939}'),
            Self::Thai => letters('\u{e01}'..='\u{e2e}'),
            Self::Han => letters('\u{4e00}'..='\u{5a00}'),
            Self::Kana => letters('\u{3042}'..='\u{3093}'),
            Self::Hangul => ('\u{ac00}'..='\u{d7a3}').step_by(29).collect(),
        }
    }

    /// Characters of a word, about.
    pub(super) fn word_length(self) -> usize {
        match self {
            Self::Han => 2,
            Self::Kana | Self::Hangul => 3,
            Self::Thai => 4,
            _ => 6,
        }
    }
}
